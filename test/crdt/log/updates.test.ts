import { expect, test } from "vitest";
import * as Y from "yjs";
import { appendToUpdate } from "../../../src/crdt/log/updates.ts";
import * as fc from "../../properties.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });
const groups = fc.array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });

test("an update is the one that a document of its writer alone emits, byte for byte", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.string({ minLength: 1 }),
      groups,
      (client, name, all) => {
        const doc = new Y.Doc({ gc: false });
        doc.clientID = client;
        const emitted: Uint8Array[] = [];
        doc.on("update", (update: Uint8Array) => emitted.push(update));
        let clock = 0;
        for (const texts of all) {
          doc.getArray<string>(name).push(texts);
          const written = appendToUpdate(name, client, clock, texts);
          expect(Buffer.from(written).toString("hex")).toBe(Buffer.from(emitted.at(-1)!).toString("hex"));
          clock += texts.length;
        }
        expect(emitted).toHaveLength(all.length);
      },
    ),
  );
});
