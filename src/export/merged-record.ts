/**
 * A batch's line with all its fields, in the log's own words, for the two formats that leave nothing out. From the
 * log alone (no titles or names of a snapshot), so the file is the same on every desk.
 */
import type { BatchLine } from "./batch.ts";
import { msToExactText, type Zone } from "./local-time.ts";
import { deskName } from "./side-files.ts";

/**
 * Field → value, in a fixed order: first what every line has, then the fields of its kind by name. Instants are
 * RFC 3339 text with milliseconds and the branch's offset; `time` is the corrected one that counts, `at` what the
 * desk's clock said.
 */
export function lineToRecord(
  line: BatchLine,
  zone: Zone,
  deskNames: Readonly<Record<string, string>>,
): ReadonlyMap<string, unknown> {
  const { recorded } = line;
  const { position } = recorded;
  const { kind, id, ...rest } = recorded.fact;
  const record = new Map<string, unknown>([
    ["kind", kind],
    ["id", id],
    ["time", msToExactText(line.time, zone)],
    ["at", msToExactText(recorded.at, zone)],
    ["offsetMs", recorded.offsetMs],
    ["outage", position.outage],
    ["clock", { ms: position.ms, n: position.n }],
    ["desk", position.desk],
    ["deskName", deskName(recorded, deskNames)],
    ["run", position.run],
    ["seq", position.seq],
    ["staff", recorded.staff],
  ]);
  for (const name of Object.keys(rest).sort()) {
    const value: unknown = rest[name as keyof typeof rest];
    const isInstant = (name === "due" || name === "effective") && typeof value === "number";
    record.set(name, isInstant ? msToExactText(value, zone) : value);
  }
  return record;
}

/**
 * JSON with the keys of all objects in order, as desks may have built them in different orders. Fields that are
 * undefined are left out; of the kinds of value that facts are made of.
 */
export function valueToSortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueToSortedJson).join(",")}]`;
  const entries: [string, unknown][] = Object.entries(value);
  return entriesToJson(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A JSON object of these fields in this order. */
export function entriesToJson(entries: Iterable<readonly [string, unknown]>): string {
  let json = "";
  for (const [name, value] of entries) {
    if (value !== undefined) json += `,${JSON.stringify(name)}:${valueToSortedJson(value)}`;
  }
  return `{${json.slice(1)}}`;
}
