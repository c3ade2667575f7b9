/** Where the log's LevelDB folders lie: on this desk's disk, or, for tests and practice, in memory. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./level.ts";
import { checkLevelFiles } from "./level-files.ts";
import { MemoryLevelClass } from "./level-memory.ts";
import { rewriteLevel } from "./level-mending.ts";
import { type LevelConstructor, type LogFolders, SyncedLevel } from "./log-store.ts";
import { damagedMark, isSetAside } from "./set-aside.ts";

const doomedMark = ".doomed";
/** What is mended, until it takes the document's place. */
const mendingMark = ".mending";

/** One folder per document below `folder`. */
export async function createDiskFolders(
  folder: string,
  Level: LevelConstructor = SyncedLevel,
): Promise<LogFolders> {
  await mkdir(folder, { recursive: true, mode: 0o700 });

  async function setAside(document: string): Promise<void> {
    const taken = await readdir(folder);
    let n = 1;
    while (taken.includes(`${document}${damagedMark}${n}`)) n++;
    await rename(join(folder, document), join(folder, `${document}${damagedMark}${n}`));
    await syncFolder(folder);
  }

  async function putInPlace(document: string): Promise<void> {
    await rename(join(folder, document + mendingMark), join(folder, document));
    await syncFolder(folder);
  }

  return {
    Level,
    async names() {
      const entries = await readdir(folder, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      const mended = names.filter((name) => name.endsWith(mendingMark)).map(withoutMark(mendingMark));
      return [
        ...names.filter(
          (name) => !isSetAside(name) && !name.endsWith(doomedMark) && !name.endsWith(mendingMark),
        ),
        ...mended.filter((document) => isMended(names, document)),
      ];
    },
    locate: (document) => join(folder, document),
    condition: (document) => checkLevelFiles(join(folder, document)),
    setAside,
    async mend(document) {
      const count = await rewriteLevel(Level, join(folder, document), join(folder, document + mendingMark));
      await syncFolder(folder);
      await setAside(document);
      await putInPlace(document);
      return count;
    },
    async finishMending(document) {
      const names = await readdir(folder);
      if (!names.includes(document + mendingMark)) return false;
      if (!isMended(names, document)) {
        await rm(join(folder, document + mendingMark), { recursive: true, force: true });
        return false;
      }
      // That the document is away must be on the disk before anything is written into what takes its place.
      await syncFolder(folder);
      await putInPlace(document);
      return true;
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
      return marked.map(withoutMark(doomedMark));
    },
    async removeDoomed(document) {
      // First: without what was set aside it would be taken for a document that was mended.
      await rm(join(folder, document + mendingMark), { recursive: true, force: true });
      const names = await readdir(folder);
      for (const name of names.filter((one) => one.startsWith(document + damagedMark)))
        await rm(join(folder, name), { recursive: true, force: true });
      await rm(join(folder, document + doomedMark), { recursive: true, force: true });
      await syncFolder(folder);
    },
  };
}

/** The document is set aside only once the mended one is whole and on the disk: where it is away, one rename is left. */
function isMended(names: readonly string[], document: string): boolean {
  return !names.includes(document) && names.some((name) => name.startsWith(document + damagedMark));
}

function withoutMark(mark: string): (name: string) => string {
  return (name) => name.slice(0, -mark.length);
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
    mend: async () => {
      throw new Error("memory isn't damaged");
    },
    finishMending: async () => false,
    async doom(document) {
      disks.delete(document);
      doomed.add(document);
    },
    doomed: async () => [...doomed],
    removeDoomed: async (document) => void doomed.delete(document),
  };
}
