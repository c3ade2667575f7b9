/** A restore that fails or is ended at one of its steps: nothing of it is left, or it is run again. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { restoreBackup } from "../../../src/node/backup/restore.ts";
import { loadMembership, seedToText } from "../../../src/node/identity.ts";
import { proveText } from "../../../src/node/proven-text.ts";
import { createFileVault, realRandom } from "../../../src/node/real-ports.ts";
import { createLevels } from "../../../src/node/store/level.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import {
  checkout,
  createWorld,
  expectDone,
  type RunningDesk,
  readAll,
  record,
  type World,
} from "../desk/desks.ts";

/** Of the calls that make and move folders in `under`, or sync it, so many succeed and one fails. */
const disk = vi.hoisted(() => ({ under: "", good: Number.POSITIVE_INFINITY }));
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const counted = (["mkdtemp", "rename", "rmdir", "open"] as const).map((syscall) => {
    const call = real[syscall] as (...given: unknown[]) => Promise<unknown>;
    const failing = async (...given: unknown[]): Promise<unknown> => {
      const path = String(given[0]);
      if ((syscall === "open" ? path : dirname(path)) === disk.under && disk.good-- === 0)
        throw Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: "EIO", syscall });
      return call(...given);
    };
    return [syscall, failing];
  });
  return { ...real, ...Object.fromEntries(counted) };
});

const passphrase = "correct horse battery";
let folder: string;
let world: World;
let one: RunningDesk;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-restore-"));
  // A desk is known by the certificate of its identity.
  world = createWorld({ overTls: true });
  one = await world.start(1);
  await record(one, checkout("33191000000001"));
  expectDone(await one.backup({ path: join(folder, "backup"), passphrase, withIdentity: true }));
  await mkdir(place());
});
afterEach(async () => {
  Object.assign(disk, { under: "", good: Number.POSITIVE_INFINITY });
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const place = (...names: string[]): string => join(folder, "new", ...names);

function restore(dataDir = place("data")) {
  const [from, identityDir] = [join(folder, "backup"), place("identity")];
  return restoreBackup({ folder: from, passphrase, dataDir, identityDir, onProgress: () => undefined });
}

/** Without folders that are empty. */
async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

/** What was restored is that desk, with its scan. */
async function expectDesk(dataDir = place("data")): Promise<void> {
  const rows = await readAll(one);
  await one.close();
  const pc = world.pc(2);
  pc.vault = await createFileVault(place("identity"));
  pc.keyFiles = await createFileVault(join(dataDir, "keys"));
  pc.snapshots = createLevels(join(dataDir, "snapshots"));
  pc.folders = await createDiskFolders(join(dataDir, "log"));
  const again = await world.start(2, []);
  expect(again.signer.desk).toBe(one.signer.desk);
  expect(await readAll(again)).toEqual(rows);
  expect(pc.said.join("\n")).not.toMatch(/damaged|can't/);
}

it("leaves nothing behind wherever the disk fails, and is run again", async () => {
  for (const name of ["data", "identity"]) await mkdir(place(name));
  disk.under = place();
  let steps = 0;
  for (; ; steps++) {
    disk.good = steps;
    const answer = await restore();
    if (disk.good >= 0) break;
    expect(answer, `step ${steps}`).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("EIO"),
    });
    expect(await filesBelow(place()), `step ${steps}`).toEqual([]);
  }
  expect(steps).toBeGreaterThan(9);
  disk.under = "";
  expect((await readdir(place())).sort()).toEqual(["data", "identity"]);
  await expectDesk();
});

it("is run again when the power went between its two folders, for the same identity alone", async () => {
  expect((await restore()).kind).toBe("restored");
  const identity = await filesBelow(place("identity"));
  await rm(place("data"), { recursive: true });
  await mkdir(place(`data.unfinished-${2 ** 22 + 1}-abc123`));
  const kept = await createFileVault(place("identity"));
  const { branch } = (await loadMembership(kept))!;
  const others = {
    "signing-key": seedToText(realRandom.bytes(32)),
    "branch.json": proveText(JSON.stringify({ branch, desk: "Desk 9" })),
  };
  for (const [name, other] of Object.entries(others)) {
    const text = (await kept.read(name)) ?? "";
    await kept.write(name, other);
    const refused = { kind: "refused", text: expect.stringContaining("holds an identity") };
    expect(await restore(), name).toMatchObject(refused);
    await kept.write(name, text);
  }
  expect(await restore()).toMatchObject({ kind: "restored", restored: { identity: "old" } });
  expect((await readdir(place())).sort()).toEqual(["data", "identity"]);
  expect(await filesBelow(place("identity"))).toEqual(identity);
  await expectDesk();
});

it("makes no desk of a folder that holds no identity yet, when the power went there", async () => {
  await rm(join(folder, "backup"), { recursive: true });
  expectDone(await one.backup({ path: join(folder, "backup"), passphrase }));
  const none = { kind: "restored", restored: { identity: "none" } };
  expect(await restore()).toMatchObject(none);
  await rm(place("data"), { recursive: true });
  expect(await restore()).toMatchObject(none);
});

const mayMount = process.platform === "linux" && process.getuid?.() === 0;
it.skipIf(!mayMount).each(["data", "identity"])(
  "writes nothing where the %s folder is a disk's, and says why (mounts, so it needs root)",
  async (name) => {
    await mkdir(place(name));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "dm-restore", place(name)]);
    try {
      const text = expect.stringMatching(
        new RegExp(`new/${name} can't be replaced: a disk is mounted there`),
      );
      expect(await restore()).toMatchObject({ kind: "refused", text });
      expect(await readdir(place())).toEqual([name]);
    } finally {
      execFileSync("umount", [place(name)]);
    }
    expect((await restore()).kind).toBe("restored");
  },
);
