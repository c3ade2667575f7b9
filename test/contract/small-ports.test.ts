/** Clock, Random and Vault: the real ones and their twins, held to one suite each. */
import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock, Random, Vault } from "../../src/node/ports.ts";
import { createManualClock, createMemoryVault, createSeededRandom } from "../../src/node/ports-memory.ts";
import { createFileVault, realClock, realRandom } from "../../src/node/real-ports.ts";

const clocks: readonly (readonly [string, () => { clock: Clock; pass: (ms: number) => Promise<void> }])[] = [
  [
    "real",
    () => ({ clock: realClock, pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 10)) }),
  ],
  [
    "manual",
    () => {
      const clock = createManualClock(1_795_300_000_000);
      return { clock, pass: async (ms) => clock.advance(ms) };
    },
  ],
];

describe.each(clocks)("clock: %s", (_kind, create) => {
  it("calls back once, in order of time, and not what was cancelled", async () => {
    const { clock, pass } = create();
    const called: string[] = [];
    const started = clock.monotonic();
    // Long behind the others: where a busy machine lets nothing run until both are due, their order says nothing.
    clock.after(1_500, () => called.push("late"));
    const cancel = clock.after(20, () => called.push("never"));
    clock.after(10, () => {
      called.push("early");
      clock.after(0, () => called.push("from within"));
    });
    expect(called).toEqual([]);
    cancel();
    cancel();
    await pass(1_520);
    expect(called).toEqual(["early", "from within", "late"]);
    expect(clock.monotonic() - started).toBeGreaterThanOrEqual(1_519);
    await pass(60);
    expect(called).toHaveLength(3);
  });

  it("tells wall time that goes on", async () => {
    const { clock, pass } = create();
    const before = clock.now();
    await pass(30);
    expect(clock.now() - before).toBeGreaterThanOrEqual(29);
    expect(clock.now()).toBeGreaterThan(1_700_000_000_000);
  });
});

it("the manual clock's wall time jumps alone", () => {
  const clock = createManualClock(1_000);
  clock.advance(5);
  clock.setWall(50);
  expect([clock.now(), clock.monotonic()]).toEqual([50, 5]);
});

const randoms: readonly (readonly [string, () => Random])[] = [
  ["real", () => realRandom],
  ["seeded", () => createSeededRandom("seed")],
];

describe.each(randoms)("random: %s", (_kind, create) => {
  it("gives as many bytes as asked, never the same twice, and numbers of 32 bits", () => {
    const random = create();
    const drawn = Array.from({ length: 200 }, () => Buffer.from(random.bytes(8)).toString("hex"));
    expect(new Set(drawn).size).toBe(200);
    expect(random.bytes(0)).toHaveLength(0);
    expect(random.bytes(65)).toHaveLength(65);
    const numbers = Array.from({ length: 400 }, () => random.uint32());
    expect(numbers.every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 32)).toBe(true);
    expect(numbers.some((one) => one >= 2 ** 31) && numbers.some((one) => one < 2 ** 31)).toBe(true);
  });
});

it("the seeded random repeats itself, whatever the sizes asked for", () => {
  const [one, two] = [createSeededRandom("7"), createSeededRandom("7")];
  const whole = Buffer.from(one.bytes(100));
  const parts = Buffer.concat([two.bytes(1), two.bytes(60), two.bytes(39)]);
  expect(parts.equals(whole)).toBe(true);
  expect(Buffer.from(createSeededRandom("8").bytes(100)).equals(whole)).toBe(false);
});

describe.each(["files", "memory"] as const)("vault: %s", (kind) => {
  let folder: string;
  let vault: Vault;
  let reopen: () => Promise<Vault>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "deskmesh-vault-"));
    vault = kind === "files" ? await createFileVault(join(folder, "identity")) : createMemoryVault();
    reopen = async () => (kind === "files" ? createFileVault(join(folder, "identity")) : vault);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps what was written last, by name, also after it is opened again", async () => {
    expect(await vault.read("key")).toBeNull();
    await vault.write("key", "one\n");
    await vault.write("key", "zwei ü\n");
    await vault.write("other", "");
    const again = await reopen();
    expect([await again.read("key"), await again.read("other")]).toEqual(["zwei ü\n", ""]);
  });

  it("tells what it keeps, and destroys by name", async () => {
    await vault.write("one", "1");
    await vault.write("two", "2");
    expect([...(await vault.names())].sort()).toEqual(["one", "two"]);
    await vault.destroy("one");
    await vault.destroy("one");
    expect(await vault.names()).toEqual(["two"]);
    expect([await vault.read("one"), await (await reopen()).read("two")]).toEqual([null, "2"]);
  });

  it("takes many writes of one name at once: the last one asked for holds", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => vault.write("peers", `${i}`.repeat(5_000))));
    expect(await (await reopen()).read("peers")).toBe("19".repeat(5_000));
  });
});

it("the vault overwrites what it destroys, and what a power cut left beside it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "deskmesh-vault-"));
  const vault = await createFileVault(folder);
  await vault.write("key", "secret");
  await writeFile(join(folder, "key.new"), "secret");
  // Another name of the same bytes on the disk: what is there once the first is gone.
  await link(join(folder, "key"), join(folder, "witness"));
  await link(join(folder, "key.new"), join(folder, "witness-2"));
  try {
    expect([...(await vault.names())].sort()).toEqual(["key", "witness", "witness-2"]);
    await vault.destroy("key");
    expect((await readdir(folder)).sort()).toEqual(["witness", "witness-2"]);
    for (const name of ["witness", "witness-2"]) {
      const bytes = await readFile(join(folder, name));
      expect(bytes).toHaveLength(6);
      expect(bytes.includes("secret")).toBe(false);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("the vault's files are their owner's alone, and no half-written one is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "deskmesh-vault-"));
  try {
    const vault = await createFileVault(join(folder, "identity"));
    await vault.write("signing-key", "secret");
    expect((await stat(join(folder, "identity"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "identity", "signing-key"))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, "identity"))).toEqual(["signing-key"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
