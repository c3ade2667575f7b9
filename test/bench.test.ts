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
