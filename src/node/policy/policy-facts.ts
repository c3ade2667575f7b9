/** What the files beside a policy hold, as far as a check of the policy wants to know it. Read row by row. */
import type { Closing, OpeningHours } from "../../crdt/circulation/calendar.ts";
import type { ItemGroup, PolicyFacts } from "../../crdt/circulation/policy-check.ts";
import { nameColumns } from "../snapshot/column-names.ts";
import { readCsv } from "../snapshot/csv-source.ts";
import { type Mapping, readMapping } from "../snapshot/mapping.ts";
import type { SnapshotRecord } from "../snapshot/record.ts";
import { parseRow, type SnapshotFile, snapshotFiles } from "../snapshot/row.ts";
import { type Source, SourceUnreadable } from "../snapshot/source-file.ts";

export interface SourceFacts {
  /** Left out: there is no list of all items. */
  readonly facts?: PolicyFacts;
  readonly hours: ReadonlyMap<string, readonly OpeningHours[]>;
  readonly closings: ReadonlyMap<string, readonly Closing[]>;
  /** Files that are there and can't be read. */
  readonly problems: readonly string[];
}

export async function readFacts(source: Source): Promise<SourceFacts> {
  const groups = new Map<string, { group: ItemGroup; count: number }>();
  const categories = new Set<string>();
  const hours = new Map<string, OpeningHours[]>();
  const closings = new Map<string, Closing[]>();
  const problems: string[] = [];
  const hasItems = source.files.has("items.csv") && source.files.get("items.csv")?.isPartial !== true;

  function take({ kind, value }: SnapshotRecord): void {
    if (kind === "patron") categories.add(value.category);
    if (kind === "hours") hours.set(value.branch, [...(hours.get(value.branch) ?? []), value]);
    if (kind === "closed-days") closings.set(value.branch, [...(closings.get(value.branch) ?? []), value]);
    if (kind !== "item") return;
    const { itemType, location, status, opacMessage, itemMessage } = value;
    const key = JSON.stringify([itemType, location, status, opacMessage, itemMessage]);
    const known = groups.get(key);
    if (known !== undefined) known.count += 1;
    else {
      const group = { itemType, location, status, publicMessage: opacMessage, itemMessage, count: 0 };
      groups.set(key, { group, count: 1 });
    }
  }

  const mapping = await readMapping(source.files);
  if (mapping.kind === "refused") return { hours, closings, problems: [mapping.text] };
  for (const file of snapshotFiles) {
    if (file.kind === "loan" || file.kind === "hold") continue;
    const wrong = await readRecords(source, file, mapping, take);
    if (wrong !== null) problems.push(wrong);
  }
  const items = [...groups.values()].map(({ group, count }) => ({ ...group, count }));
  const facts = { categories: categories.size > 0 ? [...categories] : [""], items };
  return { ...(hasItems ? { facts } : {}), hours, closings, problems };
}

/** Text: why the file can't be read; one that isn't there is none. */
async function readRecords(
  source: Source,
  file: SnapshotFile,
  mapping: Mapping,
  take: (record: SnapshotRecord) => void,
): Promise<string | null> {
  const found = source.files.get(file.name);
  if (found === undefined) return null;
  const name = found.table ?? file.name;
  try {
    const rename = (header: readonly string[]) =>
      nameColumns(header, file.kind, file.columns.known, mapping.columns.get(file.name));
    const csv = await readCsv(found.read(), { ...file.columns, rename });
    if (csv.kind === "unreadable") return `${name}: ${csv.reason}`;
    for await (const rows of csv.rows)
      for (const row of rows) {
        if (row.kind === "refused") continue;
        const parsed = parseRow(file.kind, row.fields, mapping.dates);
        if (parsed.kind === "record") take(parsed.record);
      }
    return null;
  } catch (error) {
    if (error instanceof SourceUnreadable) return `${name} ${error.message}`;
    throw error;
  }
}
