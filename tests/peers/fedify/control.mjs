// What a test can tell a server to do: look somebody up, send something, say what it has received.

import { verifyObject } from "@fedify/fedify/sig";
import * as vocab from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { NAME } from "./federation.mjs";

let number = 0;

// Each command gets the server and what the test said, and returns something that JSON can hold.
export const COMMANDS = {
  received: (server) => ({ received: server.received, failures: server.failures, doors: server.doors }),

  lookup: async (server, { name }) => {
    const found = await contextOf(server).lookupObject(name);
    return found && { id: found.id?.href, type: found.constructor.name, name: found.name?.toString() };
  },

  webfinger: (server, { resource }) => contextOf(server).lookupWebFinger(resource),

  // Sends an activity of any class of Fedify's vocabulary and tells its id, its bytes' JSON and who took it.
  send: async (server, { type, object, to, inner, content, inReplyTo, audience }) => {
    const context = contextOf(server);
    const actor = context.getActorUri(NAME);
    const id = () => new URL(`/activities/${++number}`, server.origin);
    const values = { id: id(), actor, to: new URL(audience ?? to) };
    if (inner) {
      values.object = new vocab[inner.type]({ id: new URL(inner.id), actor, object: new URL(inner.object) });
    } else if (content) {
      const name = String(++number);
      const note = new vocab.Note({
        id: context.getObjectUri(vocab.Note, { name }),
        attribution: actor,
        content,
        replyTarget: new URL(inReplyTo),
        to: vocab.PUBLIC_COLLECTION,
        cc: new URL(to),
        published: Temporal.Now.instant(),
      });
      server.notes.set(name, note);
      values.object = note;
    } else {
      values.object = new URL(object);
    }
    const activity = new vocab[type](values);
    const recipient = await context.lookupObject(to);
    await context.sendActivity({ identifier: NAME }, recipient, activity, { immediate: true });
    return { id: activity.id.href, object: activity.objectId?.href };
  },

  // Whether Fedify finds the integrity proof of a document good; it fetches the key itself.
  verify: async (server, { document }) => {
    const context = contextOf(server);
    const loaders = { documentLoader: context.documentLoader, contextLoader: context.contextLoader };
    return { isProved: (await verifyObject(vocab.Object, document, loaders)) !== null };
  },

  // What it asked of others since the last time this was asked: which signature it tried first, and the answer.
  knocks: (server) => server.knocks.splice(0),
};

function contextOf(server) {
  return server.federation.createContext(new URL(server.origin), undefined);
}
