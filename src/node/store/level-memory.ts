/**
 * The in-memory twin of `level.ts`: databases that live as long as this value, across open and close, as folders
 * would. The only file that imports `memory-level`.
 */
import { MemoryLevel } from "memory-level";

/** The class behind the log's in-memory disk. */
export { MemoryLevel as MemoryLevelClass } from "memory-level";

import { abstractLevelToLevel, type Level, type Levels } from "./level.ts";

export function createMemoryLevels(): Levels {
  const databases = new Map<string, MemoryLevel<string, Uint8Array>>();
  const inUse = new Set<string>();

  async function open(name: string): Promise<Level> {
    if (inUse.has(name)) throw new Error(`The database ${name} is open already`);
    const database =
      databases.get(name) ??
      new MemoryLevel<string, Uint8Array>({
        keyEncoding: "utf8",
        valueEncoding: "view",
        storeEncoding: "view",
      });
    databases.set(name, database);
    await database.open();
    inUse.add(name);
    const level = abstractLevelToLevel(database);
    return {
      ...level,
      async close() {
        await level.close();
        inUse.delete(name);
      },
    };
  }

  return {
    names: async () => [...databases.keys()],
    open,
    async rename(from, to) {
      const database = databases.get(from);
      if (!database || inUse.has(from) || databases.has(to)) throw new Error(`${from} can't become ${to}`);
      databases.delete(from);
      databases.set(to, database);
    },
    async remove(name) {
      if (inUse.has(name)) throw new Error(`The database ${name} is open`);
      databases.delete(name);
    },
  };
}
