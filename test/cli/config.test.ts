import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { chooseDataDir, defaultDataDir, parseConfig, parsePeer } from "../../src/node/config.ts";
import { readConfigFile, storePorts } from "../../src/node/config-file.ts";
import * as fc from "../properties.ts";

const nothing = { dataDir: "/data", flags: {}, env: {}, fileText: null };
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe("parseConfig", () => {
  it("takes flags over environment over file over default", () => {
    const port = fc.integer({ min: 1, max: 65535 }).filter((number) => number !== 8471);
    const maybe = fc.option(port, { nil: undefined });
    fc.assert(
      fc.property(maybe, maybe, maybe, (flag, variable, stored) => {
        const answer = parseConfig({
          ...nothing,
          flags: flag === undefined ? {} : { port: String(flag) },
          env: variable === undefined ? {} : { DESKMESH_PORT: String(variable) },
          fileText: stored === undefined ? null : JSON.stringify({ port: stored }),
        });
        if (answer.kind !== "config") throw new Error(JSON.stringify(answer));
        expect(answer.config.port).toBe(flag ?? variable ?? stored ?? 8470);
        expect(answer.config.portGiven).toBe((flag ?? variable ?? stored) !== undefined);
      }),
    );
  });

  it("gives a config or problems for any file, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (fileText) => {
        const answer = parseConfig({ ...nothing, fileText });
        if (answer.kind === "problems") expect(answer.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    [{ flags: { port: "65536" } }, '--port: expected a port, 0 to 65535, got "65536"'],
    [{ flags: { port: "-1" } }, "--port: expected a port"],
    [{ flags: { port: "8e3" } }, "--port: expected a port"],
    [{ env: { DESKMESH_MESH_PORT: "x" } }, "DESKMESH_MESH_PORT: expected a port"],
    [{ env: { DESKMESH_MDNS: "maybe" } }, "DESKMESH_MDNS: expected true or false"],
    [{ flags: { meshHost: ["desk-1"] } }, "--mesh-host: expected IP addresses"],
    [{ flags: { peers: ["host:0"] } }, "--peer: expected HOST:PORT"],
    [{ flags: { port: "9000", meshPort: "9000" } }, "--mesh-port: pages and mesh can't share port 9000"],
    [{ fileText: '{"prot": 1}' }, '"prot" in config.json: no such setting (did you mean port?)'],
    [{ fileText: '{"dataDir": "x"}' }, '"dataDir" in config.json: no such setting'],
    [{ fileText: '{"port": 1.5}' }, '"port" in config.json: expected a port'],
    [{ fileText: "[]" }, "config.json: expected an object"],
    [{ fileText: "{" }, "config.json: expected JSON"],
  ])("tells %j by what was expected", (wrong, text) => {
    const answer = parseConfig({ ...nothing, ...wrong });
    if (answer.kind !== "problems") throw new Error("expected a problem");
    expect(answer.problems.map((problem) => `${problem.where}: ${problem.text}`).join("\n")).toContain(text);
  });

  it("tells all problems at once, and cuts what was given short", () => {
    const answer = parseConfig({ ...nothing, flags: { port: "x".repeat(500), meshPort: "y" } });
    if (answer.kind !== "problems") throw new Error("expected problems");
    expect(answer.problems).toHaveLength(2);
    expect(answer.problems[0]!.text.length).toBeLessThan(120);
  });

  it("warns of a variable that nothing reads", () => {
    const answer = parseConfig({ ...nothing, env: { DESKMESH_PROT: "1", DESKMESH_FULL: "1" } });
    expect(answer).toMatchObject({
      kind: "config",
      warnings: ["Nothing reads DESKMESH_PROT (did you mean DESKMESH_PORT?)."],
    });
  });
});

describe("parsePeer", () => {
  it("reads what it would be written as", () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(fc.ipV4(), port, (host, number) => {
        expect(parsePeer(`${host}:${number}`)).toEqual({ host, port: number });
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), port, (host, number) => {
        expect(parsePeer(`[${host}]:${number}`)).toEqual({ host, port: number });
      }),
    );
  });
  it.each([
    ["desk-2.local", { host: "desk-2.local", port: 8471 }],
    ["fe80::1%eth0", { host: "fe80::1%eth0", port: 8471 }],
    ["[fe80::1%eth0]:9", { host: "fe80::1%eth0", port: 9 }],
    ["a b:1", null],
    ["http://x:1", null],
    ["x:70000", null],
    [":8471", null],
    ["[1.2.3.4]:5", null],
  ])("%s", (text, peer) => expect(parsePeer(text)).toEqual(peer));
});

describe("the data folder", () => {
  it("is the user's own on each system, and movable", () => {
    expect(defaultDataDir({}, "linux", "/home")).toBe(join("/home", ".local", "share", "deskmesh"));
    expect(defaultDataDir({ XDG_DATA_HOME: "/x" }, "linux", "/home")).toBe(join("/x", "deskmesh"));
    expect(defaultDataDir({ LOCALAPPDATA: "L" }, "win32", "h")).toBe(join("L", "Deskmesh"));
    expect(defaultDataDir({}, "darwin", "/h")).toBe(join("/h", "Library", "Application Support", "Deskmesh"));
    expect(chooseDataDir({ dataDir: "/a" }, { DESKMESH_DATA_DIR: "/b" }, "linux", "/h")).toBe("/a");
    expect(chooseDataDir({}, { DESKMESH_DATA_DIR: "/b" }, "linux", "/h")).toBe("/b");
  });

  it("keeps the ports that were chosen, and what else was set", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "deskmesh-config-"));
    folders.push(dataDir);
    expect(await readConfigFile(dataDir)).toBeNull();
    await storePorts(dataDir, { port: 9001 });
    await storePorts(dataDir, { meshPort: 9002 });
    expect(JSON.parse(await readFile(join(dataDir, "config.json"), "utf8"))).toEqual({
      port: 9001,
      meshPort: 9002,
    });
  });
});
