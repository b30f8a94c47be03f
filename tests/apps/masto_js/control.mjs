// masto.js by remote control: a line of JSON comes in for each thing to do, a line goes out with what came of it.
import { createInterface } from "node:readline";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

let clients = {};
let requests = [];
let heard;

// What is said on the wire, before the library gives names of its own to it.
const { fetch } = globalThis;
globalThis.fetch = async (request, more) => {
  const answer = await fetch(request, more);
  const body = await answer.clone().text();
  requests.push({ method: request.method, path: new URL(request.url).pathname, status: answer.status, body });
  return answer;
};

// In a path, a list holds what is selected: ["v1", "accounts", ["17"], "follow"].
const reached = (client, path) =>
  path.reduce((at, step) => (Array.isArray(step) ? at.$select(step[0]) : at[step]), client);

// Files come as {"base64": ...}.
const revived = (name, value) =>
  value?.base64 ? new Blob([Buffer.from(value.base64, "base64")], { type: "image/png" }) : value;

const actions = {
  open({ origin, token }) {
    clients.streaming?.close();
    clients = {
      rest: createRestAPIClient({ url: origin, accessToken: token }),
      oauth: createOAuthAPIClient({ url: origin }),
    };
  },
  call: ({ client, path, given }) => reached(clients[client], path)(given),
  async pages({ path, given }) {
    const pages = [];
    for await (const page of reached(clients.rest, [...path, "list"])(given)) pages.push(page);
    return pages;
  },
  listen({ address, token, path, given }) {
    clients.streaming ??= createStreamingAPIClient({ streamingApiUrl: address, accessToken: token });
    const events = reached(clients.streaming, path).subscribe(given).values();
    heard = { events, next: events.next() };
  },
  async hear() {
    const { value } = await heard.next;
    heard.next = heard.events.next();
    return value;
  },
};

const told = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line, revived);
  requests = [];
  try {
    told({ value: (await actions[said.do](said)) ?? null, requests });
  } catch (error) {
    told({ error: `${error.name}: ${error.message}`, requests });
  }
}
process.exit(0);
