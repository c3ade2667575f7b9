import { describe, expect, it } from "vitest";
import { createTurnstile } from "../../../src/node/desk/turnstile.ts";

describe("a turnstile", () => {
  it("tells who was alone, and nobody else, that it went wrong, and then lets others pass", async () => {
    const { pass, alone } = createTurnstile();
    const order: string[] = [];
    const ended = alone(async () => {
      order.push("alone");
      throw new Error("the disk is gone");
    });
    const passed = pass(async () => void order.push("passed"));
    await expect(ended).rejects.toThrow("the disk is gone");
    await passed;
    expect(order).toEqual(["alone", "passed"]);
  });

  it("lets one be alone once those inside are through, whether they succeed or not", async () => {
    const { pass, alone } = createTurnstile();
    const order: string[] = [];
    const failing = pass(async () => {
      await Promise.resolve();
      order.push("failed");
      throw new Error("not recorded");
    });
    const last = alone(async () => void order.push("alone"));
    await expect(failing).rejects.toThrow("not recorded");
    await last;
    expect(order).toEqual(["failed", "alone"]);
  });
});
