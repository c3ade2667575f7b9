/** What the CSV files beside a policy hold, as far as a check of the policy wants to know it. Read row by row. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Closing, OpeningHours } from "../../crdt/circulation/calendar.ts";
import type { ItemGroup, PolicyFacts } from "../../crdt/circulation/policy-check.ts";
import { readCsv } from "../snapshot/csv-source.ts";
import type { SnapshotRecord } from "../snapshot/record.ts";
import { parseRow, snapshotFiles } from "../snapshot/row.ts";

export interface FolderFacts {
  /** Left out: there is no items.csv. */
  readonly facts?: PolicyFacts;
  readonly hours: ReadonlyMap<string, readonly OpeningHours[]>;
  readonly closings: ReadonlyMap<string, readonly Closing[]>;
  /** Files that are there and can't be read. */
  readonly problems: readonly string[];
}

export async function readFolderFacts(folder: string): Promise<FolderFacts> {
  const groups = new Map<string, { group: ItemGroup; count: number }>();
  const categories = new Set<string>();
  const hours = new Map<string, OpeningHours[]>();
  const closings = new Map<string, Closing[]>();
  const problems: string[] = [];
  let hasItems = false;

  function take({ kind, value }: SnapshotRecord): void {
    if (kind === "patron") categories.add(value.category);
    if (kind === "hours") hours.set(value.branch, [...(hours.get(value.branch) ?? []), value]);
    if (kind === "closed-days") closings.set(value.branch, [...(closings.get(value.branch) ?? []), value]);
    if (kind !== "item") return;
    hasItems = true;
    const { itemType, location, status, opacMessage, itemMessage } = value;
    const key = JSON.stringify([itemType, location, status, opacMessage, itemMessage]);
    const known = groups.get(key);
    if (known !== undefined) known.count += 1;
    else {
      const group = { itemType, location, status, publicMessage: opacMessage, itemMessage, count: 0 };
      groups.set(key, { group, count: 1 });
    }
  }

  for (const kind of ["item", "patron", "hours", "closed-days"] as const) {
    const wrong = await readRecords(folder, kind, take);
    if (wrong !== null) problems.push(wrong);
  }
  const items = [...groups.values()].map(({ group, count }) => ({ ...group, count }));
  const facts = { categories: categories.size > 0 ? [...categories] : [""], items };
  return { ...(hasItems ? { facts } : {}), hours, closings, problems };
}

/** Text: why the file can't be read; one that isn't there is none. */
async function readRecords(
  folder: string,
  kind: SnapshotRecord["kind"],
  take: (record: SnapshotRecord) => void,
): Promise<string | null> {
  const file = snapshotFiles.find((each) => each.kind === kind);
  if (file === undefined) throw new Error(`no file of a snapshot holds ${kind}`);
  try {
    const csv = await readCsv(createReadStream(join(folder, file.name)), file.columns);
    if (csv.kind === "unreadable") return `${file.name}: ${csv.reason}`;
    for await (const row of csv.rows) {
      if (row.kind === "refused") continue;
      const parsed = parseRow(kind, row.fields);
      if (parsed.kind === "record") take(parsed.record);
    }
    return null;
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error && "code" in error)) throw error;
    return error.code === "ENOENT" ? null : `${file.name} can't be read: ${String(error.code)}`;
  }
}
