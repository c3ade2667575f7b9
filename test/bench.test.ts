/** The bench stands on the built program and has no types: that it runs at all is looked at here, no figure is. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../bench/run.mjs", import.meta.url));
const names = process.env.DESKMESH_FULL
  ? ["acknowledgement", "syncs", "visible", "live", "catch-up", "append", "cold-start", "export"]
  : ["acknowledgement"];

test.each(names)("measures: %s", { timeout: 300_000 }, (name) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, name, "--quick"], {
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/\| *what/);
});

/**
 * What stands beside Deskmesh has packages of its own (`npm ci` in `bench/`) and is no part of the tests; what is ours
 * of that bench runs without them.
 */
const beside = fileURLToPath(new URL("../bench/beside.mjs", import.meta.url));
const ours = process.env.DESKMESH_FULL
  ? ["scan", "callers", "bulk", "bulk-single", "catch-up", "cold-start", "idle", "growth", "meanwhile"]
  : ["scan"];

test.each(ours)("measures Deskmesh's part of the bench beside others: %s", { timeout: 300_000 }, (name) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [beside, name, "--quick", "--contenders", "deskmesh", "--desks", "2"],
    { encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/ \| Deskmesh \| \d+ \| \d/);
});

test("says which measurements and contenders there are, and refuses others", () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [beside, ...args], { encoding: "utf8" });
  expect(run("--help")).toMatchObject({ status: 0 });
  expect(run("speed")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("no such measurement: speed"),
  });
  const strange = run("scan", "--contenders", "sqlite");
  expect(strange).toMatchObject({ status: 2, stderr: expect.stringContaining("no such contender: sqlite") });
});
