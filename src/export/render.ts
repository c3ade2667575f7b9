/** From a batch to its files: picks the exporter of the format. The same input gives the same bytes on every desk. */
import { runThrough, type Steps } from "../crdt/circulation/steps.ts";
import { renderAlma } from "./alma.ts";
import type { BatchInput, Exporter, Format, RenderedBatch } from "./batch.ts";
import { renderCsv } from "./csv.ts";
import { renderEvergreen } from "./evergreen.ts";
import { renderJsonl } from "./jsonl.ts";
import { renderKoha } from "./koha.ts";
import { renderSierra } from "./sierra.ts";

/**
 * Throws a RangeError for an unknown time zone, and an Error (naming the transaction, no barcode) when lines break
 * what the log promises: 1–80 printable ASCII characters a barcode, and rising seconds on each item.
 */
export function renderBatch(input: BatchInput): RenderedBatch {
  return runThrough(renderInSteps(input));
}

/** The same, as many lines at a time as nobody waits for; tells how many it has written. */
export function renderInSteps(input: BatchInput): Steps<RenderedBatch> {
  return EXPORTERS[input.format](input);
}

export function parseFormat(text: unknown): Format | null {
  return FORMATS.find((format) => format === text) ?? null;
}

const EXPORTERS: Readonly<Record<Format, Exporter>> = {
  evergreen: renderEvergreen,
  koha: renderKoha,
  alma: renderAlma,
  sierra: renderSierra,
  csv: renderCsv,
  jsonl: renderJsonl,
};

const FORMATS: readonly Format[] = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"];
