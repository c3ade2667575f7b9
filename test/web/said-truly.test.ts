/** What the page says of a scan is what the node has, also where the item was given back since, or an answer got lost. */

import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { Question } from "../../src/node/http/api.ts";
import { sessionToKept } from "../../src/web/recording.ts";
import { answerToReply } from "../../src/web/reply.ts";
import type { Connection, HttpAnswer } from "../../src/web/request.ts";
import { type Command, emptySession, type Mode } from "../../src/web/session.ts";
import { createModel, type Model } from "../../src/web/store.ts";
import { samplePatron, sampleRow, sampleState } from "./sample.ts";
import { Bench } from "./scanning-bench.ts";

// Their types are a browser's: told here.
const { createController } = (await load("controller")) as {
  createController(tools: unknown): { run(intent: object): void; resume(wasDown: boolean): void };
};
const { createConnection } = (await load("connection")) as {
  createConnection(listener: object, staff: () => string): Connection;
};

async function load(name: string): Promise<unknown> {
  return import(fileURLToPath(new URL(`../../src/web/${name}.ts`, import.meta.url)));
}

const question: Question = { code: "item-held", ref: "r", text: "?", role: "staff", severity: "override" };
const lent = { code: "item-held", ref: "r", reason: "On the phone" };

describe("the same item once more in one sitting", () => {
  /** The node's own word of when each row was recorded. */
  class Clocked extends Bench {
    override record(command: Parameters<Bench["record"]>[0]): void {
      super.record(command);
      const at = new Date(Date.UTC(2026, 10, 21, 9, 0, this.log.length)).toISOString();
      this.rows[command.id] = { ...this.rows[command.id]!, at };
    }
  }
  const kinds = (moves: readonly (readonly [string, Mode])[]): readonly string[] => {
    const bench = new Clocked();
    for (const [code, mode] of moves) {
      bench.scan(code, mode);
      bench.workAll();
    }
    return bench.log.map(({ kind }) => kind);
  };

  test("is recorded where it came back, or went out, between", () => {
    expect(
      kinds([
        ["P1", "out"],
        ["I1", "out"],
        ["I1", "in"],
        ["I1", "out"],
      ]),
    ).toEqual(["checkout", "checkin", "checkout"]);
    expect(
      kinds([
        ["I1", "in"],
        ["P1", "out"],
        ["I1", "out"],
        ["I1", "in"],
      ]),
    ).toEqual(["checkin", "checkout", "checkin"]);
    expect(
      kinds([
        ["I1", "renew"],
        ["I1", "in"],
        ["I1", "renew"],
      ]),
    ).toHaveLength(3);
  });

  test("is recorded where another desk has done something with it, and is added nothing where nobody has", () => {
    const bench = new Clocked();
    for (const code of ["P1", "I1"]) bench.scan(code);
    bench.workAll();
    bench.scan("I1");
    bench.workAll();
    expect(bench.log).toHaveLength(1);
    const other = { kind: "checkin" as const, item: "I1", desk: { id: "d2", name: "Desk 2" } };
    bench.rows.x = sampleRow("x", { ...other, at: "2026-11-21T09:30:00Z" });
    bench.scan("I1");
    bench.workAll();
    expect(bench.log.map(({ kind }) => kind)).toEqual(["checkout", "checkout"]);
  });
});

describe("an answer that comes twice, or not at all", () => {
  /** A desk with P1 open, and a scan of I1 that is being recorded. */
  function posting(): { readonly bench: Bench; readonly command: Command } {
    const bench = new Bench();
    bench.scan("P1");
    bench.workAll();
    bench.scan("I1");
    bench.work();
    bench.effects = [];
    const { phase } = bench.session;
    if (phase.kind !== "posting") throw new Error("nothing is on its way");
    return { bench, command: phase.command };
  }
  const asked = { kind: "questions", questions: [question] } as const;

  test("a question that comes once more after its answer undoes nothing: what is recorded is shown as that", () => {
    const { bench, command } = posting();
    // The link was away for a moment, so it was asked twice.
    bench.feed({ kind: "resumed" });
    bench.feed({ kind: "answered", id: command.id, command, reply: asked });
    bench.feed({ kind: "confirmed", overrides: [{ code: "item-held", ref: "r", reason: "On the phone" }] });
    bench.feed({ kind: "answered", id: command.id, command, reply: asked });
    expect(bench.session.phase.kind).toBe("posting");
    bench.record(command);
    expect(bench.session.listed.out).toEqual([command.id]);
    expect(bench.session.phase).toEqual({ kind: "idle" });
  });

  test("what goes out again after a reload has the dates that it had: one id has one content", () => {
    const due = { value: "2026-12-10", setOn: "2026-11-26", isSticky: false };
    for (const [chosen, answer, wanted] of [
      [undefined, { kind: "confirmed", overrides: [], due: "2026-12-24" }, undefined],
      [undefined, { kind: "confirmed", overrides: [lent], due: "2026-12-24" }, "2026-12-24"],
      [due, { kind: "took-rule" }, undefined],
    ] as const) {
      const before = new Bench();
      before.scan("P1");
      before.workAll();
      if (chosen !== undefined) before.feed({ kind: "due-chosen", due: chosen });
      before.scan("I1");
      before.work();
      before.work([question]);
      before.feed(answer);
      const kept = JSON.parse(JSON.stringify(sessionToKept(before.session)));
      const bench = new Bench();
      bench.session = { ...emptySession, isRestoring: true };
      bench.feed({ kind: "restored", kept, patron: samplePatron("P1") });
      bench.workAll();
      expect(bench.log.map(({ id, due: given }) => [id, given])).toEqual([["t2", wanted]]);
    }
  });

  test("a code that could not be looked up is no unknown card, and keeps its id", () => {
    for (const hasPatrons of [true, false]) {
      const bench = new Bench();
      bench.hasPatrons = hasPatrons;
      bench.scan("I1");
      bench.feed({ kind: "unlooked", barcode: "I1", reply: { kind: "fault", text: "Out of order." } });
      expect(bench.session.patron).toBeUndefined();
      expect(bench.session.phase).toEqual({ kind: "idle" });
      expect(bench.session.unsaved.map(({ id }) => id)).toEqual(["t1"]);
      bench.effects = [];
      bench.scan("I1");
      bench.scan("P1");
      bench.workAll();
      expect(bench.log.map(({ id, patron }) => [id, patron])).toEqual([["t1", "P1"]]);
    }
    const refused = new Bench();
    refused.scan("I1");
    refused.feed({ kind: "unlooked", barcode: "I1", reply: { kind: "refused", text: "Sign in first." } });
    expect(refused.session.notice).toMatchObject({
      severity: "stop",
      text: "Sign in first. Nothing was recorded.",
    });
  });

  test("a node that is asked too much refuses nothing: the scan stays in sight for the next try", () => {
    expect(answerToReply(429, { code: "too-many", detail: "Too much." })).toEqual({
      kind: "fault",
      text: "Too much.",
    });
    expect(answerToReply(429, { code: "busy", detail: "PINs." }).kind).toBe("unproven");
  });
});

describe("the desk of a page", () => {
  /** `answers`: by path, as the node gives them. */
  function desk(answers: Readonly<Record<string, HttpAnswer>>) {
    let count = 0;
    let model: Model = { ...createModel("out", ""), link: "up", state: sampleState(), session: emptySession };
    const connection = { get: async (path: string) => answers[path], post: async () => undefined };
    const tools = {
      ...{ connection, raw: connection, createId: () => `n${++count}`, now: () => 0, sound: () => undefined },
      store: {
        get: () => model,
        set(next: Model) {
          model = next;
        },
      },
    };
    return { controller: createController(tools), store: tools.store };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  test("takes no item for a card because the node is out of order", async () => {
    const { controller, store } = desk({
      "scan/I1": { status: 503, body: { code: "fault", detail: "Disk." } },
    });
    controller.run({ kind: "scan", barcode: "I1", mode: "out", source: "scan", atMs: 0 });
    await turn();
    expect(store.get().session.patron).toBeUndefined();
    expect(store.get().session.unsaved.map(({ barcode }) => barcode)).toEqual(["I1"]);
  });

  test("reads what others did while it heard nothing: rows that were voided, and the open patron", async () => {
    const voiding = sampleRow("v", { kind: "voiding", voids: "t1", at: "2026-11-21T11:00:00Z" });
    const loans = [
      { item: "I9", due: "2026-12-12", since: "2026-11-21", overdue: false, from: "desk" as const },
    ];
    const { controller, store } = desk({
      "transactions?limit=200": { status: 200, body: { rows: [voiding] } },
      "patrons/P1": { status: 200, body: samplePatron("P1", { loans }) },
    });
    const session = {
      ...emptySession,
      patron: samplePatron("P1"),
      listed: { out: ["t1"], in: [], renew: [] },
    };
    store.set({ ...store.get(), session, rows: { t1: sampleRow("t1") } });
    controller.resume(true);
    await turn();
    expect(store.get().rows.t1?.voided).toBeDefined();
    expect(store.get().session.patron?.loans).toEqual(loans);
  });
});

test("an answer that is cut off in the middle is none: the same is asked again", async () => {
  const links: boolean[] = [];
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", class extends EventTarget {});
  vi.stubGlobal("fetch", async () => ({
    ...{ ok: true, status: 201 },
    json: () => Promise.reject(new TypeError("network error")),
  }));
  try {
    const listener = {
      event: () => undefined,
      link: (isUp: boolean) => links.push(isUp),
      gone: () => undefined,
    };
    const connection = createConnection(listener, () => "ab");
    expect(await connection.post("transactions", {})).toBeUndefined();
    expect(links).toContain(false);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});
