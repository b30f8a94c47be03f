// One server written with Fedify: a person who can follow, and an inbox that notes what Fedify has verified.

import { createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { generateCryptoKeyPair } from "@fedify/fedify/sig";
import { Activity, Endpoints, Note, Person } from "@fedify/fedify/vocab";

export const NAME = "robin";

// Making a pair of RSA takes a while; the servers of this process may share what no test tells apart.
const keyPairs = Promise.all([generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), generateCryptoKeyPair("Ed25519")]);

export function openFederation(origin, firstKnock) {
  const received = [];
  const failures = [];
  const notes = new Map();
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    origin,
    allowPrivateAddress: true,
    firstKnock,
    // Signatures are verified, as they are unless somebody says otherwise.
    skipSignatureVerification: false,
    outboxRetryPolicy: () => null,
    inboxRetryPolicy: () => null,
    onOutboxError: (error) => failures.push(String(error)),
  });
  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      if (identifier !== NAME) return null;
      const keys = await context.getActorKeyPairs(identifier);
      return new Person({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: "Robin of the other side",
        inbox: context.getInboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
        followers: context.getFollowersUri(identifier),
        url: context.getActorUri(identifier),
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((key) => key.multikey),
      });
    })
    .setKeyPairsDispatcher(() => keyPairs);
  federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [] }));
  federation.setObjectDispatcher(Note, "/notes/{name}", (_, { name }) => notes.get(name) ?? null);
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: NAME }))
    .on(Activity, async (context, activity) => received.push(await described(context, activity)))
    .onError((_, error) => failures.push(String(error)));
  return { federation, origin, received, failures, notes };
}

// What Fedify has understood, in its own words: properties of its classes, not the JSON that arrived.
async function described(context, activity) {
  // An object that lives on another server than the activity is fetched there; what fails is not described.
  const object = await activity.getObject(context).catch(() => null);
  const result = await activity.getResult(context);
  return {
    id: activity.id?.href,
    type: activity.constructor.name,
    actor: activity.actorId?.href,
    object: activity.objectId?.href,
    objectType: object?.constructor.name,
    name: object?.name?.toString(),
    summary: object?.summary?.toString(),
    content: object?.content?.toString(),
    url: object?.url?.href,
    result: result?.url?.href,
    starts: object?.startTime?.toString(),
    ends: object?.endTime?.toString(),
    author: object?.attributionId?.href,
    to: activity.toIds.map((id) => id.href),
    proofs: (await Array.fromAsync(activity.getProofs(context))).length,
  };
}
