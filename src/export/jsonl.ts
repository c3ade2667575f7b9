/**
 * JSON Lines: every transaction with every field, in the log's own words. For archives and programs; held to
 * `test/export/golden/jsonl.jsonl`. UTF-8, LF.
 */
import type { BatchInput, RenderedBatch } from "./batch.ts";
import { batchBase, renderLayout } from "./layout.ts";
import { createZone } from "./local-time.ts";
import { lineToRecord, recordToJson } from "./merged-record.ts";

export function renderJsonl(input: BatchInput): RenderedBatch {
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.jsonl`,
    mediaType: "application/x-ndjson; charset=utf-8",
    lineEnd: "\n",
    takesAnyTime: true,
    place(line) {
      const text = recordToJson(lineToRecord(line, zone, input.deskNames));
      return { kind: "written", text: escapeLineEnds(text), writtenAs: line.recorded.fact.kind };
    },
  });
}

/** Some readers end a line at these too. */
function escapeLineEnds(json: string): string {
  return json.replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
