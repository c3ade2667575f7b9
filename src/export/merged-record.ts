/**
 * A batch's line with all its fields, in the log's own words, for the two formats that leave nothing out. From the
 * log alone (no titles or names of a snapshot), so the file is the same on every desk.
 */
import type { JudgedAgainst, Recorded, Transaction } from "../crdt/circulation/transaction.ts";
import type { BatchLine } from "./batch.ts";
import { msToExactText, type Zone } from "./local-time.ts";
import { deskName } from "./side-files.ts";

/**
 * A JSON object with its fields in a fixed order: first what every line has, then the fields of its kind by name.
 * Instants are RFC 3339 text with milliseconds and the branch's offset; `time` is the corrected one that counts, `at`
 * what the desk's clock said. Written piece by piece: an object a line, made to be read once, costs more than its text.
 */
export function lineToJson(line: BatchLine, zone: Zone, deskNames: Readonly<Record<string, string>>): string {
  const { recorded, time } = line;
  const { position, fact, staff, offsetMs } = recorded;
  let json = `{"kind":"${fact.kind}","id":${lineText(fact.id)},"time":"${msToExactText(time, zone)}"`;
  json += `,"at":"${msToExactText(recorded.at, zone)}"`;
  if (offsetMs !== undefined) json += `,"offsetMs":${offsetMs}`;
  json += `,"outage":${position.outage},"clock":${clockToJson(position)},"desk":${lineText(position.desk)}`;
  json += `,"deskName":${lineText(deskName(recorded, deskNames))}`;
  json += `,"run":${lineText(position.run)},"seq":${position.seq}`;
  if (staff !== undefined) json += `,"staff":${lineText(staff)}`;
  for (const name of sortedFields(fact)) {
    const value: unknown = fact[name as keyof typeof fact];
    if (value === undefined) continue;
    const isInstant = (name === "due" || name === "effective") && typeof value === "number";
    json += `,"${name}":${isInstant ? `"${msToExactText(value, zone)}"` : factValueToJson(name, value)}`;
  }
  return `${json}}`;
}

export function clockToJson({ ms, n }: Recorded["position"]): string {
  return `{"ms":${ms},"n":${n}}`;
}

/** What it was judged against, as JSON. Facts never change, and most of a log share one such object. */
export function judgedToJson(judged: JudgedAgainst): string {
  let json = judgedTexts.get(judged);
  if (json === undefined) {
    json = valueToSortedJson(judged);
    judgedTexts.set(judged, json);
  }
  return json;
}

const judgedTexts = new WeakMap<JudgedAgainst, string>();

function factValueToJson(name: string, value: unknown): string {
  return name === "judged" ? judgedToJson(value as JudgedAgainst) : valueToSortedJson(value, lineText);
}

/** Fields of a fact but its kind and id, by name. Facts have few shapes, so the order is worked out once for each. */
function sortedFields(fact: Transaction): readonly string[] {
  let shape = "";
  for (const name in fact) shape += `${name} `;
  let sorted = shapes.get(shape);
  if (sorted === undefined) {
    sorted = Object.keys(fact)
      .filter((name) => name !== "kind" && name !== "id")
      .sort();
    shapes.set(shape, sorted);
  }
  return sorted;
}

const shapes = new Map<string, readonly string[]>();

/**
 * JSON with the keys of all objects in order, as desks may have built them in different orders. Fields that are
 * undefined are left out; of the kinds of value that facts are made of.
 */
export function valueToSortedJson(value: unknown, toJson = textToJson): string {
  if (typeof value === "string") return toJson(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => valueToSortedJson(each, toJson)).join(",")}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let fields = "";
  for (const name of Object.keys(object).sort()) {
    if (object[name] !== undefined) fields += `,${toJson(name)}:${valueToSortedJson(object[name], toJson)}`;
  }
  return `{${fields.slice(1)}}`;
}

/** Most texts need no escape; JSON.stringify for each costs more than all else here. */
function textToJson(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}

function isPlain(text: string): boolean {
  return /^[\w .:+-]*$/.test(text);
}

/** The same for a line of a file: some readers end it at these characters too. */
function lineText(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
