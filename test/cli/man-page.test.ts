/** The man page holds what the help holds, and a reader of roff finds nothing odd in it. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { commands, commonOptions } from "../../src/node/cli/command-line.ts";
import { manPage } from "../../src/node/cli/man-page.ts";

const page = manPage("1.2.3");
const plain = page.replaceAll("\\-", "-").replaceAll("\\e", "\\");

it("names every command, option and example", () => {
  for (const { usage, options = [], examples } of commands) {
    expect(plain).toContain(`.B ${usage}\n`);
    for (const { flags } of options) expect(plain).toContain(`.B ${flags}\n`);
    for (const example of examples) expect(plain.replaceAll("\\[u2026]", "…")).toContain(example);
  }
  for (const { flags } of commonOptions) expect(plain).toContain(`.B ${flags}\n`);
});

// Wherever it is installed; `.ci/run` sees to it.
const hasGroff = spawnSync("groff", ["--version"]).status === 0;
it.skipIf(!hasGroff && process.env.DESKMESH_REQUIRE === undefined)(
  "is read by groff without a warning",
  () => {
    const { status, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-wall", "-z"], {
      input: page,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  },
);
