/**
 * Readers of the written files that share no code with the writers: each goes by the format's own rules, as the
 * program that must accept the file does.
 */
import { parse } from "csv-parse/sync";
import type { BatchFile, RenderedBatch } from "../../src/export/batch.ts";

export function fileOf(batch: RenderedBatch, role: BatchFile["role"]): BatchFile {
  const file = batch.files.find((candidate) => candidate.role === role);
  if (file === undefined) throw new Error(`no ${role} file`);
  return file;
}

/** Text of a file; throws when its bytes are no UTF-8. */
export function textOf(batch: RenderedBatch, role: BatchFile["role"]): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fileOf(batch, role).bytes);
}

/** Rows of a CSV file by column name; throws on a broken quote or a row of another width. */
export function readCsv(text: string): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: "\r\n" });
}

/** Lines that each end with `end`; throws when the last one doesn't, or when a line is empty. */
export function readLines(text: string, end: "\n" | "\r\n"): string[] {
  if (text === "") return [];
  const lines = text.split(end);
  if (lines.pop() !== "") throw new Error("the last line has no end");
  if (lines.some((line) => line === "" || line.includes("\n") || line.includes("\r"))) {
    throw new Error("a line is empty, or has another end");
  }
  return lines;
}

export interface EvergreenLine {
  readonly type: string;
  readonly timestamp: number;
  readonly delta: number;
  readonly [key: string]: unknown;
}

export function readEvergreen(text: string): EvergreenLine[] {
  return readLines(text, "\n").map((line) => {
    if (!/^[\x20-\x7e]*$/.test(line)) throw new Error("not plain ASCII");
    return JSON.parse(line) as EvergreenLine;
  });
}

export interface KohaLine {
  /** Date, time, milliseconds. */
  readonly stamp: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
}

export function readKoha(text: string): { readonly header: string; readonly lines: readonly KohaLine[] } {
  const [header = "", ...lines] = readLines(text, "\n");
  const read = lines.map((line) => {
    const [stamp = "", command = "", ...args] = line.split("\t");
    return { stamp: stamp.split(" "), command, args };
  });
  return { header, lines: read };
}

export interface AlmaLine {
  readonly minute: string;
  readonly code: string;
  readonly item: string;
  readonly patron: string;
}

/** By byte offsets. */
export function readAlma(bytes: Uint8Array): AlmaLine[] {
  const buffer = Buffer.from(bytes);
  const lines: AlmaLine[] = [];
  for (let start = 0; start < buffer.length; ) {
    const end = buffer.indexOf("\r\n", start);
    if (end < start + 93) throw new Error("a line is too short, or has no end");
    const line = buffer.subarray(start, end);
    const slice = (from: number, to?: number): string => line.subarray(from, to).toString("latin1");
    lines.push({
      minute: slice(0, 12),
      code: slice(12, 13),
      item: slice(13, 93).trimEnd(),
      patron: slice(93),
    });
    start = end + 2;
  }
  return lines;
}

export interface SierraLine {
  readonly code: string;
  readonly minute: string;
  readonly item: string;
  readonly patron: string;
  readonly due: string;
  readonly group: string;
}

export function readSierra(text: string): SierraLine[] {
  return readLines(text, "\n").map((line) => {
    const parts = line.split(":");
    if (parts.length !== 6) throw new Error("a line has not six fields");
    const [code = "", minute = "", item = "", patron = "", due = "", group = ""] = parts;
    return { code, minute, item, patron, due, group };
  });
}
