import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../../../src/node/ports-memory.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import { createCipher } from "../../../src/node/store/cipher.ts";
import * as fc from "../../properties.ts";

const cipher = createCipher(realRandom.bytes(32), realRandom);
const place = fc.string({ maxLength: 40 });
/** Small ones stay as they are, large ones are deflated. */
const value = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ minLength: 900, maxLength: 3_000 }),
  fc.nat({ max: 600_000 }).map((length) => new Uint8Array(length).fill(65)),
);

describe("the cipher", () => {
  it("gives back what it was given, there and nowhere else", () => {
    fc.assert(
      fc.property(value, place, place, (bytes, here, there) => {
        const stored = cipher.encrypt(bytes, here);
        expect(cipher.decrypt(stored, here)?.equals(bytes)).toBe(true);
        if (here !== there) expect(cipher.decrypt(stored, there)).toBeNull();
        expect(createCipher(realRandom.bytes(32), realRandom).decrypt(stored, here)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("finds every bit that was turned over, every cut and every addition", () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, at, bit) => {
        const stored = cipher.encrypt(bytes, "x");
        const turned = Buffer.from(stored);
        turned[at % turned.length]! ^= 1 << bit;
        expect(cipher.decrypt(turned, "x")).toBeNull();
        expect(cipher.decrypt(stored.subarray(0, at % stored.length), "x")).toBeNull();
        expect(cipher.decrypt(Buffer.concat([stored, Uint8Array.of(bit)]), "x")).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("never throws at bytes that are none of its own", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => cipher.decrypt(bytes, "x") === null));
  });

  it("shows nothing of a value, and never stores the same bytes twice", () => {
    const bytes = Buffer.from("Kaur, Simran; 21998020000123");
    const stored = Array.from({ length: 500 }, () => cipher.encrypt(bytes, "x"));
    expect(new Set(stored.map((one) => one.toString("hex"))).size).toBe(500);
    expect(new Set(stored.map((one) => one.toString("hex", 1, 13))).size).toBe(500);
    expect(stored.some((one) => one.includes("Kaur") || one.includes("2199802"))).toBe(false);
  });

  it("stores text of some size in less than half of it, and little in little more", () => {
    const line = JSON.stringify({ kind: "checkout", patron: "21998020000123", item: "33191010001234" });
    expect(cipher.encrypt(Buffer.from(line.repeat(50)), "x").length).toBeLessThan((line.length * 50) / 2);
    expect(cipher.encrypt(Buffer.from(line), "x")).toHaveLength(line.length + 29);
  });

  it("hashes alike under one key, and otherwise under another", () => {
    const [key, other] = [createSeededRandom("1").bytes(32), createSeededRandom("2").bytes(32)];
    const digests = [key, key, other].map((one) => createCipher(one, realRandom).digest("21998020000123"));
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
    fc.assert(fc.property(fc.string(), (text) => /^[A-Za-z0-9_-]{22}$/.test(cipher.digest(text))));
    const derived = Buffer.from(hkdfSync("sha256", key, "", "deskmesh look-up", 32));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const hmac = createHmac("sha256", derived).update(text).digest().toString("base64url", 0, 16);
        expect(createCipher(key, realRandom).digest(text)).toBe(hmac);
      }),
    );
  });
});
