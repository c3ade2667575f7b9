/** `config.json` in the data folder, on the disk: read as text, written whole. What may stand in it: `config.ts`. */
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigProblem, parseFile, type SettingName } from "./config.ts";
import { makeFolders } from "./folders.ts";
import { otherOwnerOf } from "./operating/owner.ts";

export function configPath(dataDir: string): string {
  return join(dataDir, "config.json");
}

/** Text of `config.json`, or `null` when there is none. Rejects when it is there and can't be read. */
export async function readConfigFile(dataDir: string): Promise<string | null> {
  try {
    return await readFile(configPath(dataDir), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Keeps the ports that a first run had to choose, so that the address stays the same from then on. */
export async function storePorts(
  dataDir: string,
  ports: { readonly port?: number; readonly meshPort?: number },
): Promise<void> {
  await storeSettings(dataDir, ports);
}

/**
 * Changes what is given (`undefined`: taken out) and keeps the rest. Rejects where the file holds something that isn't
 * understood: it is never written over.
 */
export async function storeSettings(
  dataDir: string,
  changes: Readonly<Partial<Record<SettingName, unknown>>>,
): Promise<void> {
  const problems: ConfigProblem[] = [];
  const before = parseFile(await readConfigFile(dataDir), problems);
  if (problems[0] !== undefined) throw new Error(`${problems[0].where}: ${problems[0].text}`);
  await makeFolders(dataDir, 0o700);
  const path = configPath(dataDir);
  const owner = await otherOwnerOf(dataDir);
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    if (owner !== null) await file.chown(owner.uid, owner.gid);
    await file.writeFile(`${JSON.stringify({ ...before, ...changes }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
