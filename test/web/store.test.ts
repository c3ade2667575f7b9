import { describe, expect, test } from "vitest";
import type { Events } from "../../src/node/http/api.ts";
import { addRows, createModel, type Model, reduceEvent, rowsOf } from "../../src/web/store.ts";
import { array, assert, constantFrom, integer, property, record, shuffledSubarray } from "../properties.ts";
import { sampleRow, sampleState } from "./sample.ts";

type AnyEvent = { [K in keyof Events]: { kind: K; data: Events[K] } }[keyof Events];

const start = (): Model => reduceEvent(createModel("activity", ""), "state", sampleState());
const apply = (model: Model, events: readonly AnyEvent[]): Model =>
  events.reduce((next, event) => reduceEvent(next, event.kind, event.data as never), model);

const coverage = (upTo: number, desks: number): AnyEvent => ({
  kind: "coverage",
  data: { feeds: [{ outage: 1, desk: "d1", run: "r", steps: [{ upTo, desks }] }], of: 3 },
});
const recorded = (id: string, seq: number): AnyEvent => ({
  kind: "recorded",
  data: { row: sampleRow(id, { position: { outage: 1, desk: "d1", run: "r", seq } }) },
});
const voiding = (id: string, voids: string): AnyEvent => ({
  kind: "recorded",
  data: {
    row: sampleRow(id, {
      kind: "voiding",
      voids,
      staff: "MS",
      position: { outage: 1, desk: "d1", run: "r", seq: 9 },
    }),
  },
});

describe("reduceEvent", () => {
  test("rows, coverage and voidings give the same rows in any order of arrival", () => {
    const events = [recorded("a", 0), recorded("b", 1), voiding("v", "a"), coverage(9, 2), recorded("c", 2)];
    const rowsAfter = (order: readonly AnyEvent[]) => apply(start(), order).rows;
    const wanted = rowsAfter(events);
    assert(
      property(shuffledSubarray(events, { minLength: events.length }), (order) => {
        expect(rowsAfter(order)).toEqual(wanted);
      }),
    );
    expect(wanted.a?.voided).toEqual({ by: "MS", at: "2026-11-21T10:04:00+01:00" });
    expect(wanted.b?.coverage).toEqual({ desks: 2, of: 3 });
  });

  test("the same event twice changes nothing more", () => {
    const event = record({
      kind: constantFrom("row", "coverage", "void"),
      n: integer({ min: 0, max: 4 }),
      desks: integer({ min: 1, max: 3 }),
    });
    const toEvent = ({ kind, n, desks }: { kind: string; n: number; desks: number }): AnyEvent =>
      kind === "row"
        ? recorded(`x${n}`, n)
        : kind === "void"
          ? voiding(`v${n}`, `x${n}`)
          : coverage(n, desks);
    assert(
      property(array(event), (list) => {
        const events = list.map(toEvent);
        const last = events.at(-1);
        if (last === undefined) return;
        const once = apply(start(), events);
        const twice = apply(once, [last]);
        expect(twice.rows).toEqual(once.rows);
        expect([...twice.activity.ids]).toEqual([...once.activity.ids]);
      }),
    );
  });

  test("a desk that lost its disk takes its copies out of the count", () => {
    const model = apply(start(), [recorded("a", 0), coverage(0, 3), coverage(0, 2)]);
    expect(model.rows.a?.coverage.desks).toBe(2);
  });

  test("coverage counts only rows up to the step", () => {
    const model = apply(start(), [recorded("a", 0), recorded("b", 1), coverage(0, 3)]);
    expect(model.rows.a?.coverage.desks).toBe(3);
    expect(model.rows.b?.coverage.desks).toBe(1);
  });

  test("activity takes new rows in at the top, once, and only those that its filter wants", () => {
    const loaded: Model = { ...start(), activity: { filter: { kind: "checkout" }, ids: [], isLoaded: true } };
    const checkin: AnyEvent = { kind: "recorded", data: { row: sampleRow("in", { kind: "checkin" }) } };
    const model = apply(loaded, [recorded("a", 0), checkin, recorded("b", 1), recorded("a", 0)]);
    expect(rowsOf(model, model.activity.ids).map((row) => row.id)).toEqual(["b", "a"]);
  });

  test("parts of the state are replaced, and come to nothing before there is a state", () => {
    const outage = { number: 2, state: "closing" } as const;
    expect(reduceEvent(start(), "outage", outage).state?.outage).toEqual(outage);
    expect(reduceEvent(createModel("out", ""), "outage", outage).state).toBeUndefined();
    const fault = { kind: "disk", text: "full" };
    const faulty = reduceEvent(start(), "fault", fault);
    expect(faulty.state?.fault).toEqual(fault);
    expect(reduceEvent(faulty, "state", sampleState()).state?.fault).toBeUndefined();
  });

  test("remembers of which version of the node the page is, whatever is installed later", () => {
    const first = reduceEvent(createModel("out", ""), "state", sampleState({ version: "1" }));
    const later = reduceEvent(first, "state", sampleState({ version: "2" }));
    expect([later.version, later.state?.version]).toEqual(["1", "2"]);
  });

  test("keeps a bounded number of rows, and never drops one that a list shows", () => {
    const first = apply(start(), [recorded("first", 0)]);
    let model: Model = {
      ...first,
      session: { ...first.session, listed: { out: ["first"], in: [], renew: [] } },
    };
    for (let n = 0; n < 1700; n++) model = apply(model, [recorded(`n${n}`, n)]);
    expect(Object.keys(model.rows).length).toBeLessThanOrEqual(1501);
    expect(model.rows.first).toBeDefined();
    expect(model.rows.n1699).toBeDefined();
  });

  test("progress goes when it is done", () => {
    const half = reduceEvent(start(), "progress", { task: "import", done: 1, of: 2, text: "Reading" });
    expect(half.progress?.done).toBe(1);
    expect(
      reduceEvent(half, "progress", { task: "import", done: 2, of: 2, text: "Reading" }).progress,
    ).toBeUndefined();
  });
});

describe("addRows", () => {
  test("a row that comes again keeps that it was voided", () => {
    const model = apply(start(), [recorded("a", 0), voiding("v", "a")]);
    expect(addRows(model, [sampleRow("a")]).rows.a?.voided?.by).toBe("MS");
  });
});
