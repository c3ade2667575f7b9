/**
 * A batch's line with all its fields, in the log's own words, for the two formats that leave nothing out. From the
 * log alone (no titles or names of a snapshot), so the file is the same on every desk.
 */
import type { BatchLine } from "./batch.ts";
import { msToExactText, type Zone } from "./local-time.ts";
import { deskName } from "./side-files.ts";

/** Field → value, in the order in which they are written. No name is a number, so an object keeps that order. */
export type MergedRecord = Readonly<Record<string, unknown>>;

/**
 * Field → value, in a fixed order: first what every line has, then the fields of its kind by name. Instants are
 * RFC 3339 text with milliseconds and the branch's offset; `time` is the corrected one that counts, `at` what the
 * desk's clock said.
 */
export function lineToRecord(
  line: BatchLine,
  zone: Zone,
  deskNames: Readonly<Record<string, string>>,
): MergedRecord {
  const { recorded } = line;
  const { position, fact } = recorded;
  const record: Record<string, unknown> = {
    kind: fact.kind,
    id: fact.id,
    time: msToExactText(line.time, zone),
    at: msToExactText(recorded.at, zone),
    offsetMs: recorded.offsetMs,
    outage: position.outage,
    clock: { ms: position.ms, n: position.n },
    desk: position.desk,
    deskName: deskName(recorded, deskNames),
    run: position.run,
    seq: position.seq,
    staff: recorded.staff,
  };
  for (const name of sortedFields(fact)) {
    const value: unknown = fact[name as keyof typeof fact];
    const isInstant = (name === "due" || name === "effective") && typeof value === "number";
    record[name] = isInstant ? msToExactText(value, zone) : value;
  }
  return record;
}

/** Fields of a fact but its kind and id, by name. Facts have few shapes, so the order is worked out once for each. */
function sortedFields(fact: object): readonly string[] {
  const names = Object.keys(fact);
  const shape = names.join(" ");
  let sorted = shapes.get(shape);
  if (sorted === undefined) {
    sorted = names.filter((name) => name !== "kind" && name !== "id").sort();
    shapes.set(shape, sorted);
  }
  return sorted;
}

const shapes = new Map<string, readonly string[]>();

/**
 * JSON with the keys of all objects in order, as desks may have built them in different orders. Fields that are
 * undefined are left out; of the kinds of value that facts are made of.
 */
export function valueToSortedJson(value: unknown): string {
  if (typeof value === "string") return textToJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueToSortedJson).join(",")}]`;
  const known = written.get(value);
  if (known !== undefined) return known;
  const object = value as Readonly<Record<string, unknown>>;
  let fields = "";
  for (const name of Object.keys(object).sort()) fields += fieldToJson(name, object[name]);
  const json = `{${fields.slice(1)}}`;
  written.set(value, json);
  return json;
}

/** Facts never change, and most of a log share what they were judged against. */
const written = new WeakMap<object, string>();

/** A JSON object of these fields in this order. */
export function recordToJson(record: MergedRecord): string {
  let json = "";
  for (const name in record) json += fieldToJson(name, record[name]);
  return `{${json.slice(1)}}`;
}

function fieldToJson(name: string, value: unknown): string {
  return value === undefined ? "" : `,${textToJson(name)}:${valueToSortedJson(value)}`;
}

/** Most texts need no escape; JSON.stringify for each costs more than all else here. */
function textToJson(text: string): string {
  return /^[\w .:+-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}
