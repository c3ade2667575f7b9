/** Every exit code of the contract, each by a command that comes to it, with a text of one line and no stack. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommandFailure, exitCode } from "../../src/node/cli/exit-code.ts";
import type { Desk } from "../../src/node/desk/desk.ts";
import { stateOfTests } from "../node/http/desk-double.ts";
import { asSupervisor, folder, run, runAgainst } from "./command-runner.ts";

const conflict = (members: object) =>
  ({ kind: "conflict", code: "not-now", text: "Not now.", ...members }) as const;
const refusing = (members: object): Partial<Desk> => ({ makeBatch: async () => conflict(members) });
const exporting = async () => ["export", "--format", "csv", "--out", folder(), ...(await asSupervisor())];

const ends: readonly (readonly [keyof typeof exitCode, () => Promise<{ code: number; err: string }>])[] = [
  ["ok", () => runAgainst({}, ["status"])],
  ["fault", () => run(["start"], { startNode: () => Promise.reject(new Error("broken")) })],
  ["usage", () => run(["--port", "x"])],
  ["notReady", () => runAgainst({ state: () => ({ ...stateOfTests, ready: false }) }, ["status"])],
  ["refused", async () => runAgainst(refusing({}), await exporting())],
  [
    "nothingToExport",
    async () =>
      runAgainst(
        { makeBatch: async () => ({ kind: "not-found", text: "There is nothing new." }) },
        await exporting(),
      ),
  ],
  ["decisionsOpen", async () => runAgainst(refusing({ undecided: ["e1"] }), await exporting())],
  ["nodeNotRunning", () => run(["desks"])],
  [
    "inUse",
    () =>
      run(["start"], { startNode: async () => Promise.reject(new CommandFailure(8, "Port 1 is taken.")) }),
  ],
  ["notPermitted", () => runAgainst({}, ["outage", "close"])],
];

test("each code has a command here that ends with it", () => {
  expect(ends.map(([name]) => name)).toEqual(Object.keys(exitCode));
});

test.each(ends)("%s", async (name, act) => {
  const { code, err } = await act();
  expect(code).toBe(exitCode[name]);
  expect(err).not.toMatch(/^ {4}at /m);
  if (name !== "ok" && name !== "notReady") expect(err).toMatch(/\S/);
});

test("neither a file nor colour settings bring escape codes into a pipe", async () => {
  await writeFile(join(folder(), "config.json"), "{}");
  for (const argv of [["--help"], ["status", "--help"], ["exprot"], ["config", "get"], ["doctor"]]) {
    const { out, err } = await run([...argv, "--port", "0", "--mesh-port", "0"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
    expect(`${out}${err}`).not.toMatch(/\u001b/);
  }
});
