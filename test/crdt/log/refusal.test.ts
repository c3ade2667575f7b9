/** L3, L11: a changed, misplaced or unsigned update is refused with its code and changes nothing. */

import { describe, expect, it } from "vitest";
import { chainStart, signGroup } from "../../../src/crdt/log/chain.ts";
import { entryToJson, joinSignature } from "../../../src/crdt/log/entry.ts";
import { headerToBody } from "../../../src/crdt/log/feed.ts";
import { Y } from "../../../src/crdt/log/yjs.ts";
import * as fc from "../../properties.ts";
import { encodeUpdate } from "./dishonest-updates.ts";
import {
  acceptAll,
  branch,
  createSampleDocument,
  createSampleWriter,
  outage,
  runOf,
  signerOf,
  snapshotOf,
} from "./sample-feeds.ts";

const place = { branch, document: outage, desk: signerOf(0).desk, run: runOf(1) };
const header = {
  clock: { ms: 1, n: 0 },
  at: 1,
  body: headerToBody({ key: signerOf(0).publicKey, name: "One" }),
};
const note = { clock: { ms: 2, n: 0 }, at: 2, body: { k: "note" } };

/** The texts as the first update of the sample run, by a writer of that number. */
function textsToUpdate(texts: readonly string[], client = 5): Uint8Array {
  const parent = `feed/${place.desk}/${place.run}/0`;
  const content = { kind: "any", values: texts } as const;
  return encodeUpdate([{ client, clock: 0, structs: [{ kind: "item", parent, content }] }]);
}

function signedTexts(jsons: readonly string[], signer = signerOf(0)): readonly string[] {
  return signGroup(signer, chainStart(place), jsons).texts;
}

function expectRefused(update: Uint8Array, code: string): void {
  const { document, entries } = createSampleDocument();
  expect(document.accept(update)).toMatchObject({ kind: "refused", code });
  expect(document.accept(update)).toMatchObject({ kind: "refused", code });
  expect([...document.feeds()]).toEqual([]);
  expect(entries).toEqual([]);
  expect(document.yDoc.store.clients.size).toBe(0);
}

describe("refusals", () => {
  it("takes the honest one", () => {
    const { document } = createSampleDocument();
    const update = textsToUpdate(signedTexts([entryToJson(header), entryToJson(note)]));
    expect(document.accept(update).kind).toBe("advanced");
  });

  it("nothing unsigned is ever taken", () => {
    expectRefused(textsToUpdate([entryToJson(header)]), "unsigned");
    expectRefused(textsToUpdate([...signedTexts([entryToJson(header)]), entryToJson(note)]), "unsigned");
  });

  it("a wrong key, desk, run, branch or document", () => {
    expectRefused(textsToUpdate(signedTexts([entryToJson(header)], signerOf(1))), "bad-signature");
    const other = headerToBody({ key: signerOf(1).publicKey, name: "One" });
    expectRefused(
      textsToUpdate(signedTexts([entryToJson({ ...header, body: other })], signerOf(1))),
      "bad-header",
    );
    for (const wrong of [{ branch: "other" }, { document: "outage-2" }, { run: runOf(2) }]) {
      const texts = signGroup(signerOf(0), chainStart({ ...place, ...wrong }), [entryToJson(header)]).texts;
      expectRefused(textsToUpdate(texts), "bad-signature");
    }
  });

  it("a header that isn't one", () => {
    expectRefused(textsToUpdate(signedTexts([entryToJson(note)])), "bad-header");
    for (const body of [
      { k: "run", key: signerOf(0).publicKey, name: "" },
      { k: "run", key: signerOf(0).publicKey, name: "x".repeat(81) },
      { k: "run", key: 7, name: "One" },
      { k: "run", key: signerOf(0).publicKey, name: "One", prev: ["a", 1] },
      { k: "run", key: signerOf(0).publicKey, name: "One", prev: [runOf(2), -1, "hash"] },
    ]) {
      expectRefused(textsToUpdate(signedTexts([entryToJson({ ...header, body })])), "bad-header");
    }
  });

  it("clocks that don't grow, and a hash before where none belongs", () => {
    const back = { ...note, clock: { ms: 1, n: 0 } };
    expectRefused(textsToUpdate(signedTexts([entryToJson(header), entryToJson(back)])), "bad-chain");
    const before = { hash: "A".repeat(43), count: 1 };
    expectRefused(
      textsToUpdate(signedTexts([entryToJson(header), entryToJson({ ...note, before })])),
      "bad-chain",
    );
    expectRefused(textsToUpdate(signedTexts([entryToJson({ ...header, before })])), "bad-chain");
  });

  it("an entry of more than 8 KiB, and one that isn't JSON", () => {
    const long = { ...note, body: { k: "note", text: "x".repeat(8200) } };
    expectRefused(textsToUpdate(signedTexts([entryToJson(header), entryToJson(long)])), "malformed");
    expectRefused(textsToUpdate(signedTexts([entryToJson(header), "{not json}"])), "malformed");
  });

  it("another spelling of the same signature", () => {
    const json = entryToJson(note);
    const [start, text] = signedTexts([entryToJson(header), json]) as [string, string];
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const respelt = text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + 1];
    const signatureOf = (one: string): Buffer => Buffer.from(one.slice(json.length + 1), "base64url");
    expect(signatureOf(respelt).equals(signatureOf(text))).toBe(true);
    expectRefused(textsToUpdate([start, respelt]), "malformed");
  });

  it("more bytes than a segment may have, so that a relay of it never grows beyond a frame", () => {
    const { document } = createSampleDocument();
    const jsons = Array.from({ length: 66 }, (_, i) =>
      entryToJson({ ...note, clock: { ms: 2, n: i }, body: { k: "note", text: "x".repeat(8050) } }),
    );
    const doc = new Y.Doc();
    doc.clientID = 5;
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    let hash = chainStart(place);
    for (const group of [[entryToJson(header)], jsons, [entryToJson({ ...note, clock: { ms: 3, n: 0 } })]]) {
      const signed = signGroup(signerOf(0), hash, group);
      hash = signed.after;
      doc.getArray<string>(`feed/${place.desk}/${place.run}/0`).push(signed.texts);
    }
    expect(document.accept(updates[0]!).kind).toBe("advanced");
    const before = snapshotOf(document);
    expect(document.accept(updates[1]!)).toMatchObject({ kind: "refused", code: "too-large" });
    expect(snapshotOf(document)).toEqual(before);
  });

  it("any key in a header has an answer", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (key, signature) => {
          const { document } = createSampleDocument();
          const publicKey = Buffer.from(key).toString("base64url");
          const json = entryToJson({ ...header, body: { k: "run", key: publicKey, name: "x" } });
          const accepted = document.accept(textsToUpdate([joinSignature(json, signature)]));
          expect(accepted.kind).toBe("refused");
        },
      ),
    );
  });

  it("honest updates with bits flipped, cut off or spliced change nothing", () => {
    const groups = createSampleWriter().groups(30, 10);
    const mutated = fc.tuple(fc.nat(2), fc.constantFrom("flip", "cut", "splice"), fc.nat(), fc.nat());
    fc.assert(
      fc.property(mutated, ([nth, how, at, other]) => {
        const { document, entries } = createSampleDocument();
        acceptAll(document, groups.slice(0, nth));
        const before = snapshotOf(document);
        const delivered = entries.length;
        const honest = groups[nth]!.update;
        const update = Uint8Array.from(honest);
        if (how === "flip") update[at % update.length]! ^= 1 << (other % 8);
        if (how === "splice") update.copyWithin(at % update.length, other % update.length);
        const sent = how === "cut" ? update.slice(0, at % update.length) : update;
        if (Buffer.compare(sent, honest) === 0) return;
        const accepted = document.accept(sent);
        // Some bits say nothing: another clientID at a segment's start, which no signature covers, or a flag that Yjs
        // doesn't read there. Then it is the honest texts that came, all of them and nothing else.
        if (accepted.kind === "advanced") {
          const honestTexts = groups.slice(0, nth + 1).flatMap((group) => group.texts);
          expect(document.texts(groups[0]!.segment.slice(5, -2), 0, 100)).toEqual(honestTexts);
          return;
        }
        expect(snapshotOf(document)).toEqual(before);
        expect(entries.length).toBe(delivered);
      }),
      { numRuns: 1000, examples: [[[1, "flip", 6, 1_483_123_829]]] },
    );
  });
});
