// Rows as a table, on the terminal and in RESULTS.md.
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

const resultsPath = fileURLToPath(new URL("RESULTS.md", import.meta.url));
const header = ["what", "measured", "limit, sampled in the same run", "ratio", "asked", "met"];

/** A Markdown table, its columns aligned for a terminal. */
export function toTable(rows) {
  const cells = [header, header.map(() => "---"), ...rows.map(rowToCells)];
  const widths = header.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (cell === "---" ? "-".repeat(widths[i]) : cell.padEnd(widths[i]))).join(" | ")} |`;
  return `${cells.map(line).join("\n")}\n`;
}

export function writeResults(sections, { quick }) {
  const [processor] = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const lines = [
    "# What was measured",
    "",
    "Written by `npm run bench -- --write`; see `bench/README.md` for how each figure is taken. The figures of one run",
    "belong together: on another machine the ratios count, not the times.",
    "",
    `Machine: ${cpus().length} cores (${processor?.model.trim() ?? "unknown"}), ${memoryGib} GiB, ${type()} ${release().split("-")[0]}, Node ${process.versions.node}.`,
    ...(quick ? ["", "**A quick run, with few rounds: to see that it runs.**"] : []),
    ...sections.flatMap(({ name, rows }) => ["", `## ${name}`, "", toTable(rows).trimEnd()]),
    "",
  ];
  writeFileSync(resultsPath, lines.join("\n"));
}

function rowToCells({ what, measured, limit, ratio, asked, met, note }) {
  return [
    what,
    measured ? withSpread(measured, measured.unit) : (note ?? ""),
    limit ? `${limit.name}: ${withSpread(limit, limit.unit ?? measured.unit)}` : "",
    ratio === undefined ? "" : number(ratio),
    asked ?? "",
    met === undefined ? "" : met ? "yes" : "**no**",
  ];
}

/** Median, and the middle half where it was measured more than once. */
function withSpread({ median, low, high }, unit) {
  const spread = low === undefined || low === high ? "" : ` (${number(low)}–${number(high)})`;
  return `${number(median)}${unit ? ` ${unit}` : ""}${spread}`;
}

function number(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toFixed(3);
}
