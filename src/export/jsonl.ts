/**
 * JSON Lines: every transaction with every field, in the log's own words. For archives and programs; held to
 * `test/export/golden/jsonl.jsonl`. UTF-8, LF.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { BatchInput, RenderedBatch } from "./batch.ts";
import { batchBase, renderLayout } from "./layout.ts";
import { createZone } from "./local-time.ts";
import { lineToJson } from "./merged-record.ts";

export function renderJsonl(input: BatchInput): Steps<RenderedBatch> {
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.jsonl`,
    mediaType: "application/x-ndjson; charset=utf-8",
    lineEnd: "\n",
    takesAnyTime: true,
    place(line) {
      const text = lineToJson(line, zone, input.deskNames);
      return { kind: "written", text, writtenAs: line.recorded.fact.kind };
    },
  });
}
