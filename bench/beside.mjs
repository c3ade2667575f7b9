// Deskmesh beside what one could use instead, and bare limits, in one run: `npm install && npm run beside` in this folder, after
// the program was built. What it measured goes to results/, from which the table and the plot are drawn.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keepResult, writeTables } from "./beside/results.mjs";

/** The slowest come last: a run may be ended before them. */
const all = ["deskmesh", "hocuspocus", "lines", "pouchdb", "automerge"];
/** What each measures, which contenders take part, and with how many desks. */
const measures = {
  scan: { kinds: all, sizes: [3, 8] },
  callers: { kinds: all },
  bulk: { kinds: all },
  "bulk-single": { kinds: all },
  "catch-up": { kinds: all },
  "cold-start": { kinds: ["deskmesh", "hocuspocus", "lines"] },
  million: { kinds: ["deskmesh"] },
  idle: { kinds: ["deskmesh", "hocuspocus"], sizes: [2, 4, 8, 16, 32] },
  growth: { kinds: ["deskmesh", "hocuspocus"], sizes: [2, 4, 8, 16, 32] },
  meanwhile: { kinds: ["deskmesh"] },
};
const usage = `Usage: npm run beside -- [measurement…] [options]
  measurements: ${Object.keys(measures).join(", ")}; all, when none is named
  --quick         few rounds of few entries: to see that it runs
  --contenders K  of ${all.join(",")}: those alone
  --desks N,M     with so many desks; what is kept is kept beside what other numbers gave
  --dir D         measure on the disk of this folder (default: the system's temporary folder)
  --write         keep what was measured in results/, and draw the table and the plot anew
`;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    contenders: { type: "string" },
    desks: { type: "string" },
    write: { type: "boolean" },
    help: { type: "boolean" },
    dir: { type: "string", default: tmpdir() },
  },
});
const unknown = positionals.filter((name) => !(name in measures));
const strangers = (options.contenders ?? "").split(",").filter((kind) => kind !== "" && !all.includes(kind));
if (options.help || unknown.length > 0 || strangers.length > 0) {
  for (const name of unknown) process.stderr.write(`no such measurement: ${name}\n`);
  for (const kind of strangers) process.stderr.write(`no such contender: ${kind}\n`);
  process.stderr.write(usage);
  process.exitCode = options.help ? 0 : 2;
} else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(measures)) await measureOne(name);
  if (options.write) writeTables();
  process.exit(0);
}

async function measureOne(name) {
  const { kinds, sizes } = measures[name];
  const wanted = options.contenders?.split(",") ?? kinds;
  const folder = mkdtempSync(join(options.dir, "deskmesh-beside-"));
  process.stderr.write(`measuring: ${name} …\n`);
  const since = Date.now();
  try {
    const { measure } = await import(`./beside/${name}.mjs`);
    const rows = [];
    const keep = (cut) => {
      for (const { measure: what, contender, desks, median, at99, unit } of rows)
        process.stdout.write(
          `${what} | ${contender} | ${desks} | ${median.toPrecision(4)} ${unit} | ${at99?.toPrecision(4) ?? ""}\n`,
        );
      if (!options.write || rows.length === 0) return;
      const file = options.desks ? `${name}-${options.desks.replaceAll(",", "-")}` : name;
      const seconds = (Date.now() - since) / 1000;
      keepResult(name, rows, { file, quick: options.quick, cut, seconds, commit: commit() });
    };
    // What was measured until then is not lost with the rest.
    const onEnd = () => {
      keep(true);
      process.exit(1);
    };
    process.once("SIGTERM", onEnd);
    const wantedKinds = kinds.filter((kind) => wanted.includes(kind));
    const wantedSizes = options.desks?.split(",").map(Number) ?? sizes;
    const measured = await measure({
      folder,
      kinds: wantedKinds,
      sizes: wantedSizes,
      quick: options.quick,
      rows,
    });
    if (measured !== rows) rows.splice(0, rows.length, ...measured);
    keep(false);
    process.off("SIGTERM", onEnd);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function commit() {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
