import { describe, expect, it } from "vitest";
import type { Vault } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { atEveryStep } from "./crashes.ts";
import { memoryKeyRing } from "./key-rings.ts";

async function digestOf(identity: Vault, files: Vault, name: string): Promise<string> {
  const found = await memoryKeyRing(identity, files).find(name);
  return found.kind === "key" ? found.cipher.digest("x") : found.kind;
}

const wrappingKeys = async (identity: Vault) =>
  (await identity.names()).filter((name) => name.startsWith("wrapping-key-"));

describe("the key ring", () => {
  it("makes one key for each name, keeps it, and never writes over one", async () => {
    const [identity, files] = [createMemoryVault(), createMemoryVault()];
    const ring = memoryKeyRing(identity, files);
    expect(await ring.find("log-branch")).toEqual({ kind: "none" });
    const made = [(await ring.make("log-branch")).digest("x"), (await ring.make("log-outage-1")).digest("x")];
    expect(new Set(made).size).toBe(2);
    await expect(ring.make("log-branch")).rejects.toThrow("already");
    expect(await digestOf(identity, files, "log-branch")).toBe(made[0]);
    expect(await digestOf(identity, files, "log-outage-1")).toBe(made[1]);
    await expect(ring.find("../signing-key")).rejects.toThrow("not a name");
  });

  it("says that a key isn't this identity's, or is damaged, and keeps it", async () => {
    const [identity, files] = [createMemoryVault(), createMemoryVault()];
    const made = (await memoryKeyRing(identity, files).make("log-outage-1")).digest("x");
    const text = (await files.read("log-outage-1"))!;
    expect(await digestOf(createMemoryVault(), files, "log-outage-1")).toBe("unreadable");
    for (const bad of ["", "{", '{"format":2}', text.replace(/.{9}"/, 'AAAAAAAAA"'), text.slice(0, 60)]) {
      await files.write("log-outage-1", bad);
      expect(await digestOf(identity, files, "log-outage-1")).toBe("unreadable");
    }
    // Under another's name it doesn't open either.
    await files.write("log-outage-2", text);
    expect(await digestOf(identity, files, "log-outage-2")).toBe("unreadable");
    await files.write("log-outage-1", text);
    await memoryKeyRing(identity, files).setAside("log-outage-1");
    expect(await digestOf(identity, files, "log-outage-1")).toBe("none");
    await files.write("log-outage-1", (await files.read("log-outage-1.damaged-1"))!);
    expect(await digestOf(identity, files, "log-outage-1")).toBe(made);
  });

  it("renews the wrapping key whenever it destroys: a copy of the file opens nothing", async () => {
    const [identity, files] = [createMemoryVault(), createMemoryVault()];
    const ring = memoryKeyRing(identity, files);
    const kept = (await ring.make("log-branch")).digest("x");
    await ring.make("log-outage-1");
    const copy = (await files.read("log-outage-1"))!;
    await ring.destroy(["log-outage-1"]);
    expect(await files.names()).toEqual(["log-branch"]);
    await files.write("log-outage-1", copy);
    expect(await digestOf(identity, files, "log-outage-1")).toBe("unreadable");
    expect(await digestOf(identity, files, "log-branch")).toBe(kept);
    expect(await wrappingKeys(identity)).toEqual(["wrapping-key-2"]);
  });

  it("loses no key that isn't destroyed, wherever the power goes", async () => {
    const steps = await atEveryStep(async (crashing) => {
      const [identity, files] = [createMemoryVault(), createMemoryVault()];
      const before = memoryKeyRing(identity, files);
      const kept = (await before.make("log-branch")).digest("x");
      await before.copy("log-branch", "log-copy");
      await before.make("log-outage-1");
      const ring = memoryKeyRing(crashing.wrap(identity), crashing.wrap(files));
      return {
        run: async () => {
          await ring.destroy(["log-outage-1"]);
          await ring.make("log-outage-2");
        },
        async check() {
          expect(await digestOf(identity, files, "log-branch")).toBe(kept);
          const again = memoryKeyRing(identity, files);
          await again.destroy(["log-outage-1"]);
          expect(await digestOf(identity, files, "log-branch")).toBe(kept);
          expect(await digestOf(identity, files, "log-copy")).toBe(kept);
          expect(await digestOf(identity, files, "log-outage-1")).toBe("none");
          expect(await wrappingKeys(identity)).toHaveLength(1);
        },
      };
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("goes on in the same process after the disk failed once", async () => {
    await atEveryStep(async (crashing) => {
      const [identity, files] = [createMemoryVault(), createMemoryVault()];
      const kept = (await memoryKeyRing(identity, files).make("log-branch")).digest("x");
      let failing = true;
      const flaky = (vault: Vault): Vault => {
        const broken = crashing.wrap(vault);
        return new Proxy(vault, { get: (_, name) => Reflect.get(failing ? broken : vault, name) });
      };
      const ring = memoryKeyRing(flaky(identity), flaky(files));
      return {
        run: () => ring.destroy(["log-outage-1"]),
        async check() {
          failing = false;
          const found = await ring.find("log-branch");
          expect(found.kind === "key" && found.cipher.digest("x")).toBe(kept);
          expect(await wrappingKeys(identity)).toHaveLength(1);
        },
      };
    });
  });
});
