import { describe, expect, test } from "vitest";
import type { Command } from "../../../src/crdt/circulation/command.ts";
import { transactionKinds } from "../../../src/crdt/circulation/transaction.ts";
import type { Problem, ScanView } from "../../../src/node/http/api.ts";
import * as fc from "../../properties.ts";
import { createDeskDouble, createTestParts, ownHost, post } from "./desk-double.ts";

const id = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";
const url = `${ownHost}/api/transactions`;

const anyId = fc.uuid({ version: 7 });
const barcode = fc.stringMatching(/^[!-~](?:[ -~]{0,78}[!-~])?$/);
const said = fc.stringMatching(/^[A-Za-zäöüß .,]{0,60}[a-z]$/);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const common = {
  id: anyId,
  effective: maybe(fc.constant("2026-07-22T21:00:00-04:00")),
  source: maybe(fc.constantFrom("scan", "typed", "paper")),
};
const due = maybe(fc.constantFrom("2026-08-12", "2026-08-12T10:00:00Z"));
const count = fc.integer({ min: 1, max: 99 });
const good = fc.oneof(
  fc.record({
    ...common,
    kind: fc.constant("checkout"),
    patron: barcode,
    item: barcode,
    due,
    note: maybe(said),
  }),
  fc.record({ ...common, kind: fc.constant("renewal"), patron: maybe(barcode), item: barcode, due }),
  fc.record({ ...common, kind: fc.constant("checkin"), item: barcode }),
  fc.record({
    ...common,
    kind: fc.constant("registration"),
    patron: barcode,
    fields: fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{1,10}$/), said, { maxKeys: 8 }),
  }),
  fc.record({ ...common, kind: fc.constant("in-house-use"), item: barcode, count }),
  fc.record({ ...common, kind: fc.constant("non-catalogued"), patron: barcode, type: said, count, due }),
  fc.record({
    ...common,
    kind: fc.constant("payment"),
    patron: barcode,
    amount: fc.integer({ min: 1, max: 9_999_999 }),
    currency: fc.constant("EUR"),
  }),
  fc.record({ ...common, kind: fc.constant("voiding"), voids: anyId, reason: said }),
);
/** A good body with one member taken away, put in, or replaced by anything. */
const spoilt = fc
  .tuple(
    good,
    fc.constantFrom(
      "id",
      "kind",
      "patron",
      "item",
      "due",
      "count",
      "amount",
      "fields",
      "overrides",
      "reason",
      "x",
    ),
    fc.jsonValue(),
  )
  .map(([body, name, value]) => ({ ...body, [name]: value }));

/** What the desk may rely on, said once more without the schema library. */
function expectSound(command: Command): void {
  expect(command.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(transactionKinds).toContain(command.kind);
  for (const code of [command.patron, command.item]) {
    if (code !== undefined) expect(code).toMatch(/^[ -~]{1,80}$/);
  }
  for (const ms of [command.due, command.effective]) {
    if (ms !== undefined) expect(Number.isSafeInteger(ms)).toBe(true);
  }
  for (const number of [command.count, command.amount]) {
    if (number !== undefined) expect(Number.isSafeInteger(number) && number > 0).toBe(true);
  }
  for (const text of [command.reason, command.note, command.type, ...Object.values(command.fields ?? {})]) {
    if (text !== undefined) expect(text).toMatch(/^[^\p{Cc}\p{Cs}]{1,300}$/u);
  }
  expect(Buffer.byteLength(JSON.stringify(command))).toBeLessThan(5_000);
}

async function postBody(body: unknown) {
  const double = createDeskDouble();
  const { app } = createTestParts(double);
  const response = await app.request(url, post(body));
  return { status: response.status, problem: (await response.json()) as Problem, recorded: double.recorded };
}

describe("POST /api/transactions", () => {
  test("any JSON is answered by 4xx, and only sound commands reach the desk", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), spoilt, good), async (body) => {
        const { status, problem, recorded } = await postBody(JSON.stringify(body));
        expect(status).toBe(422);
        expect(problem.refusal?.text).toBeTruthy();
        for (const { command } of recorded) expectSound(command);
        expect(problem.refusal?.kind === "double").toBe(recorded.length === 1);
      }),
      { numRuns: 500 },
    );
  });

  test("any bytes are answered by 4xx", async () => {
    const { app } = createTestParts(createDeskDouble());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const response = await app.request(url, { ...post(""), body: bytes });
        expect([400, 422]).toContain(response.status);
      }),
      { numRuns: 200 },
    );
  });

  test("each good body reaches the desk, member for member", async () => {
    await fc.assert(
      fc.asyncProperty(good, async (body) => {
        const { recorded } = await postBody(body);
        expect(recorded).toHaveLength(1);
        const { command } = recorded[0]!;
        const { due: _, effective: __, ...rest } = JSON.parse(JSON.stringify(body));
        expect(command).toMatchObject(rest);
        expect(Object.keys(command).sort()).toEqual(Object.keys(JSON.parse(JSON.stringify(body))).sort());
      }),
      { numRuns: 200 },
    );
  });

  test("a due day ends at the last second of the day in the branch's zone, across daylight-saving changes", async () => {
    for (const [day, end] of [
      ["2026-07-22", "2026-07-22T23:59:59-04:00"],
      ["2026-11-01", "2026-11-01T23:59:59-05:00"],
      ["2026-03-08", "2026-03-08T23:59:59-04:00"],
    ] as const) {
      const { recorded } = await postBody({ id, kind: "checkout", patron: "1", item: "2", due: day });
      expect(recorded[0]?.command.due).toBe(Date.parse(end));
    }
  });

  test("onlyItem: what is, or may be, a card is told and not recorded; an item goes to the desk without that word", async () => {
    const patron = { barcode: "2", name: "", expired: false, blocks: [], loans: [], holds: [] };
    const item = { barcode: "2", known: true, holds: 0 };
    const meanings: readonly (readonly [ScanView, boolean])[] = [
      [{}, true],
      [{ item }, true],
      [{ looksLike: "item" }, true],
      [{ looksLike: "isbn" }, true],
      [{ looksLike: "patron" }, false],
      [{ patron: { ...patron, known: "snapshot" } }, false],
      [{ patron: { ...patron, known: "registered" }, item }, false],
    ];
    for (const [scan, isItem] of meanings) {
      const double = createDeskDouble({ scan: async () => scan });
      const { app } = createTestParts(double);
      const body = { id, kind: "checkout", patron: "1", item: "2", onlyItem: true };
      const problem = (await (await app.request(url, post(body))).json()) as Problem;
      expect(double.recorded.map(({ command }) => command)).toEqual(
        isItem ? [{ id, kind: "checkout", patron: "1", item: "2" }] : [],
      );
      if (!isItem) expect(problem).toMatchObject({ status: 409, code: "not-only-item", scan });
    }
  });

  test("ids are lower case from here on", async () => {
    const { recorded } = await postBody({
      id: id.toUpperCase(),
      kind: "voiding",
      voids: id.toUpperCase(),
      reason: "x",
    });
    expect(recorded[0]?.command).toMatchObject({ id, voids: id });
  });

  test.each([
    [{ id, kind: "chekout" }, /^kind: expected one of checkout, renewal, .*voiding\.$/],
    [{ id, kind: "checkin" }, /^item is missing: expected 1 to 80 printable/],
    [{ id, kind: "checkin", item: "9".repeat(300) }, /^item: expected 1 to 80 printable/],
    [{ id, kind: "checkin", item: "a\u0000b" }, /^item: expected 1 to 80 printable/],
    [{ id, kind: "checkin", item: "x", itm: "y" }, /^itm is not a known field\. Did you mean item\?$/],
    [{ id, kind: "checkin", item: "x", due: "2026-08-12" }, /^due is not a known field/],
    [{ id: "7", kind: "checkin", item: "x" }, /^id: expected a UUID of version 7\.$/],
    [{ id, kind: "checkin", item: "x", effective: "2026-07-22" }, /^effective: expected a time as RFC 3339/],
    [
      { id, kind: "payment", patron: "1", amount: 2.5, currency: "EUR" },
      /^amount: expected a whole number of cents/,
    ],
    [{ id, kind: "in-house-use", item: "1", count: 100 }, /^count: expected a whole number from 1 to 99\.$/],
    [{ id, kind: "checkin", item: "x", overrides: [{ code: "a" }] }, /^overrides\.0\.ref is missing/],
    [[], /^body: expected a JSON object\.$/],
    [null, /^body: expected a JSON object\.$/],
  ])("%j is refused in words", async (body, text) => {
    const { status, problem, recorded } = await postBody(body);
    expect(status).toBe(422);
    expect(problem.detail).toMatch(text);
    expect(recorded).toEqual([]);
  });

  test("no answer repeats what was sent in a value", async () => {
    const { problem } = await postBody({ id, kind: "checkout", patron: "Jane Roe\u0007", item: "\tSecret" });
    expect(JSON.stringify(problem)).not.toMatch(/Jane|Secret/);
    const malformed = await postBody('{"patron": "Jane Roe", }');
    expect(malformed.status).toBe(400);
    expect(malformed.problem.position).toEqual({ offset: 23, line: 1, column: 24 });
    expect(JSON.stringify(malformed.problem)).not.toContain("Jane");
  });

  test("texts that would not fit into one entry are refused", async () => {
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`f${n}`, "ü".repeat(299)]));
    const { status, problem, recorded } = await postBody({ id, kind: "registration", patron: "1", fields });
    expect([status, problem.refusal?.kind, recorded]).toEqual([422, "too-long", []]);
  });

  test.each([
    ["mk", "mk"],
    ["%D0%96%D0%9A", "ЖК"],
    ["J\u00fcrgen", "Jürgen"],
  ])("staff %j is told to the desk", async (header, staff) => {
    const double = createDeskDouble();
    const { app } = createTestParts(double);
    const body = { id, kind: "checkin", item: "x" };
    await app.request(url, post(body, { "deskmesh-staff": header }));
    expect([double.recorded[0]?.staff, double.recorded[0]?.role]).toEqual([staff, "staff"]);
  });

  test.each(["", "   ", "a".repeat(41), "%", "%07x", "%E2%80%A8"])("staff %j is refused", async (header) => {
    const double = createDeskDouble();
    const { app } = createTestParts(double);
    const body = { id, kind: "checkin", item: "x" };
    const response = await app.request(url, post(body, { "deskmesh-staff": header }));
    expect([response.status, double.recorded]).toEqual([422, []]);
  });
});
