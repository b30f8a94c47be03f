// The network as this process sees it: names below localhost are loopback, and what leaves is noted.

import dns from "node:dns";

// RFC 6761, 6.3; many resolvers do not know these names.
const lookup = dns.lookup;
dns.lookup = (name, options, callback) => {
  if (!name.endsWith(".localhost")) return lookup(name, options, callback);
  const answer = callback ?? options;
  const wantsAll = typeof options === "object" && options.all;
  process.nextTick(() => (wantsAll ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4)));
};

const fetch = globalThis.fetch;
let note = () => {};
globalThis.fetch = async (resource, options) => {
  const isRequest = resource instanceof Request;
  const headers = new Headers(options?.headers ?? (isRequest ? resource.headers : undefined));
  const method = options?.method ?? (isRequest ? resource.method : "GET");
  const url = isRequest ? resource.url : String(resource);
  const isRfc = headers.has("signature-input");
  const signature = headers.get(isRfc ? "signature-input" : "signature");
  const response = await fetch(resource, options);
  if (signature) {
    const keyId = /key-?id="([^"]+)"/i.exec(signature)?.[1];
    note({ method, url, keyId, dialect: isRfc ? "rfc9421" : "cavage", status: response.status });
  }
  return response;
};

export function observe(listener) {
  note = listener;
}
