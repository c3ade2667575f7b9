/** Where the log's LevelDB folders lie: on this desk's disk, or, for tests and practice, in memory. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { LevelClass, syncFolder } from "./level.ts";
import { checkLevelFiles, mendLevelFiles } from "./level-files.ts";
import { MemoryLevelClass } from "./level-memory.ts";
import { type LevelConstructor, type LogFolders, SyncedLevel } from "./log-store.ts";
import { damagedMark, isSetAside } from "./set-aside.ts";

/** classic-level's own, which the types of `level` leave out. */
interface Repairer {
  repair(location: string): Promise<void>;
}

const doomedMark = ".doomed";

/** One folder per document below `folder`. */
export async function createDiskFolders(
  folder: string,
  Level: LevelConstructor = SyncedLevel,
): Promise<LogFolders> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    Level,
    async names() {
      const entries = await readdir(folder, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      return names.filter((name) => !isSetAside(name) && !name.endsWith(doomedMark));
    },
    locate: (document) => join(folder, document),
    condition: (document) => checkLevelFiles(join(folder, document)),
    async setAside(document) {
      const taken = await readdir(folder);
      let n = 1;
      while (taken.includes(`${document}${damagedMark}${n}`)) n++;
      const kept = join(folder, `${document}${damagedMark}${n}`);
      await rename(join(folder, document), kept);
      return kept;
    },
    async repair(from, document) {
      const target = join(folder, document);
      await cp(from, target, { recursive: true });
      try {
        await mendLevelFiles(target);
        await (LevelClass as unknown as Repairer).repair(target);
        return true;
      } catch {
        // Beyond repair: start empty. The folder that was set aside keeps what there was.
        await rm(target, { recursive: true, force: true });
        return false;
      }
    },
    async doom(document) {
      const [from, to] = [join(folder, document), join(folder, document + doomedMark)];
      // One that was doomed before and came anew meanwhile: the mark is there.
      if (existsSync(to)) return rm(from, { recursive: true, force: true });
      if (existsSync(from)) await rename(from, to);
      else await mkdir(to);
      await syncFolder(folder);
    },
    async doomed() {
      const marked = (await readdir(folder)).filter((name) => name.endsWith(doomedMark));
      return marked.map((name) => name.slice(0, -doomedMark.length));
    },
    async removeDoomed(document) {
      const names = await readdir(folder);
      for (const name of names.filter((one) => one.startsWith(document + damagedMark)))
        await rm(join(folder, name), { recursive: true, force: true });
      await rm(join(folder, document + doomedMark), { recursive: true, force: true });
      await syncFolder(folder);
    },
  };
}

/** A disk in memory: what is written stays as long as this value, across open and close. */
export function createMemoryFolders(): LogFolders {
  const disks = new Map<string, object>();
  const doomed = new Set<string>();
  function MemoryDisk(location: string, options: object): object {
    const known = disks.get(location);
    if (known) return known;
    const database = new MemoryLevelClass({ ...options, storeEncoding: "buffer" });
    disks.set(location, database);
    return database;
  }
  return {
    Level: MemoryDisk as unknown as LevelConstructor,
    names: async () => [...disks.keys()],
    locate: (document) => document,
    condition: async () => "whole",
    setAside: async () => {
      throw new Error("memory isn't damaged");
    },
    repair: async () => false,
    async doom(document) {
      disks.delete(document);
      doomed.add(document);
    },
    doomed: async () => [...doomed],
    removeDoomed: async (document) => void doomed.delete(document),
  };
}
