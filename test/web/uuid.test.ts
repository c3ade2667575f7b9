import { describe, expect, test } from "vitest";
import { uuidv7 } from "../../src/web/uuid.ts";
import { assert, integer, property, uint8Array } from "../properties.ts";

const times = integer({ min: 0, max: 2 ** 48 - 1 });
const random = uint8Array({ minLength: 10, maxLength: 10 });

describe("uuidv7", () => {
  test("is a UUID of version 7 for any time and any bytes, and says its time", () => {
    assert(
      property(times, random, (ms, bytes) => {
        const id = uuidv7(ms, bytes);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(ms);
      }),
    );
  });

  test("sorts by time", () => {
    assert(
      property(times, times, random, random, (a, b, x, y) => {
        if (a !== b) expect(uuidv7(a, x) < uuidv7(b, y)).toBe(a < b);
      }),
    );
  });

  test("throws rather than make an id of too little randomness", () => {
    expect(() => uuidv7(0, new Uint8Array(9))).toThrow("random");
  });
});
