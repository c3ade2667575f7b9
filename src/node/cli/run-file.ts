/**
 * `<data folder>/run.json`: where the running node listens and the token that lets this PC's own user in. Written by
 * the node when it listens, removed at its orderly end; a stale one (power cut) is told by its dead port.
 */
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export interface RunFile {
  /** Of pages and API, on 127.0.0.1. */
  readonly port: number;
  /** Where the other desks reach it; left out by an older node. */
  readonly meshPort?: number;
  readonly pid: number;
  readonly token: string;
}

/** Only the owner can read it; it is never seen half written. */
export async function writeRunFile(dataDir: string, run: RunFile): Promise<void> {
  const path = join(dataDir, "run.json");
  await rm(`${path}.new`, { force: true });
  const file = await open(`${path}.new`, "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(run)}\n`);
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, "run.json"), { force: true });
}

/** `null`: no node ever ran here, or it ended in order. Rejects when the file may not be read. */
export async function readRunFile(dataDir: string): Promise<RunFile | null> {
  let text: string;
  try {
    text = await readFile(join(dataDir, "run.json"), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return null;
    throw error;
  }
  return parseRunFile(text);
}

/** `null` for anything that a node did not write. */
export function parseRunFile(text: string): RunFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { port, meshPort, pid, token } = value as Record<string, unknown>;
  if (!isPort(port) || (meshPort !== undefined && !isPort(meshPort))) return null;
  if (typeof pid !== "number" || typeof token !== "string" || !/^[\w-]+$/.test(token)) return null;
  return { port, pid, token, ...(meshPort === undefined ? {} : { meshPort }) };
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}
