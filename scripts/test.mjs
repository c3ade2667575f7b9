// `npm test`: set-up, format and lint, types, build, then all tests; ends with one line, `N passed, N failed`.
// `--full` runs the tests at full length (DESKMESH_FULL=1: more rounds, larger logs).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { isMain, root, runScript, SetupError, setUp } from "./setup.mjs";

/** Tests that passed and failed, from vitest's JSON report; a file that could not even be loaded is one that failed. */
export function countTests(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

async function main() {
  const full = process.argv.includes("--full");
  const say = (line) => process.stdout.write(`${line}\n`);
  let counts = { passed: 0, failed: 1 };
  try {
    setUp(say);
    run("Format and lint", "@biomejs/biome/bin/biome", ["check", "."]);
    run("Types", "typescript/bin/tsc", ["--noEmit"]);
    run("Types of the pages", "typescript/bin/tsc", ["--noEmit", "-p", "src/web"]);
    await build(say);
    counts = runTests(full);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  } finally {
    // The very last line, whatever a reporter said: readers of the log look for it there.
    say(`${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0) process.exitCode = 1;
  }
}

function run(title, script, args) {
  process.stdout.write(`${title} …\n`);
  const result = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: ["ignore", 1, 1],
  });
  if (result.status !== 0) throw new SetupError(`${title}: failed (see above)`);
}

function runTests(full) {
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-test-"));
  const outcome = join(folder, "report.json");
  try {
    const result = spawnSync(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run"], {
      cwd: root,
      stdio: ["ignore", 1, 1],
      env: { ...process.env, TEST_REPORT_FILE: outcome, ...(full && { DESKMESH_FULL: "1" }) },
    });
    const counts = countTests(JSON.parse(readFileSync(outcome, "utf8")));
    // Errors outside any test show in the exit code alone.
    if (result.status !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } catch (error) {
    throw new SetupError(`vitest left no report: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) runScript(main);
