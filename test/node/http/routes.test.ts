import { describe, expect, test } from "vitest";
import type { Answer, Desk, RecordAnswer } from "../../../src/node/desk/desk.ts";
import type {
  BatchView,
  PatronView,
  Problem,
  RecordedAnswer,
  StateView,
} from "../../../src/node/http/api.ts";
import { listRoutes } from "../../../src/node/http/app.ts";
import * as fc from "../../properties.ts";
import { by, createDeskDouble, createTestParts, ownHost, post, stateOfTests } from "./desk-double.ts";

const id = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";

async function ask(changes: Partial<Desk>, path: string, init?: RequestInit) {
  const double = createDeskDouble(changes);
  const { app, logged } = createTestParts(double);
  const response = await app.request(ownHost + path, init);
  const text = await response.text();
  const isJson = /json$/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : null,
    logged,
    ...double,
  };
}

describe("what a desk answers, in HTTP", () => {
  const question = {
    code: "expired",
    ref: "r",
    text: "The card has expired.",
    role: "staff",
    severity: "override",
  } as const;
  const cases: readonly (readonly [RecordAnswer, number, Partial<Problem>])[] = [
    [{ kind: "questions", questions: [question] }, 409, { questions: [question] }],
    [
      { kind: "refused", refusal: { kind: "id-taken", text: "Taken." } },
      422,
      { code: "id-taken", refusal: { kind: "id-taken", text: "Taken." } },
    ],
    [
      { kind: "fault", fault: { kind: "disk", text: "NOT SAVED." } },
      503,
      { fault: { kind: "disk", text: "NOT SAVED." } },
    ],
  ];
  test.each(cases)("%j is %i", async (answer, status, members) => {
    const asked = await ask(
      { record: async () => answer },
      "/api/transactions",
      post({ id, kind: "checkin", item: "x" }),
    );
    expect([asked.status, asked.body.status]).toEqual([status, status]);
    expect(asked.headers.get("content-type")).toBe("application/problem+json");
    expect(asked.body).toMatchObject(members);
    expect(asked.logged).toEqual([]);
  });

  test("a recorded transaction is 201 with its receipt", async () => {
    const recorded: RecordedAnswer = {
      receipt: { id, desk: "d", run: "r", seq: 0, at: "2026-07-22T21:00:00-04:00", durable: true },
      view: {
        row: {
          id,
          kind: "checkin",
          at: "2026-07-22T21:00:00-04:00",
          desk: { id: "d", name: "Desk 1" },
          exceptions: [],
          coverage: { desks: 1, of: 3 },
          position: { outage: 1, desk: "d", run: "r", seq: 0 },
        },
        notes: [],
      },
    };
    const record = async (): Promise<RecordAnswer> => ({ kind: "recorded", answer: recorded });
    const asked = await ask({ record }, "/api/transactions", post({ id, kind: "checkin", item: "x" }));
    expect([asked.status, asked.body]).toEqual([201, recorded]);
  });

  test("a batch that can't be made says which desks lack what", async () => {
    const incomplete = [{ desk: "d3", name: "Desk 3", made: 9, here: 4, verdict: "away" }] as const;
    const conflict = { kind: "conflict", code: "incomplete", text: "Desk 3 is away.", incomplete } as const;
    const asked = await ask(
      { makeBatch: async () => conflict },
      "/api/batches",
      post({ format: "koha", by }),
    );
    expect(asked.status).toBe(409);
    expect(asked.body).toMatchObject({ code: "incomplete", detail: "Desk 3 is away.", incomplete });
    const nothing: Answer<BatchView> = { kind: "not-found", text: "Nothing new." };
    const empty = await ask({ makeBatch: async () => nothing }, "/api/batches", post({ format: "koha", by }));
    expect([empty.status, empty.body.detail]).toEqual([404, "Nothing new."]);
  });

  test("the first-run form is 201, then 409", async () => {
    const staff = { supervisor: "mk", pin: "mk-pin" };
    const form = { name: "Riverside", code: "riv", timezone: "Europe/Berlin", desk: "Desk 1", ...staff };
    const first = await ask({}, "/api/branch", post(form));
    expect([first.status, first.body]).toEqual([201, { ...stateOfTests, recoveryCode: "0000" }]);
    expect(first.calls).toEqual([["createBranch", { ...form, code: "RIV" }]]);
    const conflict = { kind: "conflict", code: "branch-exists", text: "There is one." } as const;
    expect((await ask({ createBranch: async () => conflict }, "/api/branch", post(form))).status).toBe(409);
    for (const wrong of [{ pin: "123" }, { supervisor: "m k" }, { supervisor: undefined }]) {
      expect((await ask({}, "/api/branch", post({ ...form, ...wrong }))).status).toBe(422);
    }
    for (const timezone of ["Europe/Atlantis", "+02:00", "", "../etc"]) {
      expect((await ask({}, "/api/branch", post({ ...form, timezone }))).status).toBe(422);
    }
  });

  test("readiness says why not", async () => {
    const { branch: _, ...bare } = stateOfTests;
    const states: readonly (readonly [StateView, number, object])[] = [
      [stateOfTests, 200, { status: "ready" }],
      [{ ...bare, ready: false }, 503, { status: "not-ready", reasons: ["no-branch"] }],
      [
        { ...stateOfTests, ready: false, fault: { kind: "disk", text: "" } },
        503,
        { status: "not-ready", reasons: ["disk"] },
      ],
    ];
    for (const [state, status, body] of states) {
      const asked = await ask({ state: () => state }, "/readyz");
      expect([asked.status, asked.body]).toEqual([status, body]);
    }
  });

  test("metrics are numbers, with no name in them", async () => {
    const { text, headers } = await ask({}, "/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    for (const line of text.trim().split("\n")) {
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) deskmesh_\w+ [A-Za-z0-9 ,.]+|deskmesh_\w+ \d+(?:\.\d+)?)$/);
    }
    expect(text).not.toContain("Riverside");
  });
});

describe("addresses", () => {
  test("any barcode comes through its address unchanged", async () => {
    const barcodes = fc
      .stringMatching(/^[!-~](?:[ -~]{0,78}[!-~])?$/)
      .filter((code) => !/^\.\.?$/.test(code));
    await fc.assert(
      fc.asyncProperty(barcodes, async (barcode) => {
        const asked = await ask({}, `/api/scan/${encodeURIComponent(barcode)}`);
        expect([asked.status, asked.body]).toEqual([200, {}]);
        expect(asked.calls).toEqual([["scan", barcode]]);
      }),
    );
  });

  test.each(["a".repeat(81), "%00", "%C3%BC", "%20", "%20x", "a%0Ab"])("%s is no barcode", async (code) => {
    for (const kind of ["patrons", "items", "scan"]) {
      const asked = await ask({}, `/api/${kind}/${code}`);
      expect([asked.status, asked.calls]).toEqual([422, []]);
    }
  });

  test("a scan is answered as the desk knows it", async () => {
    const known: PatronView = {
      barcode: "1",
      name: "Roe, Jane",
      expired: false,
      blocks: [],
      known: "snapshot",
      loans: [],
      holds: [],
    };
    const asked = await ask({ scan: async () => ({ patron: known, looksLike: "item" }) }, "/api/scan/1");
    expect(asked.body).toEqual({ patron: known, looksLike: "item" });
  });

  test("each address names its methods to any other one", async () => {
    const double = createDeskDouble();
    const { app, parts } = createTestParts(double);
    for (const { path } of listRoutes(parts)) {
      const url = ownHost + path.replaceAll(/\{\w+\}/g, "x");
      for (const method of ["PUT", "PATCH", "OPTIONS"]) {
        const response = await app.request(url, { method });
        expect([path, response.status]).toEqual([path, 405]);
        const allow = response.headers.get("allow")!.split(", ").sort();
        const methods = listRoutes(parts)
          .filter((route) => route.path === path)
          .map((route) => route.method);
        expect(allow).toEqual(
          methods.flatMap((each) => (each === "get" ? ["GET", "HEAD"] : [each.toUpperCase()])).sort(),
        );
      }
    }
    expect(double.calls).toEqual([]);
  });

  test("queries are checked as bodies are", async () => {
    const good = await ask({}, "/api/transactions?kind=checkin&limit=200&after=abc");
    expect(good.calls).toEqual([["transactions", { kind: "checkin", limit: 200, after: "abc" }]]);
    for (const query of [
      "limit=0",
      "limit=201",
      "limit=1e2",
      "kind=x",
      "patrom=1",
      "item=1&item=2",
      "__proto__=1",
    ]) {
      const asked = await ask({}, `/api/transactions?${query}`);
      expect([query, asked.status, asked.calls]).toEqual([query, 422, []]);
    }
    expect((await ask({}, "/api/transactions?patrom=1")).body.detail).toContain("Did you mean patron?");
    expect((await ask({}, "/api/patrons?q=")).status).toBe(422);
    expect((await ask({}, "/api/patrons?q=M%C3%BCller")).calls).toEqual([["patrons", "Müller"]]);
    expect((await ask({}, "/api/state?x=1")).status).toBe(422);
  });
});

describe("acts of staff", () => {
  test("moves reach the desk with who made them", async () => {
    const body = { scope: "branch", called: [{ who: "Help desk", at: "2026-07-22T21:00:00-04:00" }] };
    const asked = await ask({}, "/api/outage/open", post(body, { "deskmesh-staff": "mk" }));
    expect([asked.status, asked.calls]).toEqual([200, [["moveOutage", "open", body, "mk"]]]);
    expect((await ask({}, "/api/outage/desk-done", post(""))).calls).toEqual([["deskDone", "ab"]]);
    expect((await ask({}, "/api/outage/shut", post({}))).status).toBe(404);
    expect((await ask({}, "/api/outage/open", post({ scop: "branch" }))).body.detail).toContain(
      "Did you mean scope?",
    );
  });

  test.each([
    [{ decision: "void", reason: "x" }, /^transaction is missing/],
    [{ decision: "correct", transaction: id, reason: "x" }, /^barcode is missing/],
    [
      { decision: "drop", reason: "x" },
      /^decision: expected one of keep-both, void, correct, note, accept, leave-out, by-hand, load\.$/,
    ],
    [{ decision: "note" }, /^reason is missing/],
  ])("a decision %j lacks something", async (body, text) => {
    const asked = await ask({}, "/api/exceptions/abc", post({ ...body, by }));
    expect([asked.status, asked.calls]).toEqual([422, []]);
    expect(asked.body.detail).toMatch(text);
  });
});
