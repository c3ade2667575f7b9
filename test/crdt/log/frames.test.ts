/** Frames of a link, and what a session does with them when its peer isn't honest or isn't in step. */

import { describe, expect, it } from "vitest";
import {
  emptyUpdate,
  frameKinds,
  frontierFrame,
  jsonFrame,
  movedFrame,
  parseFrame,
  step1Frame,
  syncFrame,
} from "../../../src/crdt/log/frames.ts";
import { type Frontier, frontierToJson, parseFrontier } from "../../../src/crdt/log/frontier.ts";
import { guardUpdate } from "../../../src/crdt/log/guard.ts";
import { createSyncSession } from "../../../src/crdt/log/sync.ts";
import { Y } from "../../../src/crdt/log/yjs.ts";
import * as fc from "../../properties.ts";
import { acceptAll, allBut, createSampleDocument, createSampleWriter, snapshotOf } from "./sample-feeds.ts";

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((s) => s.join(""));
const mark = fc.record({
  count: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  hash: fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("base64url")),
});
const frontiers: fc.Arbitrary<Frontier> = fc
  .array(
    fc.tuple(
      fc.tuple(hex(32), hex(16)).map((parts) => parts.join("/")),
      mark,
    ),
    { maxLength: 5 },
  )
  .map((pairs) => new Map(pairs));

describe("frames", () => {
  it("read back what was written", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom("step2", "update"), (update, kind) => {
        const parsed = parseFrame(syncFrame(kind, update));
        expect(parsed).toEqual({ kind: "sync", sync: { kind, update } });
      }),
    );
    fc.assert(
      fc.property(frontiers, (frontier) => {
        expect(parseFrame(frontierFrame(frontier))).toEqual({ kind: "frontier", frontier });
        expect(parseFrame(movedFrame(frontier))).toEqual({ kind: "moved", marks: frontier });
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected: unknown = JSON.parse(JSON.stringify(value));
        const parsed = parseFrame(jsonFrame(frameKinds.peers, value));
        expect(parsed).toEqual({ kind: "json", message: frameKinds.peers, value: expected });
      }),
    );
    const stateVector = new Map([[7, 3]]);
    const frame = step1Frame(Y.encodeStateVector(stateVector));
    expect(parseFrame(frame)).toEqual({ kind: "sync", sync: { kind: "step1", stateVector } });
  });

  it("have an answer for any bytes, and for honest ones changed or cut", () => {
    const { document } = createSampleDocument();
    const honest = createSampleWriter().groups(5, 2);
    const session = createSyncSession(document);
    acceptAll(document, honest.slice(0, 1));
    const before = snapshotOf(document);
    const frames = [
      ...honest.slice(1).map((group) => syncFrame("update", group.update)),
      session.step1(),
      frontierFrame(document.frontier()),
      movedFrame(document.frontier()),
      jsonFrame(frameKinds.hello, { a: [1, "two"] }),
    ];
    const mutated = fc
      .tuple(fc.constantFrom(...frames), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean())
      .map(([frame, at, change, cut]) => {
        if (cut) return frame.slice(0, at % frame.length);
        const copy = Uint8Array.from(frame);
        copy[at % copy.length]! ^= change;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated), (bytes) => {
        const received = session.receive(bytes);
        if (received.kind === "replies") for (const frame of received.frames) expect(frame[0]).toBe(0);
        expect(received.kind).not.toBe("advanced");
        expect(snapshotOf(document)).toEqual(before);
      }),
      { numRuns: 1000 },
    );
    expect(session.receive(Uint8Array.of(0, 9, 0)).kind).toBe("fault");
    expect(session.receive(Uint8Array.of())).toMatchObject({ kind: "fault", code: "undecodable" });
    expect(session.receive(Uint8Array.of(...frontierFrame(new Map()), 0)).kind).toBe("fault");
    expect(session.receive(Uint8Array.of(...movedFrame(new Map()), 0)).kind).toBe("fault");
    const [feed] = document.frontier().keys();
    const nothing = new Map([[feed!, { count: 0, hash: "A".repeat(43) }]]);
    expect(session.receive(movedFrame(nothing))).toMatchObject({ kind: "fault", why: "a mark of nothing" });
  });

  it("parseFrontier has an answer for any value", () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseFrontier(value)));
    fc.assert(
      fc.property(frontiers, (frontier) => {
        expect(parseFrontier(JSON.parse(JSON.stringify(frontierToJson(frontier))))).toEqual(frontier);
      }),
    );
    const feed = `${"a".repeat(32)}/${"b".repeat(16)}`;
    const hash = "A".repeat(43);
    expect(parseFrontier({ [feed]: [1, hash] })?.size).toBe(1);
    for (const wrong of [[0, hash], [1.5, hash], [1, "short"], [1], [1, hash, 2], "x", null]) {
      expect(parseFrontier({ [feed]: wrong })).toBeNull();
    }
    expect(parseFrontier({ feed: [1, hash] })).toBeNull();
    expect(parseFrontier([])).toBeNull();
  });
});

describe("session", () => {
  const groups = createSampleWriter().groups(6, 2);
  const live = groups.map((group) => syncFrame("update", group.update));

  it("drops what is beyond it while its handshake is open, and asks again at its end", () => {
    const { document } = createSampleDocument();
    const session = createSyncSession(document);
    session.step1();
    expect(session.receive(live[1]!)).toEqual({ kind: "nothing" });
    const end = session.receive(syncFrame("step2", emptyUpdate));
    expect(end.kind).toBe("replies");
    expect(session.caughtUp).toBe(false);
    expect(end.kind === "replies" && [...end.frames].map((frame) => parseFrame(frame))).toEqual([
      { kind: "sync", sync: { kind: "step1", stateVector: new Map() } },
    ]);
    for (const frame of live) expect(session.receive(frame).kind).toBe("advanced");
    expect(session.receive(syncFrame("step2", emptyUpdate))).toEqual({ kind: "nothing" });
    expect(session.caughtUp).toBe(true);
  });

  it("asks at once when something is beyond it after the handshake, and once only", () => {
    const { document } = createSampleDocument();
    const session = createSyncSession(document);
    session.step1();
    session.receive(syncFrame("step2", emptyUpdate));
    session.receive(live[0]!);
    expect(session.receive(live[2]!).kind).toBe("replies");
    expect(session.receive(live[2]!)).toEqual({ kind: "nothing" });
    expect(document.yDoc.store.pendingStructs).toBeNull();
  });

  it("an empty live update is not the end of a handshake", () => {
    const session = createSyncSession(createSampleDocument().document);
    session.step1();
    session.receive(syncFrame("update", emptyUpdate));
    expect(session.caughtUp).toBe(false);
  });

  it("answers step 1 with one update a segment and an empty one, and doesn't relay the same again", () => {
    const { document } = createSampleDocument();
    const feed = createSampleWriter();
    acceptAll(document, feed.groups(2500, 256));
    const session = createSyncSession(document);
    const asked = session.receive(step1Frame(Y.encodeStateVector(new Map())));
    const frames = asked.kind === "replies" ? [...asked.frames] : [];
    const updates = frames.map((frame) => {
      const parsed = parseFrame(frame);
      return parsed.kind === "sync" && parsed.sync.kind === "step2" ? parsed.sync.update : null;
    });
    expect(updates.length).toBe(4);
    expect(updates.at(-1)).toEqual(emptyUpdate);
    expect(updates.map((update) => guardUpdate(update!).kind)).toEqual([
      "append",
      "append",
      "append",
      "empty",
    ]);
    expect([...session.relay(allBut(new Set()))]).toEqual([]);
    acceptAll(document, feed.groups(3, 256));
    expect([...session.relay(allBut(new Set()))].length).toBe(1);
    expect([...session.relay(allBut(new Set()))]).toEqual([]);
  });

  it("leaves own runs to their author, and sends nothing that the peer's frontier has", () => {
    const { document } = createSampleDocument();
    const mine = createSampleWriter();
    const other = createSampleWriter({ desk: 1 });
    acceptAll(document, [...mine.groups(3), ...other.groups(4)]);
    const session = createSyncSession(document);
    session.receive(frontierFrame(document.frontier()));
    expect([...session.relay(allBut(new Set()))]).toEqual([]);
    acceptAll(document, [...mine.groups(3), ...other.groups(4)]);
    const relayed = [...session.relay(allBut(new Set([mine.writer.place.run])))].map((frame) =>
      parseFrame(frame),
    );
    // Both samples have the same run name: a run is one desk's, and its random name nobody else's.
    expect(relayed).toEqual([]);
    expect([...session.relay(allBut(new Set()))].length).toBe(2);
  });
});
