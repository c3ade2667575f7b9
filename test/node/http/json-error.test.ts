import { describe, expect, test } from "vitest";
import { findJsonError } from "../../../src/node/http/json-error.ts";
import * as fc from "../../properties.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON with one character cut out, doubled or replaced: nearly always broken, sometimes not. */
const damaged = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom("", '"', "\\", "{", "]", ",", ":", "-", "0", "e", "\n", "\u0001", "u"),
    fc.boolean(),
  )
  .map(([json, at, put, keep]) => {
    const cut = at % (json.length + 1);
    return json.slice(0, cut) + put + json.slice(keep ? cut : cut + 1);
  });

describe("findJsonError", () => {
  test("finds an error exactly where the runtime finds one", () => {
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string(), fc.json()), (text) => {
        expect(findJsonError(text) === null).toBe(isJson(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test("what stands before the position can still become JSON, and the place is inside the text", () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const error = findJsonError(text);
        if (error === null) return;
        expect(error.offset).toBeLessThanOrEqual(text.length);
        // Cut at the position, nothing before it may be called wrong.
        const before = findJsonError(text.slice(0, error.offset));
        if (before !== null) expect(before.offset).toBe(error.offset);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"id": "x",, }', 11, 1, 12],
    ['{\n  "a": 1\n  "b": 2\n}', 13, 3, 3],
    ["", 0, 1, 1],
    ['{"a": tru}', 6, 1, 7],
    ["[1, 2", 5, 1, 6],
    ['"a\tb"', 2, 1, 3],
    ["{'a': 1}", 1, 1, 2],
    ["1 2", 2, 1, 3],
  ])("%j breaks at position %i", (text, offset, line, column) => {
    expect(findJsonError(text)).toMatchObject({ offset, line, column });
  });

  test("depth costs no stack", () => {
    expect(findJsonError("[".repeat(200_000))).toMatchObject({ offset: 200_000 });
  });
});
