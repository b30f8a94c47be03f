// Serves what is written with Fedify on three names below localhost over TLS, and takes commands of the tests.
//
//     node server.mjs certificate.pem key.pem
//
// The first line it prints tells both ports. NODE_EXTRA_CA_CERTS names the authority that it trusts besides others.

import "./network.mjs";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { COMMANDS } from "./control.mjs";
import { openFederation } from "./federation.mjs";
import { observe } from "./network.mjs";

const DRAFT = "draft-cavage-http-signatures-12";
const NAMES = { "first-rfc9421": "rfc9421", "first-cavage": DRAFT, "only-rfc9421": "rfc9421" };
const [certificate, key] = process.argv.slice(2).map((path) => readFileSync(path));
const servers = new Map();

const door = https.createServer({ cert: certificate, key }, (request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});

async function answer(request, response) {
  const server = servers.get(request.headers.host.split(".")[0]);
  const body = await bodyOf(request);
  const url = new URL(request.url, server.origin);
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const asked = new Request(url, {
    method: request.method,
    headers: request.headers,
    body: hasBody ? body : undefined,
  });
  const dialect = dialectOf(asked.headers);
  const said =
    server.name === "only-rfc9421" && hasBody && dialect !== "rfc9421"
      ? new Response("Signatures of RFC 9421 only.", { status: 401 })
      : await server.federation.fetch(asked, { contextData: undefined });
  if (hasBody) server.doors.push({ path: url.pathname, dialect, status: said.status });
  response.writeHead(said.status, Object.fromEntries(said.headers));
  response.end(Buffer.from(await said.arrayBuffer()));
}

const control = http.createServer(async (request, response) => {
  const { server, command, ...said } = JSON.parse(await bodyOf(request));
  try {
    const result = (await COMMANDS[command](servers.get(server), said)) ?? null;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(String(error.stack));
  }
});

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function dialectOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "cavage" : null;
}

door.listen(0, "127.0.0.1", () => {
  const { port } = door.address();
  for (const [name, firstKnock] of Object.entries(NAMES)) {
    const origin = `https://${name}.localhost:${port}`;
    servers.set(name, { name, doors: [], knocks: [], ...openFederation(origin, firstKnock) });
  }
  observe((knock) => {
    for (const server of servers.values()) {
      if (knock.keyId?.startsWith(server.origin)) server.knocks.push(knock);
    }
  });
  control.listen(0, "127.0.0.1", () => {
    console.log(JSON.stringify({ port, control: control.address().port }));
  });
});

// Whoever started this process ends it by closing its standard input; nothing is left behind after a crash.
process.stdin.resume().on("end", () => process.exit(0));
