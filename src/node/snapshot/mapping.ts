/**
 * `import.json` beside the CSV files: by which names a report has our columns, and in which order it writes dates.
 * `{"patrons.csv": {"barcode": "Karte"}, "dates": "day-first"}`. For reports that `column-names.ts` doesn't know.
 */
import { nearestName } from "../http/nearest.ts";
import { parseJson } from "./record.ts";
import { type DateOrder, snapshotFiles } from "./row.ts";
import { readText } from "./side-text.ts";
import { mappingFile, refuseSource, type Source, type SourceRefused } from "./source-file.ts";

export interface Mapping {
  readonly kind: "mapping";
  /** File → our column → its name there. */
  readonly columns: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly dates?: DateOrder;
}

const longest = 64 * 1024;

export async function readMapping(files: Source["files"]): Promise<Mapping | SourceRefused> {
  const read = await readText(files, mappingFile, longest);
  if (read.kind === "refused") return read;
  if (read.text === null) return { kind: "mapping", columns: new Map() };
  const parsed = parseMapping(read.text);
  return typeof parsed === "string" ? refuseSource(`${mappingFile}: ${parsed}`, mappingFile) : parsed;
}

/** Text: what is wrong, and what was expected. */
export function parseMapping(text: string): Mapping | string {
  const json = parseJson(text.replace(/^\ufeff/, ""));
  if (!isObject(json)) return 'expected an object, such as {"patrons.csv": {"barcode": "Card"}}';
  const columns = new Map<string, Record<string, string>>();
  let dates: DateOrder | undefined;
  for (const [name, value] of Object.entries(json)) {
    if (name === "dates") {
      if (value !== "day-first" && value !== "month-first") return "dates: expected day-first or month-first";
      dates = value;
      continue;
    }
    const file = snapshotFiles.find((each) => each.name === name);
    if (file === undefined) return unknownName(name, [...snapshotFiles.map((each) => each.name), "dates"]);
    if (!isObject(value)) return `${name}: expected an object of our columns and their names in the file`;
    const own: Record<string, string> = {};
    for (const [column, there] of Object.entries(value)) {
      if (!file.columns.known.includes(column)) return `${name}: ${unknownName(column, file.columns.known)}`;
      if (typeof there !== "string" || there.trim() === "" || there.length > 200)
        return `${name}.${column}: expected the column's name in the file`;
      own[column] = there;
    }
    columns.set(name, own);
  }
  return { kind: "mapping", columns, ...(dates === undefined ? {} : { dates }) };
}

function unknownName(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `${JSON.stringify(name.slice(0, 40))} is not known. ${near === undefined ? `Known: ${known.join(", ")}` : `Did you mean ${near}?`}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
