// Plants one fault after the other (test/mutants/faults.mjs) in a copy of the tree, runs the test that must catch it, and
// shows the table: `npm run mutants`, or `npm run mutants -- WORD…` for those whose name has one of the words.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { faults } from "../test/mutants/faults.mjs";
import { isMain, root, runScript, setUp } from "./setup.mjs";

const left = new Set(["node_modules", "dist", ".git", ".deskmesh"]);

/** The text with the fault in it; `null`: `search` doesn't stand there exactly once. */
export function plant(text, search, replace) {
  const parts = text.split(search);
  return parts.length === 2 ? parts.join(replace) : null;
}

async function main() {
  setUp((line) => process.stderr.write(`${line}\n`));
  const words = process.argv.slice(2).map((word) => word.toLowerCase());
  const wanted = faults.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
  );
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-mutants-"));
  const outcomes = [];
  try {
    const copy = join(folder, "tree");
    cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const fault of wanted) outcomes.push(tryFault(fault, copy, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const caught = outcomes.filter((outcome) => outcome === "caught").length;
  process.stdout.write(`${caught} of ${outcomes.length} caught\n`);
  if (caught < outcomes.length || caught === 0) process.exitCode = 1;
}

function tryFault(fault, copy, folder) {
  const path = join(copy, fault.path);
  const text = readFileSync(path, "utf8");
  const planted = plant(text, fault.search, fault.replace);
  const startedAt = performance.now();
  let outcome = "doesn't apply";
  if (planted !== null) {
    writeFileSync(path, planted);
    outcome = judge(fault, copy, folder);
    writeFileSync(path, text);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`| ${fault.name} | ${fault.file}: ${fault.only} | ${outcome} | ${seconds} s |\n`);
  return outcome;
}

/** A test must have failed: a file that can't be loaded catches nothing. */
function judge({ file, only }, copy, folder) {
  const report = join(folder, "report.json");
  const vitest = join(copy, "node_modules", "vitest", "vitest.mjs");
  const name = only.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const args = [vitest, "run", file, "-t", name, "--reporter=json", `--outputFile=${report}`, "--bail=1"];
  writeFileSync(report, "{}");
  const result = spawnSync(process.execPath, args, { cwd: copy, stdio: "ignore", timeout: 300_000 });
  const { numFailedTests = 0, numPassedTests = 0 } = JSON.parse(readFileSync(report, "utf8"));
  if (numFailedTests > 0) return "caught";
  if (result.signal !== null) return "takes too long";
  return numPassedTests > 0 ? "survived" : "no such test ran";
}

if (isMain(import.meta)) runScript(main);
