import { describe, expect, test } from "vitest";
import type { Role, Staff } from "../../../src/node/desk/desk.ts";
import type { Problem, SessionView } from "../../../src/node/http/api.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import {
  by,
  clerkOfTests,
  createDeskDouble,
  createStaffDouble,
  createTestParts,
  initials,
  ownHost,
  post,
  signInAt,
  stateOfTests,
  supervisorOfTests,
} from "./desk-double.ts";

const minuteMs = 60_000;
const id = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";

function start(changes: Partial<Staff> = {}) {
  const clock = createManualClock(0);
  const double = createDeskDouble({ staff: createStaffDouble(changes) });
  const made = createTestParts(double, { clock, random: realRandom });
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await made.app.request(ownHost + path, init);
    const body = (await response.json()) as Problem & SessionView & { token?: string };
    return { status: response.status, headers: response.headers, body };
  };
  const signIn = (who: object, headers: Record<string, string> = {}) =>
    ask("/api/session", post(who, headers));
  return { ...made, ...double, clock, ask, signIn };
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

describe("a session", () => {
  test("is a strict cookie of this port, and a token for programs", async () => {
    const { ask, signIn } = start();
    const { status, headers, body } = await signIn(supervisorOfTests);
    expect([status, body.user, body.role]).toEqual([200, "mk", "supervisor"]);
    expect(headers.get("set-cookie")).toBe(
      `deskmesh-session-8470=${body.token}; HttpOnly; SameSite=Strict; Path=/`,
    );
    const cookie = `a=b; deskmesh-session-8470=${body.token}`;
    for (const given of [{ cookie }, bearer(body.token)]) {
      expect((await ask("/api/session", { headers: given })).body).toEqual({
        user: "mk",
        role: "supervisor",
      });
      expect((await ask("/api/staff", { headers: given })).status).toBe(200);
    }
    const odd = [
      `deskmesh-session-8480=${body.token}`,
      `${cookie}; deskmesh-session-8470=${body.token}`,
      `deskmesh-session-8470="${body.token}"`,
      "deskmesh-session-8470=",
    ];
    for (const value of odd)
      expect((await ask("/api/staff", { headers: { cookie: value } })).status).toBe(401);
  });

  test("a right cookie from a foreign page or under a foreign name is worth nothing", async () => {
    const { ask, signIn } = start();
    const { token } = (await signIn(supervisorOfTests)).body;
    const cookie = `deskmesh-session-8470=${token}`;
    const close = post({}, { cookie, origin: "http://127.0.0.1:3000" });
    expect((await ask("/api/outage/close", close)).status).toBe(403);
    expect((await ask("/api/staff", { headers: { cookie, host: "evil.example:8470" } })).status).toBe(421);
    const framed = { cookie, "sec-fetch-site": "same-site" };
    expect((await ask("/api/batches/x/file", { headers: framed })).status).toBe(403);
    expect((await ask("/api/events", { headers: framed })).status).toBe(403);
  });

  test("ends by signing out, and no two tokens are alike", async () => {
    const { ask, signIn } = start();
    const first = (await signIn(supervisorOfTests)).body.token;
    const second = (await signIn(supervisorOfTests)).body.token;
    expect(first).not.toBe(second);
    const out = await ask("/api/session", { method: "DELETE", headers: bearer(first) });
    expect([out.status, out.headers.get("set-cookie")?.includes("Max-Age=0")]).toEqual([200, true]);
    expect((await ask("/api/staff", { headers: bearer(first) })).status).toBe(401);
    expect((await ask("/api/staff", { headers: bearer(second) })).status).toBe(200);
  });

  test("a supervisor who does nothing for half an hour counts as staff; after half a day it is over", async () => {
    const { ask, signIn, clock } = start({ openDesks: () => false });
    const { token } = (await signIn(supervisorOfTests)).body;
    const act = () => ask("/api/outage/open", post({}, bearer(token)));
    clock.advance(29 * minuteMs);
    expect((await act()).status).toBe(200);
    clock.advance(29 * minuteMs);
    // Reading isn't doing: a page that reloads its lists keeps nobody signed in.
    expect((await ask("/api/staff", { headers: bearer(token) })).status).toBe(200);
    clock.advance(2 * minuteMs);
    const late = await ask("/api/staff", { headers: bearer(token) });
    expect([late.status, late.body.code]).toEqual([401, "session-idle"]);
    expect((await act()).status).toBe(200);
    expect((await ask("/api/staff", { headers: bearer(token) })).status).toBe(401);
    clock.advance(12 * 60 * minuteMs);
    expect((await act()).status).toBe(401);
  });

  test("a user who is disabled, demoted or given a new PIN loses what the token gave, at once", async () => {
    let known: { user: string; role: Role; pinMark: string } | null = {
      user: "mk",
      role: "supervisor",
      pinMark: "1",
    };
    const { ask, signIn } = start({ find: () => known });
    const { token } = (await signIn(supervisorOfTests)).body;
    const status = async () => (await ask("/api/staff", { headers: bearer(token) })).status;
    expect(await status()).toBe(200);
    known = { ...known, role: "staff" };
    expect(await status()).toBe(403);
    known = { ...known, role: "supervisor" };
    expect(await status()).toBe(200);
    known = { ...known, pinMark: "2" };
    expect(await status()).toBe(401);
    const again = (await signIn(supervisorOfTests)).body.token;
    known = null;
    expect((await ask("/api/staff", { headers: bearer(again) })).status).toBe(401);
    known = { user: "mk", role: "supervisor", pinMark: "2" };
    // What was over stays over.
    expect((await ask("/api/staff", { headers: bearer(again) })).status).toBe(401);
  });
});

describe("a PIN that is not right", () => {
  test("is told in the same words whatever is wrong", async () => {
    const { signIn } = start();
    const answers = await Promise.all([
      signIn({ user: "mk", pin: "other" }),
      signIn({ user: "nobody", pin: "other" }),
    ]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.detail}`)).size).toBe(1);
    expect(answers[0]?.body.code).toBe("wrong-pin");
  });

  test("locked says for how long, busy says to come again", async () => {
    const locked = start({ signIn: async () => ({ kind: "locked", retryAfterMs: 61_000 }) });
    const first = await locked.signIn(supervisorOfTests);
    expect([first.status, first.headers.get("retry-after")]).toEqual([423, "61"]);
    const everywhere = await start({ signIn: async () => ({ kind: "locked" }) }).signIn(supervisorOfTests);
    expect([everywhere.status, everywhere.headers.get("retry-after")]).toEqual([423, null]);
    const busy = await start({ signIn: async () => ({ kind: "busy" }) }).signIn(supervisorOfTests);
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "1"]);
  });
});

describe("authority that rides along", () => {
  test("does one act, in the supervisor's name, and the PIN goes no further", async () => {
    const { ask, calls } = start();
    const body = { format: "koha", by };
    expect((await ask("/api/batches", post(body))).status).toBe(404);
    expect(calls).toEqual([["makeBatch", { format: "koha" }, "mk"]]);
    for (const wrong of [{ ...by, pin: "other" }, clerkOfTests, { user: "mk" }, "mk"]) {
      const answer = await ask("/api/batches", post({ format: "koha", by: wrong }));
      expect([401, 403]).toContain(answer.status);
    }
    expect(calls).toHaveLength(1);
  });

  test("in an override it names who lent it; who records stays the one at the desk", async () => {
    const { ask, recorded } = start();
    const checkin = { id, kind: "checkin", item: "x" };
    const override = { code: "item-status", ref: "r", reason: "once" };
    const lent = {
      ...checkin,
      overrides: [
        { ...override, by },
        { ...override, ref: "s" },
      ],
    };
    await ask("/api/transactions", post(lent));
    expect(recorded[0]).toMatchObject({ staff: "ab", role: "staff" });
    expect(recorded[0]?.command.overrides).toEqual([
      { ...override, by: "mk" },
      { ...override, ref: "s" },
    ]);
    await ask("/api/transactions", post({ ...checkin, by }));
    expect(recorded[1]).toMatchObject({ staff: "ab", role: "supervisor" });
    await ask("/api/transactions", post({ ...checkin, by }, {}));
    expect(recorded[2]).toMatchObject({ staff: "mk", role: "supervisor" });
    expect(JSON.stringify(recorded)).not.toContain("mk-pin");
    const wrong = { ...checkin, overrides: [{ ...override, by: { ...by, pin: "other" } }] };
    expect((await ask("/api/transactions", post(wrong))).body.code).toBe("wrong-pin");
    const two = {
      ...checkin,
      overrides: [
        { ...override, by },
        { ...override, by: clerkOfTests },
      ],
    };
    expect((await ask("/api/transactions", post(two))).status).toBe(422);
    const clerk = { ...checkin, overrides: [{ ...override, by: clerkOfTests }] };
    expect((await ask("/api/transactions", post(clerk))).status).toBe(403);
    expect(recorded).toHaveLength(3);
  });

  test("a request of the wrong form costs nobody a try", async () => {
    let checks = 0;
    const { ask } = start({
      signIn: async () => {
        checks += 1;
        return { kind: "wrong" };
      },
    });
    expect((await ask("/api/batches", post({ format: "pdf", by }))).status).toBe(422);
    expect(checks).toBe(0);
  });
});

describe("where staff sign in", () => {
  test("initials alone record nothing; whoever signed in is the one who recorded", async () => {
    const { ask, recorded, app } = start({ openDesks: () => false });
    const checkin = { id, kind: "checkin", item: "x" };
    const refused = await ask("/api/transactions", post(checkin, initials));
    expect([refused.status, refused.body.code, recorded]).toEqual([401, "sign-in", []]);
    const token = await signInAt(app, clerkOfTests);
    await ask("/api/transactions", post(checkin, { ...bearer(token), "deskmesh-staff": "somebody else" }));
    expect(recorded[0]).toMatchObject({ staff: "ab", role: "staff" });
  });

  test("the event stream tells nobody what patrons do, and stops telling whoever is disabled", async () => {
    let known = true;
    const { app, emit } = start({
      openDesks: () => false,
      find: (user) => (known ? { user, role: "staff", pinMark: "1" } : null),
    });
    const token = await signInAt(app, clerkOfTests);
    const row = { row: { id, patron: "99999355250" } } as never;
    const open = async (headers: Record<string, string>) => {
      const response = await app.request(`${ownHost}/api/events`, { headers });
      const reader = response.body!.getReader();
      await reader.read();
      return async () => {
        emit("outage", stateOfTests.outage);
        let text = "";
        while (!text.includes("event: outage")) text += new TextDecoder().decode((await reader.read()).value);
        return text;
      };
    };
    const [stranger, clerk] = [await open({}), await open(bearer(token))];
    emit("recorded", row);
    expect(await clerk()).toContain("99999355250");
    expect(await stranger()).not.toContain("99999355250");
    known = false;
    emit("recorded", row);
    expect(await clerk()).not.toContain("99999355250");
  });
});

describe("too many requests", () => {
  test("are refused with when to come again, and are taken again after it", async () => {
    const clock = createManualClock(0);
    const { app } = createTestParts(createDeskDouble(), { clock, rate: { perSecond: 200, burst: 400 } });
    const ask = async () => (await app.request(`${ownHost}/healthz`)).status;
    const statuses = await Promise.all(Array.from({ length: 450 }, ask));
    expect(statuses.filter((status) => status === 200)).toHaveLength(400);
    const refused = await app.request(`${ownHost}/healthz`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    clock.advance(100);
    expect(await ask()).toBe(200);
    // What is refused for where it comes from uses nothing up.
    clock.advance(2_000);
    const foreign = { headers: { origin: "http://evil.example" } };
    for (let n = 0; n < 500; n++)
      expect((await app.request(`${ownHost}/api/state`, foreign)).status).toBe(403);
    expect(await ask()).toBe(200);
  });
});
