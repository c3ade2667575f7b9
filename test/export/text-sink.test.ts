/** Bytes of a file that is longer than one piece: nothing is lost or written twice where pieces meet. */
import { expect, it } from "vitest";
import { runThrough } from "../../src/crdt/circulation/steps.ts";
import { createTextSink } from "../../src/export/text-sink.ts";
import * as fc from "../properties.ts";

const piece = 32_768;
const unit = fc.constantFrom("a", ",", "é", "„", "😀");
const cell = fc.string({ unit, maxLength: 12 });
/** Around the length of a piece, and of as much text as fits into one whatever it holds. */
const long = fc
  .tuple(unit, fc.constantFrom(piece, piece / 2, Math.floor(piece / 3)), fc.integer({ min: -3, max: 3 }))
  .map(([one, length, more]) => one.repeat(Math.floor((length + more) / one.length)));
const texts = fc.array(fc.oneof({ weight: 6, arbitrary: cell }, { weight: 1, arbitrary: long }), {
  maxLength: 40,
});

it("holds what was written, in order, in UTF-8", () => {
  fc.assert(
    fc.property(texts, (written) => {
      const sink = createTextSink();
      for (const text of written) sink.write(text);
      const bytes = Buffer.from(runThrough(sink.toBytes()));
      expect(bytes.equals(Buffer.from(written.join("")))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
