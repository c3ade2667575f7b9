// Export of a large outage: the batch as a supervisor makes it, and lines and bytes of each format by themselves.
import { batchLines } from "../../dist/crdt/circulation/lines.js";
import { renderBatch } from "../../dist/export/render.js";
import { fillDesk } from "../filled-desk.mjs";
import { summarize, timed } from "../statistics.mjs";
import { openTestDesk, openTestParts, take } from "../test-desk.mjs";

const formats = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"];
const askedMs = 2_000;
const rounds = 3;

export async function measure({ folder, quick }) {
  const entries = quick ? 3_000 : 100_000;
  const home = await fillDesk(folder, entries);
  const inside = await openTestParts({ folder: home });
  const facts = inside.parts.ledger.fold.all();
  const taken = Object.fromEntries([...formats, "limit", "lines"].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    taken.limit.push(await timed(() => Buffer.from(JSON.stringify(facts))));
    for (const format of formats) {
      const { linesMs, renderMs } = exportAs(inside.parts, format);
      taken.lines.push(linesMs);
      taken[format].push(linesMs + renderMs);
    }
  }
  await inside.close();
  const outside = await openTestDesk({ folder: home });
  const whole = await timed(() => take(outside.desk.makeBatch({ format: "jsonl" })));
  await outside.close();
  return toRows(entries, taken, whole);
}

function exportAs(parts, format) {
  const start = performance.now();
  const lines = batchLines(parts.ledger.fold, { isUpper: () => true, isLower: () => false });
  const between = performance.now();
  const { files } = renderBatch({
    id: "RIV-1-1-0123",
    format,
    branchCode: "RIV",
    timezone: "Europe/Berlin",
    deskNames: { [parts.own.desk]: "Desk 1" },
    generatorVersion: "0.0.0",
    madeAt: Date.now(),
    partial: false,
    lines: lines.map((line) => ({ ...line, title: "The Book", patronName: "Given Reader" })),
  });
  if (!files.some(({ role, bytes }) => role === "main" && bytes.length > 0)) throw new Error("no main file");
  return { linesMs: between - start, renderMs: performance.now() - between };
}

function toRows(entries, taken, whole) {
  const limit = { name: "the same facts through JSON.stringify", ...summarize(taken.limit) };
  const row = (what, values, asked) => {
    const measured = { ...summarize(values), unit: "ms" };
    const ratio = measured.median / limit.median;
    return {
      what,
      measured,
      limit,
      ratio,
      ...(asked ? { asked: `≤ ${asked} ms`, met: measured.median <= asked } : {}),
    };
  };
  const count = entries.toLocaleString("en");
  return [
    row(`batch of ${count}, made and kept as a supervisor does (jsonl)`, [whole], askedMs),
    row("lines out of the fold", taken.lines),
    ...formats.map((format) => row(`lines and files of ${count}, ${format}`, taken[format], askedMs)),
  ];
}
