import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../../../src/node/ports-memory.ts";
import { createGate } from "../../../src/node/staff/gate.ts";
import { checkPin, isPin, provePin } from "../../../src/node/staff/pin.ts";
import { drawRecoveryCode, recoveryCodeToHash } from "../../../src/node/staff/recovery-code.ts";
import * as fc from "../../properties.ts";

const random = createSeededRandom("secrets");

describe("a PIN", () => {
  test("is proved by itself alone, in any way of writing it, and its proof doesn't hold it", async () => {
    const proof = await provePin("Zoë-4711", random);
    expect(await checkPin("Zoe\u0308-4711", proof)).toBe(true);
    for (const wrong of ["Zoe-4711", "zoë-4711", "Zoë-4711 ", ""])
      expect(await checkPin(wrong, proof)).toBe(false);
    expect(await checkPin("Zoë-4711", null)).toBe(false);
    expect(JSON.stringify(proof)).not.toContain("4711");
    expect((await provePin("Zoë-4711", random)).hash).not.toBe(proof.hash);
  });

  test("has 4 to 64 characters", () => {
    expect(["1234", "é".repeat(64), "correct horse"].every(isPin)).toBe(true);
    for (const wrong of ["123", "a".repeat(65), "12\n34", ""]) expect(isPin(wrong)).toBe(false);
  });

  test("an unknown user's check takes as long as a known one's", async () => {
    const proof = await provePin("1234", random);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 12; round++) {
      for (const [name, held] of [
        ["known", proof],
        ["unknown", null],
      ] as const) {
        const startedAt = performance.now();
        await checkPin("4321", held);
        times[name].push(performance.now() - startedAt);
      }
    }
    const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!;
    expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.6);
    expect(median(times.unknown) / median(times.known)).toBeLessThan(1.7);
  });
});

describe("a recovery code", () => {
  test("is read back however it is written down", () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const code = drawRecoveryCode(createSeededRandom(seed));
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$/);
        const hash = recoveryCodeToHash(code);
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        const sloppy = code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
        expect(recoveryCodeToHash(sloppy)).toBe(hash);
      }),
    );
  });

  test("a slip of the pen is told before anybody is asked", () => {
    const code = drawRecoveryCode(random);
    let passed = 0;
    for (let at = 0; at < code.length; at++) {
      if (code[at] === "-") continue;
      const slipped = `${code.slice(0, at)}${code[at] === "7" ? "8" : "7"}${code.slice(at + 1)}`;
      if (recoveryCodeToHash(slipped) !== null) passed += 1;
    }
    expect(passed).toBeLessThanOrEqual(1);
    for (const odd of ["", code.slice(1), `${code}0`, "U".repeat(28)])
      expect(recoveryCodeToHash(odd)).toBeNull();
  });
});

describe("the gate", () => {
  test("lets one in at a time, a few wait, and the rest are told so at once", async () => {
    const gate = createGate(2);
    let inside = 0;
    let most = 0;
    const run = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
      return 1;
    };
    const passed = Array.from({ length: 6 }, () => gate.pass(run));
    expect(passed.map((one) => one !== null)).toEqual([true, true, true, false, false, false]);
    await Promise.all(passed);
    expect(most).toBe(1);
    await expect(gate.pass(() => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await gate.pass(run)).toBe(1);
  });
});
