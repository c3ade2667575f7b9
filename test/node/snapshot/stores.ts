/** What the snapshot tests share: both kinds of database, folders that go away again, and CSV text from rows. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImportResult, importSnapshot } from "../../../src/node/snapshot/import.ts";
import { openSnapshotStore, type SnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { openSource } from "../../../src/node/snapshot/source.ts";
import { createEncryptedLevels, type EncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { createLevels } from "../../../src/node/store/level.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { memoryKeyRing } from "../store/key-rings.ts";

export const clock = { monotonic: () => 0 };
export const sampleFolder = fileURLToPath(new URL("../../../sample/", import.meta.url));

/** Runs `use` with a new folder, and removes it. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "deskmesh-snapshot-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const kindsOfLevels: readonly (readonly [string, (folder: string) => EncryptedLevels])[] = [
  ["LevelDB", (folder) => createEncryptedLevels(createLevels(join(folder, "snapshots")), memoryKeyRing())],
  ["memory", () => createEncryptedLevels(createMemoryLevels(), memoryKeyRing())],
];

export async function memoryStore(): Promise<SnapshotStore> {
  return (await openSnapshotStore(createEncryptedLevels(createMemoryLevels(), memoryKeyRing()))).store;
}

/** Imports files given as text or bytes, by name. */
export function importFiles(
  store: SnapshotStore,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<ImportResult> {
  return withFolder(async (folder) => {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return importSnapshot({ open: () => openSource(folder), store, clock });
  });
}

/** Name of the snapshot. Throws when the import was refused. */
export async function importedName(
  store: SnapshotStore,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const result = await importFiles(store, files);
  if (result.kind === "refused") throw new Error(result.text);
  return result.sha256;
}

export function toCsv(rows: readonly Readonly<Record<string, string>>[], columns: readonly string[]): string {
  const lines = rows.map((row) => columns.map((column) => toField(row[column] ?? "")));
  return [columns, ...lines].map((line) => `${line.join(",")}\n`).join("");
}

function toField(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
