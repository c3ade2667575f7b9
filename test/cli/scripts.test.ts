/** The scripts around the node, and the command as installed. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Plain JavaScript, since they run before anything is installed: their types are told here.
const { checkNode } = (await import(`${root}/scripts/setup.mjs`)) as { checkNode(version: string): void };
const { countTests } = (await import(`${root}/scripts/test.mjs`)) as {
  countTests(report: unknown): { readonly passed: number; readonly failed: number };
};

describe("set-up", () => {
  it.each(["18.20.0", "20.18.9", "9.0.0"])("refuses Node %s with what to do", (version) =>
    expect(() => checkNode(version)).toThrow(/needs Node 20\.19 or newer/),
  );
  it.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0-nightly"])("takes Node %s", (version) =>
    expect(() => checkNode(version)).not.toThrow(),
  );
});

describe("the closing line", () => {
  const test = (status: string) => ({ status });
  it("counts a file that could not be loaded as one failure", () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [
        { status: "passed", assertionResults: [test("passed"), test("passed")] },
        { status: "failed", assertionResults: [test("passed"), test("failed")] },
        { status: "failed", assertionResults: [] },
        { status: "failed", assertionResults: [test("skipped")] },
      ],
    };
    expect(countTests(report)).toEqual({ passed: 3, failed: 3 });
  });
});

describe("bin/deskmesh.mjs", () => {
  it("is the built command", () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { version: string };
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [`${root}/bin/deskmesh.mjs`, ...args], { encoding: "utf8" });
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(run("--prot")).toMatchObject({ status: 2, stdout: "" });
  });
});
