/** The formats of a batch as staff choose them, and the words for its files. */
import { withIls } from "./ils.ts";
import { t } from "./language.ts";
import type { Model } from "./store.ts";

export interface FormatChoice {
  readonly format: string;
  readonly name: string;
  /** What becomes of the file. */
  readonly text: string;
}

export const FORMATS: readonly FormatChoice[] = [
  { format: "evergreen", name: "Evergreen", text: t`pending.xacts, uploaded under Offline Circulation` },
  { format: "koha", name: "Koha", text: t`.koc, uploaded under Offline circulation file` },
  { format: "alma", name: "Alma", text: t`OffCirc.dat, uploaded under Offline Circulation` },
  { format: "sierra", name: "Sierra / Millennium", text: t`rdy file, patrons first, then circulation` },
  { format: "csv", name: "CSV", text: t`everything, for people and spreadsheets` },
  { format: "jsonl", name: "JSON Lines", text: t`everything, for programs` },
];

export function formatToName(format: string): string {
  return FORMATS.find((each) => each.format === format)?.name ?? format;
}

/** Role of a file → its place in the address, and its words. */
const ROLES: Readonly<Record<string, readonly [path: string, word: string]>> = {
  main: ["file", t`The file for the library system`],
  lines: ["lines", t`Line by line, for people`],
  extra: ["extra", t`What it can’t carry: enter by hand`],
  patrons: ["patrons", t`New patrons: create them first`],
  due: ["due", t`Due dates to set by hand`],
};

/** `ilsName`: as staff call their ILS, if they do. */
export function roleToWord(role: string, ilsName?: string): string {
  if (role === "main" && ilsName !== undefined) return t`The file for ${ilsName}`;
  return ROLES[role]?.[1] ?? role;
}

export function madeToText(model: Pick<Model, "state">, batch: string): string {
  return withIls(
    model,
    (name) => t`File ${batch} is made. Give it to ${name}, once.`,
    t`File ${batch} is made. Give it to the library system, once.`,
  );
}

/** Address of a file, below `/api/`. */
export function fileToPath(batch: string, file: { readonly role: string; readonly part?: number }): string {
  const path = ROLES[file.role]?.[0] ?? file.role;
  return `batches/${encodeURIComponent(batch)}/${path}${file.part === undefined ? "" : `?part=${file.part}`}`;
}

export function sizeToText(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}
