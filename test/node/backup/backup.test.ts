/** Backups of desks that work, and what becomes of them elsewhere. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RestoreAnswer, restoreBackup } from "../../../src/node/backup/restore.ts";
import type { BackupRequest } from "../../../src/node/desk/desk.ts";
import { storeMembership } from "../../../src/node/identity.ts";
import { createFileVault, realRandom } from "../../../src/node/real-ports.ts";
import { createKeyRing } from "../../../src/node/store/key-ring.ts";
import { createLevels } from "../../../src/node/store/level.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores } from "../../../src/node/store/log-store.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  newId,
  type Pc,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "../desk/desks.ts";
import { sampleFolder } from "../snapshot/stores.ts";

const passphrase = "correct horse battery";
let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-backup-"));
  // A desk is known by the certificate of its identity.
  world = createWorld({ overTls: true });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const backupPath = (): string => join(folder, "backup");
const dataDir = (): string => join(folder, "restored", "data");

async function backUp(desk: RunningDesk, more: Partial<BackupRequest> = {}) {
  return desk.backup({ path: backupPath(), passphrase, ...more });
}

function restore(
  more: { passphrase?: string; dataDir?: string; identityDir?: string } = {},
): Promise<RestoreAnswer> {
  const place = more.dataDir ?? dataDir();
  const options = { folder: backupPath(), passphrase, dataDir: place, identityDir: join(place, "identity") };
  return restoreBackup({ ...options, onProgress: () => undefined, ...more });
}

async function putRestored(pc: Pc, place = dataDir()): Promise<void> {
  pc.vault = await createFileVault(join(place, "identity"));
  pc.keyFiles = await createFileVault(join(place, "keys"));
  pc.snapshots = createLevels(join(place, "snapshots"));
  pc.folders = await createDiskFolders(join(place, "log"));
}

/** A PC of the world whose disk is what was restored. */
async function startRestored(n: number): Promise<RunningDesk> {
  await putRestored(world.pc(n));
  return world.start(n, []);
}

async function filesBelow(place: string): Promise<readonly string[]> {
  return (await readdir(place, { recursive: true })).sort();
}

describe("a backup", () => {
  it("of a desk that is scanning comes back elsewhere with every entry that was there, and in a new run", async () => {
    const one = await world.start(1);
    expectDone(await one.importSnapshot(sampleFolder));
    for (let n = 0; n < 40; n++) await record(one, checkout(`3319100000${1000 + n}`), "MK");
    const fields = { surname: "Vanderbroeck", given_names: "Ada", birth_date: "1969-02-14" };
    await record(one, { id: newId(), kind: "registration", patron: "29988770099998", fields });
    const before = await readAll(one);
    let scanned = 0;
    let stop = false;
    const scanning = (async () => {
      for (; !stop; scanned++) await record(one, checkout(`3319200000${1000 + scanned}`));
    })();
    const made = expectDone(await backUp(one, { withIdentity: true }));
    stop = true;
    await scanning;
    expect(made).toMatchObject({
      path: backupPath(),
      snapshots: 1,
      openedBy: "passphrase",
      withIdentity: true,
    });
    expect((await readdir(folder)).sort()).toEqual(["backup"]);
    for (const name of await readdir(backupPath())) {
      const bytes = await readFile(join(backupPath(), name));
      for (const text of ["Vanderbroeck", "29988770099998", "33191000001000", "signing-key", passphrase])
        expect(bytes.includes(text), `${text} in ${name}`).toBe(false);
    }
    const here = await readAll(one);
    expect(here.length).toBe(before.length + scanned);

    expect(await restore()).toMatchObject({ kind: "restored", restored: { snapshots: 1, identity: "old" } });
    expect(await readdir(join(folder, "restored"))).toEqual(["data"]);
    await one.close();
    const again = await startRestored(7);
    expect(again.signer.desk).toBe(one.signer.desk);
    const rows = await readAll(again);
    // A beginning of what the desk wrote: the newest rows, made since, are missing and no other.
    const ids = (list: readonly string[]) => list.map((row) => (JSON.parse(row) as { id: string }).id);
    expect(ids(rows)).toEqual(ids(here).slice(here.length - rows.length));
    expect(rows.length).toBeGreaterThanOrEqual(before.length);
    await until("the snapshot is in force", () => again.snapshots()[0]?.state === "in-force");
    expect((await again.patron("29988770099998")).name).toBe("Ada Vanderbroeck");
    // The old PC is still there with what came later: nothing is lost, nothing is doubled.
    await record(again, checkout("33193000000001"));
    const back = await world.start(1, [7]);
    await until("both are one log", async () => (await readAll(back)).length === here.length + 1);
    await agree([back, again], here.length + 1);
    const runs = back.desks().desks.find(({ self }) => self)?.runs ?? [];
    expect(new Set(runs).size).toBeGreaterThan(1);
  });

  it("without identity makes no desk; one that joins goes on with its entries", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"));
    expectDone(await backUp(one));
    expect(await restore()).toMatchObject({ kind: "restored", restored: { identity: "none" } });
    const names = await filesBelow(dataDir());
    expect(names.filter((name) => /signing-key|branch\.json|link/.test(name))).toEqual([]);
    const rows = await readAll(one);
    const keys = createKeyRing(
      await createFileVault(join(dataDir(), "identity")),
      await createFileVault(join(dataDir(), "keys")),
      realRandom,
    );
    const stores = createLogStores(await createDiskFolders(join(dataDir(), "log")), keys, () => undefined);
    expect((await stores.names()).toSorted()).toEqual(["branch", "outage-1"]);
    const stored = await stores.open("outage-1");
    const segments: string[] = [];
    for await (const { segment } of stored.load()) segments.push(segment);
    await stored.close();
    expect(segments).toEqual([expect.stringContaining(one.signer.desk)]);
    const other = createWorld({ overTls: true, unfounded: true });
    await putRestored(other.pc(1));
    const lone = await other.start(1);
    const form = { name: "Elsewhere", code: "ELS", timezone: "Europe/Berlin", desk: "Desk 1" };
    const another = await lone.createBranch({ ...form, supervisor: "mk", pin: "1234" });
    await other.end();
    expect(another).toMatchObject({ kind: "conflict", code: "holds-a-log" });
    const two = await startRestored(2);
    expect(two.signer.desk).not.toBe(one.signer.desk);
    expect(world.pc(2).said.join("\n")).not.toMatch(/damaged|can't/);
    expect((await readAll(two)).length).toBe(rows.length);
  });

  it("with an identity that stayed on the PC is that desk again", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"));
    expectDone(await backUp(one));
    const identityDir = join(folder, "identity");
    const kept = await createFileVault(identityDir);
    for (const name of await one.pc.vault.names())
      await kept.write(name, (await one.pc.vault.read(name)) ?? "");
    const before = await filesBelow(identityDir);
    expect(await restore({ identityDir })).toMatchObject({ kind: "restored", restored: { identity: "old" } });
    expect(await filesBelow(identityDir)).toEqual(before);
    await storeMembership(kept, { branch: "ef".repeat(16), desk: "Desk 9" });
    const other = await restore({ identityDir, dataDir: join(folder, "other") });
    expect(other).toMatchObject({ kind: "refused", text: expect.stringContaining("another branch") });
    expect((await readdir(folder)).sort()).toEqual(["backup", "identity", "restored"]);
  });

  it("needs a passphrase while an entry is at this desk alone", async () => {
    const one = await world.start(1);
    const { passphrase: _none, ...without } = { path: backupPath(), passphrase };
    const alone = await one.backup(without);
    expect(alone).toMatchObject({
      kind: "refused",
      refusal: { text: expect.stringContaining("passphrase") },
    });
    const two = await world.start(2);
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await until("desk 2 has told that it holds all", async () => (await one.backup(without)).kind === "done");
    await world.stop(two);
    await rm(backupPath(), { recursive: true });
    await record(one, checkout("33191000000002"));
    expect(await one.backup(without)).toMatchObject({ kind: "refused" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("without a passphrase is opened by the desk's identity, until something is destroyed there", async () => {
    const one = await world.start(1);
    const two = await world.start(2);
    await linked(one, two);
    await until("desk 2 has told that it holds all", async () => {
      const made = await one.backup({ path: backupPath() });
      return made.kind === "done" && made.value.openedBy === "identity";
    });
    expect(await restore()).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("without a passphrase"),
    });
    const identityDir = join(folder, "identity");
    const copyIdentity = async (): Promise<void> => {
      await rm(identityDir, { recursive: true, force: true });
      const kept = await createFileVault(identityDir);
      for (const name of await one.pc.vault.names())
        await kept.write(name, (await one.pc.vault.read(name)) ?? "");
    };
    await copyIdentity();
    expect((await restore({ identityDir })).kind).toBe("restored");
    // An import leaves a key behind that is destroyed, and the wrapping key is renewed.
    expectDone(await one.importSnapshot(sampleFolder));
    await copyIdentity();
    expect((await restore({ identityDir, dataDir: join(folder, "late") })).kind).toBe("refused");
  });
});

describe("refused, and nothing has changed", () => {
  it("a wrong passphrase, none, a damaged file, a data folder that isn't empty", async () => {
    const one = await world.start(1);
    expectDone(await one.importSnapshot(sampleFolder));
    await record(one, checkout("33191000000001"));
    expectDone(await backUp(one));
    expect(await restore({ passphrase: "another one" })).toMatchObject({ kind: "wrong-passphrase" });
    const contents = join(backupPath(), "contents");
    const whole = await readFile(contents);
    for (const at of [5, Math.floor(whole.length / 2), whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at] = damaged[at]! ^ 1;
      await writeFile(contents, damaged);
      expect(await restore()).toMatchObject({ kind: "refused", text: expect.stringContaining("damaged") });
    }
    await writeFile(contents, whole.subarray(0, -1));
    expect(await restore()).toMatchObject({ kind: "refused", text: expect.stringContaining("cut short") });
    await rm(contents);
    expect(await restore()).toMatchObject({ kind: "refused", text: expect.stringContaining("missing") });
    await writeFile(contents, whole);
    expect(await readdir(folder)).toEqual(["backup"]);
    await mkdir(dataDir(), { recursive: true });
    await writeFile(join(dataDir(), "config.json"), "{}");
    expect(await restore()).toMatchObject({ kind: "refused", text: expect.stringContaining("not empty") });
    expect(await filesBelow(join(folder, "restored"))).toEqual(["data", "data/config.json"]);
    await rm(join(dataDir(), "config.json"));
    expect((await restore()).kind).toBe("restored");
  });

  it.each([
    ["a short passphrase", { passphrase: "short" }, /8 to 1000/],
    ["a passphrase of two lines", { passphrase: "long enough\nbut two" }, /one line/],
    ["a relative path", { path: "here" }, /absolute/],
    ["a folder that is full", { path: tmpdir() }, /isn't there yet, or is empty/],
    ["a place below a file", { path: "/proc/version/backup" }, /can't be written|isn't there yet/],
  ])("a backup with %s", async (_what, more, text) => {
    const one = await world.start(1);
    const answer = await backUp(one, more);
    expect(answer).toMatchObject({ kind: "refused", refusal: { text: expect.stringMatching(text) } });
    expect(await readdir(folder)).toEqual([]);
  });

  const mayMount = process.platform === "linux" && process.getuid?.() === 0;
  it.skipIf(!mayMount)(
    "a full disk leaves nothing of a backup, nor of a data folder (mounts, so it needs root)",
    async () => {
      const small = join(folder, "small");
      await mkdir(small);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "dm-backup", small]);
      try {
        const one = await world.start(1);
        expectDone(await one.importSnapshot(sampleFolder));
        await record(one, checkout("33191000000001"));
        const full = await backUp(one, { path: join(small, "backup") });
        expect(full).toMatchObject({
          kind: "refused",
          refusal: { text: expect.stringContaining("disk is full") },
        });
        expect(await readdir(small)).toEqual([]);
        // The desk goes on.
        await record(one, checkout("33191000000002"));
        expectDone(await backUp(one));
        expect(await restore({ dataDir: join(small, "data") })).toMatchObject({
          kind: "refused",
          text: expect.stringContaining("disk is full"),
        });
        expect(await readdir(small)).toEqual([]);
      } finally {
        execFileSync("umount", [small]);
      }
    },
  );
});
