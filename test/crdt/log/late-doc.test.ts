/** Texts reach the Y.Doc some dozens at a time: whoever looks into it must never be able to tell. */
import { expect, test } from "vitest";
import * as Y from "yjs";
import { createLateDoc } from "../../../src/crdt/log/late-doc.ts";
import { appendToUpdate } from "../../../src/crdt/log/updates.ts";
import * as fc from "../../properties.ts";

const looks = [
  (doc: Y.Doc) => Y.encodeStateVector(doc),
  (doc: Y.Doc) => Y.encodeStateAsUpdate(doc),
  (doc: Y.Doc) => doc.getArray("feed/0").toArray(),
  (doc: Y.Doc) => [...doc.share.keys()].sort(),
  (doc: Y.Doc) => doc.store.clients.size,
];

test("any look finds what a document finds that took each group as an update at once", () => {
  const step = fc.record({
    writer: fc.nat({ max: 2 }),
    texts: fc.array(fc.string({ unit: "binary", maxLength: 20 }), { minLength: 1, maxLength: 40 }),
    look: fc.option(fc.constantFrom(...looks)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const late = createLateDoc();
      const eager = new Y.Doc({ gc: false });
      const clocks = new Map<number, number>();
      for (const { writer, texts, look } of steps) {
        const [name, client, clock] = [`feed/${writer}`, 1000 + writer, clocks.get(writer) ?? 0];
        late.append({ name, client }, texts);
        Y.applyUpdate(eager, appendToUpdate(name, client, clock, texts));
        clocks.set(writer, clock + texts.length);
        if (look) expect(look(late.yDoc)).toEqual(look(eager));
      }
      for (const look of looks) expect(look(late.yDoc)).toEqual(look(eager));
    }),
  );
});

test("one look writes what waits, and a listener hears of it once", () => {
  const { yDoc, append } = createLateDoc();
  const heard: Uint8Array[] = [];
  yDoc.on("update", (update: Uint8Array) => heard.push(update));
  append({ name: "feed/0", client: 7 }, ["a"]);
  append({ name: "feed/0", client: 7 }, ["b"]);
  expect(heard).toEqual([]);
  expect(Y.decodeStateVector(Y.encodeStateVector(yDoc))).toEqual(new Map([[7, 2]]));
  expect(heard).toEqual([appendToUpdate("feed/0", 7, 0, ["a", "b"])]);
});
