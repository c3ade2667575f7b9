/** `config` and `paths`: what is set, where it comes from, and what is refused; the desk behind it is a double. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { branchSettings, settingNames } from "../../src/crdt/circulation/branch-settings.ts";
import { fileNames } from "../../src/node/config.ts";
import { createStaffDouble } from "../node/http/desk-double.ts";
import { asSupervisor, folder, run, runAgainst } from "./command-runner.ts";

const file = () => join(folder(), "config.json");
beforeEach(() => rm(file(), { force: true }));
const stored = async () => JSON.parse(await readFile(file(), "utf8")) as unknown;

describe("config of this desk", () => {
  it("is set, shown with where it comes from, and taken out again", async () => {
    expect(await run(["config", "set", "port", "8480"])).toMatchObject({ code: 0, out: "port 8480\n" });
    await run(["config", "set", "peers", "10.0.0.2:8471,desk-3"]);
    await run(["config", "set", "mdns", "no"]);
    expect(await stored()).toEqual({ port: 8480, peers: ["10.0.0.2:8471", "desk-3"], mdns: false });
    expect(await run(["config", "get", "port"])).toMatchObject({ code: 0, out: "8480\n" });
    const all = (await run(["config", "get", "--mesh-port", "9"])).out;
    expect(all).toMatch(/^port +8480 +desk +"port" in config.json$/m);
    expect(all).toMatch(/^meshPort +9 +desk +--mesh-port$/m);
    expect(all).toMatch(/^quiet +false +desk +default$/m);
    expect((await run(["config", "unset", "port"])).code).toBe(0);
    expect(await stored()).toEqual({ peers: ["10.0.0.2:8471", "desk-3"], mdns: false });
  });

  it.each(["snapshot.watch", "identityDir"])("keeps the whole path of a folder: %s", async (name) => {
    await run(["config", "set", name, "./nightly"]);
    expect(await stored()).toEqual({ [name]: resolve("nightly") });
  });

  it.each([
    [["config", "set", "prot", "1"], "Did you mean port?"],
    [["config", "get", "ilsNmae"], "Did you mean ilsName?"],
    [["config", "set", "port", "70000"], "port: expected a port, 0 to 65535"],
    [["config", "set", "dataDir", "/x"], "no setting"],
    [["config", "set", "port"], "value"],
    [["config", "unset", "ilsName"], "setting of the branch"],
    [["config", "gett", "port"], "Did you mean get?"],
    [["config", "set", "port", "8471"], "pages and mesh can't share port 8471. Nothing was changed."],
  ])("%j is refused with what was expected, and changes nothing", async (argv, text) => {
    const { code, err } = await run(argv);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(text) });
    await expect(stored()).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("still says what is wrong, and where, when the file is wrong; other commands don't run", async () => {
    await writeFile(file(), '{"prot": 1}');
    const shown = await run(["config", "get"]);
    expect(shown.code).toBe(2);
    expect(shown.err).toContain("did you mean port?");
    expect((await run(["config", "path"])).out).toBe(`${file()}\n`);
    expect((await run(["status"])).code).toBe(2);
    const set = await run(["config", "set", "port", "1"]);
    expect(set.code).toBe(2);
    expect(await readFile(file(), "utf8")).toBe('{"prot": 1}');
  });

  it("refuses what the next start would refuse together with what is set, also by taking something out", async () => {
    await run(["config", "set", "meshPort", "9000"]);
    await run(["config", "set", "port", "8471"]);
    expect(await run(["config", "unset", "meshPort"])).toMatchObject({ code: 2 });
    expect(await stored()).toEqual({ meshPort: 9000, port: 8471 });
    expect(await run(["config", "set", "port", "9000"])).toMatchObject({ code: 2 });
    expect((await run(["config", "unset", "port"])).code).toBe(0);
    expect(await stored()).toEqual({ meshPort: 9000 });
  });

  it("has names that are no settings of the branch", () => {
    const both = fileNames.filter((name) => Object.hasOwn(branchSettings, name));
    expect(both).toEqual([]);
    expect(settingNames.length).toBeGreaterThan(5);
  });
});

describe("config of the branch", () => {
  it("is set by a supervisor, at the node", async () => {
    const asked: unknown[] = [];
    const staff = createStaffDouble();
    const changeSettings: typeof staff.changeSettings = (settings, by) => {
      asked.push([settings, by]);
      return staff.changeSettings(settings, by);
    };
    const desk = { staff: { ...staff, changeSettings } };
    for (const [name, typed] of [
      ["ilsName", "Koha"],
      ["sound", "false"],
      ["retentionDays", "14"],
      ["contacts", '[{"who": "IT", "reach": "555 0100"}]'],
    ] as const)
      expect((await runAgainst(desk, ["config", "set", name, typed, ...(await asSupervisor())])).code).toBe(
        0,
      );
    expect(asked).toEqual([
      [{ ilsName: "Koha" }, "mk"],
      [{ sound: false }, "mk"],
      [{ retentionDays: 14 }, "mk"],
      [{ contacts: [{ who: "IT", reach: "555 0100" }] }, "mk"],
    ]);
    expect((await runAgainst(desk, ["config", "set", "ilsName", "Koha"])).code).toBe(9);
    await mkdir(join(folder(), "identity"), { recursive: true });
    await writeFile(join(folder(), "identity", "branch.json"), "{}");
    const shown = await runAgainst(desk, ["config", "get", "--json"]);
    await rm(join(folder(), "identity"), { recursive: true });
    const listed = (JSON.parse(shown.out) as { name: string; scope: string }[]).filter(
      ({ scope }) => scope === "branch",
    );
    expect(listed.map(({ name }) => name).sort()).toEqual(
      [...settingNames, "openDesks", "retentionDays"].sort(),
    );
    const wrong = ["config", "set", "returnsTo", "bin", ...(await asSupervisor())];
    expect(await runAgainst(desk, wrong)).toMatchObject({
      code: 4,
      err: expect.stringContaining("re-scan, shelf"),
    });
  });

  it("needs a branch", async () => {
    expect(await run(["config", "get", "ilsName"])).toMatchObject({
      code: 4,
      err: expect.stringContaining("belongs to none yet"),
    });
  });
});

it("paths names every folder of this desk", async () => {
  const { code, out } = await run(["paths", "--json"]);
  expect(code).toBe(0);
  const paths = JSON.parse(out) as Record<string, string>;
  expect(paths).toMatchObject({ data: folder(), config: file(), log: join(folder(), "log") });
  for (const path of Object.values(paths)) expect(path.startsWith(folder())).toBe(true);
});
