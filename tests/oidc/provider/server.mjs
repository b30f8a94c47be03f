// A certified OpenID provider (npm oidc-provider) over TLS, and commands of the tests that change who is there.
//
//     node server.mjs certificate.pem key.pem
//
// The first line it prints tells both ports. NODE_EXTRA_CA_CERTS names the authority that it trusts besides others.

import dns from "node:dns";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { Provider } from "oidc-provider";

// RFC 6761, 6.3; many resolvers do not know these names.
const lookup = dns.lookup;
dns.lookup = (name, options, callback) => {
  if (!name.endsWith(".localhost")) return lookup(name, options, callback);
  const answer = callback ?? options;
  const wantsAll = typeof options === "object" && options.all;
  const found = wantsAll ? [[{ address: "127.0.0.1", family: 4 }]] : ["127.0.0.1", 4];
  process.nextTick(() => answer(null, ...found));
};

const [certificate, key] = process.argv.slice(2).map((path) => readFileSync(path));
const people = new Map();
let provider;
let handle;

function openProvider(origin, client) {
  provider = new Provider(origin, {
    clients: [
      {
        client_id: "alliance",
        client_secret: "geheim+/= und lang",
        redirect_uris: [`${client}/sign-in/company/back`],
        post_logout_redirect_uris: [`${client}/`],
        backchannel_logout_uri: `${client}/sign-in/company/ended`,
        backchannel_logout_session_required: true,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "zoneinfo", "groups"] },
    cookies: { keys: ["one key", "another key"] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut },
    },
    // It calls no private addresses by itself, and everything here is one.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    findAccount: (_, id) =>
      people.has(id) && { accountId: id, claims: () => ({ sub: id, ...people.get(id) }) },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant,
    pkce: { required: () => true },
    ttl: { Session: 3600, Interaction: 3600, Grant: 3600, AccessToken: 3600, IdToken: 3600 },
  });
  provider.proxy = false;
  provider.on("server_error", (_, error) => console.error(error));
  provider.on("backchannel.error", (_, error) => console.error(error));
  handle = provider.callback();
}

// The company has decided for everybody that its own instance may know who they are.
async function loadExistingGrant(ctx) {
  const grant = new ctx.oidc.provider.Grant({
    clientId: ctx.oidc.client.clientId,
    accountId: ctx.oidc.session.accountId,
  });
  grant.addOIDCScope("openid email profile");
  await grant.save();
  return grant;
}

async function askToSignOut(ctx, form) {
  const out = '<button name="logout" value="yes" form="op.logoutForm">Sign out everywhere</button>';
  ctx.body = `<!doctype html><title>Sign out</title>${form}${out}`;
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      `<!doctype html><title>${details.params.ui_locales}</title><form method="post">` +
        '<label>Name <input name="login"></label><button>Continue</button></form>',
    );
    return;
  }
  const said = new URLSearchParams(await bodyOf(request)).get("login");
  const result = people.has(said)
    ? { login: { accountId: said } }
    : { error: "access_denied", error_description: "nobody of that name" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const door = https.createServer({ cert: certificate, key }, (request, response) => {
  const answer = request.url.startsWith("/interaction/") ? interact(request, response) : handle(request, response);
  Promise.resolve(answer).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});

const COMMANDS = {
  open: ({ origin, client }) => openProvider(origin, client),
  person: ({ id, claims }) => people.set(id, claims),
  gone: ({ id }) => people.delete(id),
};

const control = http.createServer(async (request, response) => {
  const { command, ...said } = JSON.parse(await bodyOf(request));
  COMMANDS[command](said);
  response.writeHead(204).end();
});

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

door.listen(0, "127.0.0.1", () => {
  control.listen(0, "127.0.0.1", () => {
    console.log(JSON.stringify({ port: door.address().port, control: control.address().port }));
  });
});

// Whoever started this process ends it by closing its standard input; nothing is left behind after a crash.
process.stdin.resume().on("end", () => process.exit(0));
