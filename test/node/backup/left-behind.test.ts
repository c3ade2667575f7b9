/** Folders that `kill -9` leaves half written: gone at the next start or restore, and nothing else is. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clearRestores, underwayName } from "../../../src/node/backup/left-behind.ts";
import { checkout, createWorld, expectDone, type Pc, record, type World } from "../desk/desks.ts";

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-left-"));
  // A desk is known by the certificate of its identity.
  world = createWorld({ overTls: true });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const backupPath = (): string => join(folder, "backup");

describe("what a killed process left half written", () => {
  /** As `kill -9` leaves it: the folder with a part of the files, and the note in the vault. */
  async function leave(pc: Pc, note: string): Promise<string> {
    const left = `${backupPath()}.unfinished`;
    await mkdir(left, { recursive: true });
    await writeFile(join(left, "backup.json"), "{}");
    await pc.vault.write(underwayName, note);
    return left;
  }

  it("of a backup is gone once the desk has started again, and said", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"), "MK");
    expectDone(await one.backup({ path: backupPath(), passphrase: "correct horse battery" }));
    expect(await one.pc.vault.read(underwayName)).toBeNull();
    await one.close();
    await leave(one.pc, JSON.stringify({ folder: `${backupPath()}.unfinished` }));
    const again = await world.start(1);
    expect(await readdir(folder)).not.toContain("backup.unfinished");
    // The whole one beside it stays.
    expect(await readdir(folder)).toContain("backup");
    expect(again.pc.said.join("\n")).toContain("Removed what a backup had begun to write");
    expect(await again.pc.vault.read(underwayName)).toBeNull();
  });

  it("of a backup is noted while it is written, and no longer", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"), "MK");
    const writes: string[] = [];
    const { vault } = one.pc;
    const { write } = vault;
    Object.assign(vault, {
      async write(name: string, text: string) {
        if (name === underwayName) writes.push(JSON.parse(text).folder);
        await write(name, text);
      },
    });
    expectDone(await one.backup({ path: backupPath(), passphrase: "correct horse battery" }));
    expect(writes).toEqual([`${backupPath()}.unfinished`]);
    expect(await vault.read(underwayName)).toBeNull();
  });

  it.each([
    ["another place", (left: string) => JSON.stringify({ folder: left.replace(".unfinished", "") })],
    ["no path", () => JSON.stringify({ folder: 7 })],
    ["half a text", () => '{"folder":"/'],
  ])("is left where the note says %s, and the desk starts", async (_what, noteOf) => {
    const one = await world.start(1);
    await one.close();
    const left = await leave(one.pc, noteOf(`${backupPath()}.unfinished`));
    await world.start(1);
    expect(await readdir(left)).toEqual(["backup.json"]);
    expect(await one.pc.vault.read(underwayName)).toBeNull();
  });

  it("of a backup keeps a file in it that is somebody else's", async () => {
    const one = await world.start(1);
    await one.close();
    const left = await leave(one.pc, JSON.stringify({ folder: `${backupPath()}.unfinished` }));
    await writeFile(join(left, "notes.txt"), "mine");
    const again = await world.start(1);
    expect(await readdir(left)).toEqual(["notes.txt"]);
    expect(again.pc.said.join("\n")).toContain("could not be removed");
  });

  it("of a restore is gone at the next one, and a running one's stays", async () => {
    const place = join(folder, "restored", "data");
    const ended = `${place}.unfinished-${2 ** 22 + 1}-abc123`;
    const running = `${place}.unfinished-${process.ppid}-abc123`;
    const others = `${place}.unfinished-notes`;
    for (const one of [ended, running, others]) await mkdir(one, { recursive: true });
    await clearRestores(place);
    const names = await readdir(join(folder, "restored"));
    expect(names.sort()).toEqual([`data.unfinished-${process.ppid}-abc123`, "data.unfinished-notes"].sort());
  });
});
