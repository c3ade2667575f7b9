/** Commands over the node's real API, in this process; the desk behind it answers what a test tells it to. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Effects } from "../../src/node/cli/command.ts";
import type { Answer, Desk } from "../../src/node/desk/desk.ts";
import type { BatchView, SnapshotView } from "../../src/node/http/api.ts";
import { stateOfTests } from "../node/http/desk-double.ts";
import { asSupervisor, closers, folder, run, runAgainst, startApi } from "./command-runner.ts";

function sha256Of(...bytes: readonly number[]): string {
  return createHash("sha256").update(Uint8Array.from(bytes)).digest("hex");
}

const batch: BatchView = {
  id: "RIV-1-1-4a7c",
  outage: 1,
  format: "csv",
  state: "made",
  madeAt: "2026-11-21T10:00:00-05:00",
  partial: false,
  lines: 2,
  counts: [
    { kind: "checkout", onScreen: 2, written: 2, converted: 0, extra: 0, patrons: 0, voided: 0, repeated: 0 },
  ],
  reasons: [],
  outcomes: [],
  checklist: [],
  sha256: "ab".repeat(32),
  files: [{ role: "main", name: "RIV-1-1-4a7c.csv", size: 3, sha256: sha256Of(1, 2, 3) }],
  released: true,
};
const done = <T>(value: T): Answer<T> => ({ kind: "done", value });
const conflict = (members: object) =>
  ({ kind: "conflict", code: "not-now", text: "Not now.", ...members }) as const;

describe("status and desks", () => {
  it("says what the node says; not ready is 3", async () => {
    expect(await runAgainst({}, ["status"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("Riverside (RIV), id b"),
    });
    const unready = { state: () => ({ ...stateOfTests, ready: false }) };
    expect(await runAgainst(unready, ["status", "--json"])).toMatchObject({ code: 3 });
  });
  it("lists the desks", async () => {
    const one = { desk: "d2", name: "Desk 2", made: 5, here: 4, verdict: "away" as const };
    const view = { ...one, self: false, linked: false, runs: [], twin: false, standing: "admitted" as const };
    const { code, out } = await runAgainst({ desks: () => ({ desks: [view], matrix: [] }) }, ["desks"]);
    expect(code).toBe(0);
    expect(out).toMatch(/Desk 2 +no link +away +4 of 5/);
  });
});

describe("outage", () => {
  it.each(["closing", "open-again", "close"] as const)("%s, by a supervisor", async (move) => {
    const argv = ["outage", move, "--told-by", "ILS help desk"];
    const { code, out, calls } = await runAgainst({}, [...argv, ...(await asSupervisor())]);
    expect({ code, out }).toEqual({ code: 0, out: "outage 1 open\n" });
    expect(calls).toEqual([["moveOutage", move, { toldBy: "ILS help desk" }, "mk"]]);
  });
  it("open with a scope, done, and a scope that is none", async () => {
    const { calls } = await runAgainst({}, ["outage", "open", "--scope", "branch"]);
    expect(calls).toEqual([["moveOutage", "open", { scope: "branch" }, "operator"]]);
    expect((await runAgainst({}, ["outage", "done", "--as", "MK"])).calls).toEqual([["deskDone", "MK"]]);
    const wrong = await runAgainst({}, ["outage", "open", "--scope", "all"]);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("several") });
  });
});

describe("export", () => {
  let argv: readonly string[] = [];
  beforeEach(async () => {
    argv = ["export", "--format", "csv", ...(await asSupervisor())];
  });

  it("makes the batch, waits until it is given out, and writes its files", async () => {
    let asked = 0;
    const out = join(folder(), "out");
    const desk: Partial<Desk> = {
      makeBatch: async () => done({ ...batch, released: false }),
      batch: async () => done({ ...batch, released: ++asked > 1 }),
      batchFile: async () => done({ name: "x", mediaType: "text/csv", bytes: Uint8Array.of(1, 2, 3) }),
    };
    const said = await runAgainst(desk, [...argv, "--out", out]);
    expect(said.code).toBe(0);
    expect(asked).toBe(2);
    expect(await readdir(out)).toEqual(["RIV-1-1-4a7c.csv"]);
    expect([...(await readFile(join(out, "RIV-1-1-4a7c.csv")))]).toEqual([1, 2, 3]);
    expect(said.out).toContain(`sha256 ${batch.sha256}`);
    const again = await runAgainst(desk, ["batches", batch.id, "--out", out, ...(await asSupervisor())]);
    expect(again.out).toContain("same");
  });

  const lacking = [{ desk: "d3", name: "Desk 3", made: 7, here: 5, verdict: "away" as const }];
  it.each([
    ["incomplete", conflict({ incomplete: lacking }), 4, "Desk 3: 5 of 7 here, away"],
    ["nothing new", { kind: "not-found", text: "Nothing new." } as const, 5, "Nothing new."],
    ["decisions open", conflict({ undecided: ["e1", "e2"] }), 6, "2 exceptions to decide"],
    ["disk broken", { kind: "fault", fault: { kind: "disk", text: "NOT SAVED" } } as const, 1, "NOT SAVED"],
  ])("%s", async (_, answer, code, text) => {
    const said = await runAgainst({ makeBatch: async () => answer }, argv);
    expect(said).toMatchObject({ code, out: "", err: expect.stringContaining(text) });
  });

  it("hands over partial and its reason, and refuses a format that is none", async () => {
    const partial = await runAgainst({}, [...argv, "--partial", "--reason", "Desk 3 broke"]);
    expect(partial.calls).toEqual([
      ["makeBatch", { format: "csv", partial: true, reason: "Desk 3 broke" }, "mk"],
    ]);
    const wrong = await runAgainst({}, ["export", "--format", "kohaa"]);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("koha") });
  });
});

describe("batches, loaded, failed", () => {
  it("lists", async () => {
    expect((await runAgainst({ batches: async () => [] }, ["batches"])).out).toBe("No batch yet.\n");
    expect((await runAgainst({ batches: async () => [batch] }, ["batches"])).out).toMatch(
      /RIV-1-1-4a7c +csv +2 +made/,
    );
    expect((await runAgainst({}, ["batches", "RIV-9-9-0000"])).code).toBe(4);
  });
  it.each([
    [["loaded", batch.id, "--job", "52"], { state: "loaded", job: "52" }],
    [["loaded", batch.id, "--by-hand"], { state: "loaded", byHand: true }],
    [["loaded", batch.id, "--by", "helpdesk"], { state: "loaded", note: "told by the help desk" }],
    [["loaded", batch.id, "--job", "52", "--with-errors"], { state: "loaded-with-errors", job: "52" }],
    [["failed", batch.id, "--note", "line 3"], { state: "failed", note: "line 3" }],
    [
      ["reissue", batch.id, "--confirm", batch.id, "--reason", "lost it"],
      { state: "re-issued", note: "lost it" },
    ],
    [
      ["withdraw", batch.id, "--confirm", batch.id, "--reason", "wrong ILS"],
      { state: "withdrawn", note: "wrong ILS" },
    ],
  ])("%j", async (argv, outcome) => {
    const marked: unknown[][] = [];
    const markBatch: Desk["markBatch"] = async (...given) => {
      marked.push(given);
      const { state } = given[1];
      return done({ ...batch, state: state === "loaded-too" ? "loaded" : state });
    };
    const { code, out } = await runAgainst({ markBatch }, [...argv, ...(await asSupervisor())]);
    expect({ code, out }).toEqual({ code: 0, out: `batch ${batch.id} ${outcome.state}\n` });
    expect(marked).toEqual([[batch.id, outcome, "mk"]]);
  });
});

describe("import and branch create", () => {
  const snapshot: SnapshotView = {
    ...{ sha256: "cd".repeat(32), takenAt: "2026-11-21T06:00:00-05:00", ageHours: 4 },
    ...{ patrons: 2, items: 3, loans: 0, holds: 0, state: "in-force" },
  };
  const reasons = [{ line: 7, reason: "no barcode" }];
  const files = [{ name: "patrons.csv", read: 3, kept: 2, refused: 1, reasons }];
  const importSnapshot = async () => done({ snapshot, warnings: ["hours: odd."], files });

  it("imports through the running node", async () => {
    const { code, out } = await runAgainst({ importSnapshot }, ["import", "sample"]);
    expect(code).toBe(0);
    expect(out).toContain("patrons.csv: 3 rows read, 2 kept, 1 refused\n  line 7: no barcode\n");
    expect(out).toContain("look at  hours: odd.\n");
  });

  it("says of a folder that isn't there that it isn't, and starts nothing for it", async () => {
    const { code, err } = await run(["import", join(folder(), "none")]);
    expect(code).toBe(2);
    expect(err).toContain(`${join(folder(), "none")}: expected a folder or a file`);
  });

  it.each([
    ["import", "sample"],
    ["backup", "copy", "--passphrase-file", "-"],
  ])("makes nothing on a PC that belongs to no branch: %s", async (...argv) => {
    const { code, err } = await run(argv, { readPiped: async () => "correct horse battery" });
    expect([code, err]).toEqual([4, expect.stringContaining("This desk belongs to no branch yet.")]);
    expect(await readdir(folder())).toEqual([]);
  });

  it("starts one for the length of the command, without mesh, and ends it", async () => {
    let closed = 0;
    const configs: unknown[] = [];
    const startNode: Effects["startNode"] = async (config) => {
      configs.push(config);
      const { close, url } = await startApi({ importSnapshot });
      return { url, meshPort: 1, close: () => close().then(() => void closed++) };
    };
    await mkdir(join(folder(), "identity"));
    await writeFile(join(folder(), "identity", "branch.json"), "{}");
    expect((await run(["import", "sample"], { startNode })).code).toBe(0);
    const create = ["branch", "create", "--name", "Town Library", "--timezone", "Europe/Berlin"];
    const [, , ...pin] = await asSupervisor();
    const said = await run([...create, "--supervisor", "mk", ...pin], { startNode });
    expect(said).toMatchObject({ code: 0, out: "branch b\nrecovery code 0000\n" });
    expect(said.err).toContain("Write the recovery code down");
    expect(closed).toBe(2);
    expect(configs).toMatchObject([
      { port: 0, mdns: false, peers: [] },
      { port: 0, mdns: false, peers: [] },
    ]);
  });
});

describe("who may", () => {
  const needing = [
    ["export", "--format", "csv"],
    ["batches", batch.id, "--out", "."],
    ["loaded", batch.id, "--job", "52"],
    ["failed", batch.id],
    ["outage", "closing"],
    ["outage", "open-again"],
    ["outage", "close"],
  ];
  it.each(needing)("%s %s ends with 9 and what to do, and changes nothing", async (...argv) => {
    for (const more of [[], ["--as", "mk"]]) {
      const said = await runAgainst({}, [...argv, ...more]);
      expect(said).toMatchObject({ code: 9, out: "", calls: [] });
      expect(said.err).toContain("--pin-file");
    }
    const desk = { batch: async () => done(batch) };
    const clerk = await runAgainst(desk, [...argv, ...(await asSupervisor("ab"))]);
    expect(clerk).toMatchObject({ code: 9, out: "", calls: [] });
    await writeFile(join(folder(), "mk.pin"), "other");
    const wrong = await runAgainst({}, [...argv, "--as", "mk", "--pin-file", join(folder(), "mk.pin")]);
    expect(wrong).toMatchObject({ code: 9, out: "", calls: [] });
    expect(wrong.err).toContain("do not go together");
  });

  it("takes a PIN from a file, from standard input or from a prompt, and never says it", async () => {
    const argv = ["outage", "close", "--as", "mk"];
    const prompts: string[] = [];
    const askSecret = async (prompt: string) => {
      prompts.push(prompt);
      return "mk-pin";
    };
    const typed = await runAgainst({}, argv, { askSecret });
    const piped = await runAgainst({}, [...argv, "--pin-file", "-"], { readPiped: async () => "mk-pin\r\n" });
    for (const said of [typed, piped]) {
      expect(said.code).toBe(0);
      expect(said.out + said.err).not.toContain("mk-pin");
    }
    expect(prompts).toEqual(["PIN of mk: "]);
    const missing = await runAgainst({}, [...argv, "--pin-file", join(folder(), "none")]);
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("ENOENT") });
  });

  it("leaves no session behind", async () => {
    const { close, url } = await startApi({});
    closers.push(close);
    let token = "";
    const before = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const authorization = new Headers(init?.headers).get("authorization") ?? "";
      if (String(input).endsWith("/close")) token = authorization;
      return before(input, init);
    };
    try {
      expect((await run(["outage", "close", ...(await asSupervisor())])).code).toBe(0);
    } finally {
      globalThis.fetch = before;
    }
    expect(token).toMatch(/^Bearer [\w-]{43}$/);
    expect((await fetch(`${url}/api/staff`, { headers: { authorization: token } })).status).toBe(401);
  });
});
