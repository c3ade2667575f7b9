// What was measured, kept as JSON by measurement with machine, versions and date; the table and the plot drawn from it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeAsked } from "./asked.mjs";
import { drawGrowth } from "./plot.mjs";

const folder = fileURLToPath(new URL("../results/", import.meta.url));
const manifest = fileURLToPath(new URL("../package.json", import.meta.url));

/** `rows`: `{measure, contender, desks, unit, median, low?, high?, at99?, most?, count}` each. */
export function keepResult(name, rows, { file, quick, cut, seconds, commit }) {
  mkdirSync(folder, { recursive: true });
  const [processor] = cpus();
  const result = {
    measurement: name,
    date: new Date().toISOString(),
    commit,
    quick,
    cut,
    seconds: Math.round(seconds),
    machine: {
      processor: processor?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release().split("-")[0]}`,
      node: process.versions.node,
      // Over 1, the processes of a measurement waited for each other or for somebody else's.
      loadPerCore: loadavg()[1] / cpus().length,
    },
    versions: JSON.parse(readFileSync(manifest, "utf8")).dependencies,
    rows: rows.map(round),
  };
  writeFileSync(join(folder, `${file}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** `results/README.md` and `results/growth.svg` out of all that is kept. */
export function writeTables() {
  const results = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort(new Intl.Collator("en", { numeric: true }).compare)
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  const sections = results.flatMap(toSection);
  const text = [
    "# Deskmesh beside what one could use instead",
    "",
    "Written by `npm run beside -- --write` in `bench/`; `docs/performance.md` reads it. Figures of one measurement belong",
    "together; on another machine the ratios count. “×” is a figure as a multiple of Deskmesh's own with as many desks.",
    "",
    "![How the cost grows with the desks](growth.svg)",
    "",
    "## Asked",
    "",
    "| measure | measured | hold | aim | |",
    "| --- | --- | --- | --- | --- |",
    ...judgeAsked(results, number),
    ...sections,
    "",
  ];
  writeFileSync(join(folder, "README.md"), text.join("\n"));
  const growth = results.filter(({ measurement }) => /^(growth|idle)/.test(measurement));
  writeFileSync(join(folder, "growth.svg"), drawGrowth(growth.flatMap(({ rows }) => rows)));
}

function toSection({ measurement, date, commit, quick, cut, seconds, machine, rows }) {
  const { processor, cores, memoryGib, system, node, loadPerCore } = machine;
  return [
    "",
    `## ${measurement}`,
    "",
    `${date.slice(0, 16).replace("T", " ")} UTC, ${seconds} s, commit ${commit}: ${cores} cores (${processor}), ${memoryGib} GiB, ${system}, Node ${node}; load ${number(loadPerCore)} a core over the last five minutes.`,
    ...(quick ? ["", "**A quick run: to see that it runs.**"] : []),
    ...(cut ? ["", "**It was ended before all of it was measured: what is here was.**"] : []),
    "",
    "| what | who | desks | median | middle half | 99th | most | × Deskmesh |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${toCells(row, rows).join(" | ")} |`),
  ];
}

function toCells(row, rows) {
  const { measure, contender, desks, unit, median, low, high, at99, most } = row;
  const own = rows.find(
    (one) =>
      one.contender === "Deskmesh" &&
      one.measure.split(", since")[0] === measure.split(", since")[0] &&
      one.desks === desks,
  );
  const spread = low === undefined || low === high ? "" : `${number(low)}–${number(high)}`;
  const tail = (value) => (value === undefined || value === median ? "" : number(value));
  const times = own && own !== row && own.median > 0 ? number(median / own.median) : "";
  return [measure, contender, desks, `${number(median)} ${unit}`, spread, tail(at99), tail(most), times];
}

function round(row) {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
  ]);
  return Object.fromEntries(fields);
}

function number(value) {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10
    ? value.toFixed(1)
    : Math.abs(value) >= 0.1
      ? value.toFixed(2)
      : value.toFixed(3);
}
