/** Sending a file line by line over SIP2 from its report: what is asked of the node, what is said, what is kept. */

import { expect, test } from "vitest";
import type { BatchView, ReplayView } from "../../src/node/http/api.ts";
import { replayBody } from "../../src/node/http/schema-answer.ts";
import type { ReplayIntent } from "../../src/web/office-intent.ts";
import { runReplayAct } from "../../src/web/replay-acts.ts";
import {
  ANSWER_WITHIN,
  batchToStand,
  fieldsToRequest,
  REPLAY_TICKS,
  type ReplayFields,
  unknownNumbers,
} from "../../src/web/replay-form.ts";
import type { Connection } from "../../src/web/request.ts";
import * as fc from "../properties.ts";

const PASSWORD = "sip-secret-0417";

const choice = fc.constantFrom("there" as const, "again" as const, "leave" as const);
const code = fc.constantFrom("", "MAIN", "Süd 2");
const fields: fc.Arbitrary<ReplayFields> = fc.record({
  host: fc.constantFrom("ils.example.org", "10.0.0.7", "::1"),
  port: fc.integer({ min: 1, max: 65_535 }).map(String),
  user: code,
  password: fc.constantFrom(PASSWORD, "x"),
  institution: code,
  location: code,
  rate: fc.constantFrom("", "0.5", "20"),
  answerWithin: fc.constantFrom("", "1", "2.5", "120"),
  ticks: fc.record(
    Object.fromEntries(REPLAY_TICKS.map((name) => [name, fc.boolean()])) as Record<
      (typeof REPLAY_TICKS)[number],
      fc.Arbitrary<boolean>
    >,
  ),
  lines: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9_999 }), choice), { selector: ([line]) => line }),
});

test("whatever is filled in, the node takes it, and each line is what somebody said of it", () => {
  fc.assert(
    fc.property(fields, (given) => {
      const request = replayBody.parse(fieldsToRequest(given));
      for (const [line, said] of given.lines) {
        expect(request.again?.includes(line) ?? false).toBe(said === "again");
        expect(request.there?.includes(line) ?? false).toBe(said === "there");
      }
      expect(request.leave).toBe(given.lines.some(([, said]) => said === "leave") ? true : undefined);
      for (const name of REPLAY_TICKS) expect(request[name]).toBe(given.ticks[name] ? true : undefined);
      expect(request.login).toEqual(
        given.user === "" ? undefined : { user: given.user, password: given.password },
      );
      expect(request.rate).toBe(given.rate === "" ? undefined : Number(given.rate));
      const within = given.answerWithin === "" ? undefined : Number(given.answerWithin);
      expect(request.answerWithin).toBe(within);
    }),
  );
});

test("the page lets an answer take what the node does, and beyond it the node says what it expected", () => {
  const { least, most } = ANSWER_WITHIN;
  const ask = (answerWithin: number) =>
    replayBody.safeParse(
      fieldsToRequest({ ...fc.sample(fields, 1)[0]!, answerWithin: String(answerWithin) }),
    );
  const allowed = fc.oneof(fc.constantFrom(least, most), fc.double({ min: least, max: most, noNaN: true }));
  fc.assert(
    fc.property(allowed, (seconds) => {
      expect(ask(seconds).data?.answerWithin).toBe(seconds);
    }),
  );
  for (const seconds of [0, least - 0.5, most + 0.5, -3, Number.NaN, Number.POSITIVE_INFINITY])
    expect(ask(seconds).error?.issues).toMatchObject([
      { path: ["answerWithin"], message: `seconds from ${least} to ${most}` },
    ]);
});

const replay: ReplayView = {
  ...{ here: false, lines: 4, done: 1, refused: 0, waiting: 1, notes: [] },
  unknown: [
    { transaction: "t1", line: 3, at: "2026-11-21T10:04:00Z" },
    { transaction: "t2", at: "2026-11-21T10:04:01Z" },
  ],
};
const batch = (change: Partial<BatchView>): BatchView =>
  ({ id: "RIV-1-1-aaaa", state: "made", split: false, ...change }) as BatchView;

test("a file is sent only as long as it is open, whole, and sent by no other desk", () => {
  expect(["made", "failed", "re-issued"].map((state) => batchToStand(batch({ state } as never)))).toEqual(
    Array(3).fill("ready"),
  );
  for (const state of ["loaded", "loaded-with-errors", "withdrawn"])
    expect(batchToStand(batch({ state, replay } as never))).toBe("ended");
  expect(batchToStand(batch({ split: true }))).toBe("split");
  expect(batchToStand(batch({ replay }))).toBe("ready");
  expect(batchToStand(batch({ replay: { ...replay, desk: "Desk 2" } }))).toBe("elsewhere");
  expect(batchToStand(batch({ replay: { ...replay, desk: "Desk 1", here: true } }))).toBe("here");
  expect(unknownNumbers(replay)).toEqual([3]);
});

const act = async (status: number, body: object, intent: ReplayIntent) => {
  const posts: unknown[] = [];
  const told: unknown[] = [];
  const post: Connection["post"] = async (path, sent) => {
    posts.push([path, sent]);
    return { status, body };
  };
  await runReplayAct({ post }, intent, (answer, good) => told.push([answer?.status, good]));
  return { posts, told };
};

test("sending and stopping ask the node once each, and what is told holds no password", async () => {
  const request = { host: "ils", port: 6001, login: { user: "desk", password: PASSWORD } };
  const sent = await act(202, {}, { kind: "office-replay", id: "a/b", request });
  expect(sent.posts).toEqual([["batches/a%2Fb/replay", request]]);
  expect(sent.told).toEqual([[202, "It is being sent. How far it is stands below."]]);
  const stopped = await act(200, {}, { kind: "office-stop-replay", id: "RIV-1-1-aaaa" });
  expect(stopped.posts).toEqual([["batches/RIV-1-1-aaaa/replay/stop", {}]]);
  expect(stopped.told).toEqual([[200, "Stopped after the line that was under way."]]);
});
