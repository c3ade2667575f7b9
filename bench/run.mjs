// Measures everything, one measurement after the other, each in a process of its own, and writes what came out:
// `node bench/run.mjs [NAME…] [--quick] [--big] [--dir FOLDER] [--write]`.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { toTable, writeResults } from "./report.mjs";
import { syncCounterEnvironment } from "./sync-counter.mjs";

const names = [
  "acknowledgement",
  "syncs",
  "visible",
  "link",
  "live",
  "catch-up",
  "append",
  "cold-start",
  "export",
  "closing",
  "folding",
  "library",
  "screen",
];
const usage = `Usage: npm run bench -- [measurement…] [options]
  measurements: ${names.join(", ")}; all, when none is named
  --quick   fewer rounds: to see that it runs
  --big     append also at a million entries
  --dir D   measure on the disk of this folder (default: the system's temporary folder)
  --write   put the table into bench/RESULTS.md
`;
const memoryFilesystem = 0x01021994;
const measureScript = fileURLToPath(new URL("measure.mjs", import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    big: { type: "boolean" },
    write: { type: "boolean" },
    help: { type: "boolean" },
    dir: { type: "string", default: tmpdir() },
  },
});
const unknown = positionals.filter((name) => !names.includes(name));
if (options.help || unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`no such measurement: ${name}\n`);
  process.stderr.write(usage);
  process.exitCode = options.help ? 0 : 2;
} else {
  await runAll(positionals.length > 0 ? positionals : names);
}

async function runAll(wanted) {
  if (process.platform === "linux" && statfsSync(options.dir).type === memoryFilesystem)
    process.stderr.write("That folder is in memory: give --dir a folder on the disk to be measured.\n");
  const folder = mkdtempSync(join(options.dir, "deskmesh-bench-"));
  const sections = [];
  try {
    for (const name of wanted) {
      process.stderr.write(`measuring: ${name} …\n`);
      const rows = await measureApart(name, join(folder, name), syncCounterEnvironment(folder));
      sections.push({ name, rows });
      process.stdout.write(`${toTable(rows)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (options.write) writeResults(sections, { quick: options.quick === true });
}

/** Rows of one measurement; rejects when its process failed. */
function measureApart(name, folder, environment) {
  const flags = ["--piped", ...["quick", "big"].filter((flag) => options[flag]).map((flag) => `--${flag}`)];
  const env = name === "syncs" ? { ...process.env, ...environment } : process.env;
  const child = spawn(process.execPath, ["--expose-gc", measureScript, name, folder, ...flags], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
    env,
  });
  let text = "";
  child.stdio[3].setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`the measurement ${name} failed (${code})`));
    });
  });
}
