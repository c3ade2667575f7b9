/** `invite`, `join` and `desks …` over the node's real API. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/node/desk/desk.ts";
import { asSupervisor, folder, runAgainst } from "./command-runner.ts";

describe("admission", () => {
  const done = <T>(value: T): Answer<T> => ({ kind: "done", value });
  const made = { invite: "deskmesh1.abc", expires: "2026-11-21T10:10:00-05:00" };

  it("invites by a line, or by a file that only its owner can read", async () => {
    const invite = async () => done(made);
    expect(await runAgainst({ invite }, ["invite"])).toMatchObject({ code: 0, out: "deskmesh1.abc\n" });
    const file = join(folder(), "invite.txt");
    const { code, out } = await runAgainst({ invite }, ["invite", "--ttl", "2h", "--file", file]);
    expect({ code, out }).toEqual({ code: 0, out: `${file}\n` });
    expect(await readFile(file, "utf8")).toBe("deskmesh1.abc\n");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const nowhere = ["invite", "--file", join(file, "invite.txt")];
    expect(await runAgainst({ invite }, nowhere)).toMatchObject({
      code: 2,
      err: expect.stringContaining("can't be written (ENOTDIR): expected a file in a folder that is there"),
    });
  });
  it("asks for the time that was given", async () => {
    const { calls } = await runAgainst({}, ["invite", "--ttl", "1d"]);
    expect(calls).toEqual([["invite", 86_400_000, "operator"]]);
  });
  it("joins by a line or a file, over the node that runs", async () => {
    const file = join(folder(), "carried.txt");
    await writeFile(file, "deskmesh1.xyz\n");
    for (const given of ["deskmesh1.xyz", file]) {
      const { code, out, calls } = await runAgainst({}, ["join", given, "--desk", "Desk 2"]);
      expect({ code, out }).toEqual({ code: 0, out: "joined b as Desk 2\n" });
      expect(calls).toEqual([["join", "deskmesh1.xyz", "Desk 2"]]);
    }
  });
  it.each([
    [["retire", "Desk 3"], { kind: "retire" }],
    [["retire", "Desk 3", "--reason", "Stolen"], { kind: "retire", reason: "Stolen" }],
    [["lost", "Desk 3", "--reason", "Broken"], { kind: "lost", reason: "Broken" }],
    [["was-off", "Desk 3", "--reason", "Closed"], { kind: "was-off", reason: "Closed" }],
    [["rename", "Desk 3", "--name", "Children"], { kind: "rename", name: "Children" }],
  ])("desks %j", async (argv, act) => {
    const { code, calls } = await runAgainst({}, ["desks", ...argv, ...(await asSupervisor())]);
    expect({ code, calls }).toEqual({ code: 0, calls: [["actOnDesk", "Desk 3", act, "mk"]] });
    expect((await runAgainst({}, ["desks", ...argv])).code).toBe(9);
  });
});
