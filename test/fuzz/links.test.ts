/**
 * What an admitted desk may say over its link, made wrong in every way: nothing is thrown, nothing that isn't whole and
 * signed reaches the document, and what is said about it tells nothing of patrons.
 */

import { expect, it } from "vitest";
import {
  frameKinds,
  frontierFrame,
  jsonFrame,
  movedFrame,
  step1Frame,
  syncFrame,
} from "../../src/crdt/log/frames.ts";
import { Y } from "../../src/crdt/log/yjs.ts";
import { createLink, type Link } from "../../src/node/mesh/link.ts";
import { parsePeers } from "../../src/node/mesh/peer-exchange.ts";
import {
  acceptAll,
  branch,
  createSampleDocument,
  createSampleWriter,
  outage,
  snapshotOf,
} from "../crdt/log/sample-feeds.ts";
import * as fc from "../properties.ts";
import { deep, mutatedBytes, mutatedJson, runs } from "./mutations.ts";
import { patronData } from "./patron-data.ts";

const peer = {
  protocol: 1,
  branch,
  run: "0123456789abcdef",
  desk: "a".repeat(32),
  name: "Desk 2",
  version: "1",
  meshPort: 8471,
  document: outage,
  fingerprint: "f".repeat(64),
};

interface Heard {
  readonly link: Link;
  readonly faults: string[];
  advanced: number;
}

/** A link that stands; its clock never moves, so that no timer runs. */
function openLink(document: Parameters<typeof createLink>[0]["document"]): Heard {
  const heard = { faults: [] as string[], advanced: 0 };
  const link = createLink({
    document,
    peer,
    dialledBy: peer.run,
    address: { host: "10.0.0.2", port: 8471 },
    sendsStep1: true,
    spoken: 2,
    clock: { now: () => 1_795_300_000_000, monotonic: () => 1_000, after: () => () => undefined },
    socket: {
      localHost: null,
      queuedBytes: 0,
      send: () => undefined,
      close: () => undefined,
      cut: () => undefined,
    },
    events: {
      onAdvanced: () => void heard.advanced++,
      onForked: () => undefined,
      onFrontier: () => undefined,
      onPeers: (_link, value) => void parsePeers(value),
      onFault: (_link, code, why) => void heard.faults.push(`${code} ${why}`),
      onSilent: () => undefined,
      onCaughtUp: () => undefined,
    },
  });
  return Object.assign(heard, { link });
}

/** A message of ours with any text in it. */
function textFrame(kind: number, text: string): Uint8Array {
  const content = Buffer.from(text);
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Uint8Array.from(Buffer.concat([Uint8Array.of(kind, ...length, rest), content]));
}

const honest = createSampleWriter().groups(8, 2);
const { document: held } = createSampleDocument();
acceptAll(held, honest.slice(0, 1));

const frames: readonly Uint8Array[] = [
  ...honest.map(({ update }) => syncFrame("update", update)),
  ...honest.slice(1).map(({ update }) => syncFrame("step2", update)),
  step1Frame(Y.encodeStateVector(held.yDoc)),
  frontierFrame(held.frontier()),
  movedFrame(held.frontier()),
  jsonFrame(frameKinds.ping, { t: 1, free: 3 }),
  jsonFrame(frameKinds.pong, { t: 1, wall: 2 }),
];
const said = fc.oneof(
  mutatedBytes(frames),
  fc
    .tuple(
      fc.constantFrom(
        frameKinds.ping,
        frameKinds.pong,
        frameKinds.peers,
        frameKinds.frontier,
        frameKinds.card,
      ),
      mutatedJson({ t: 5, wall: 6, free: 7 }, [{ host: "10.0.0.3", port: 1, run: "r" }], { "a/b": [1, "h"] }),
    )
    .map(([kind, text]) => textFrame(kind, text)),
);

/** Found by earlier runs, or thought of: each is said by itself. */
const corpus: readonly Uint8Array[] = [
  ...[frameKinds.ping, frameKinds.pong, frameKinds.peers, frameKinds.frontier, frameKinds.card].flatMap(
    (kind) => [
      textFrame(kind, `{"t":${deep(200_000, "[", "]")},"wall":1}`),
      textFrame(kind, deep(200_000, '{"a":[', "]}")),
      textFrame(kind, "null"),
      textFrame(kind, '"\\ud800"'),
      textFrame(kind, `[${"{},".repeat(50_000)}{}]`),
    ],
  ),
  new Uint8Array(0),
  Uint8Array.of(0, 0, 5, 255, 255, 255, 255, 127),
  Uint8Array.of(0, 2, 255, 255, 255, 255, 127),
  Uint8Array.of(...Array(64).fill(255)),
];

it("has an answer for what broke a link before", () => {
  for (const saying of corpus) {
    const { document } = createSampleDocument();
    acceptAll(document, honest.slice(0, 1));
    const before = snapshotOf(document);
    const { link } = openLink(document);
    link.receive(saying);
    expect(snapshotOf(document)).toEqual(before);
    link.ended();
  }
});

it("has an answer for whatever is said, and changes nothing that isn't honest", () => {
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 4 }), (sayings) => {
      const { document } = createSampleDocument();
      acceptAll(document, honest.slice(0, 1));
      const before = snapshotOf(document);
      const heard = openLink(document);
      for (const saying of sayings) heard.link.receive(saying);
      if (heard.advanced === 0) expect(snapshotOf(document)).toEqual(before);
      // What was taken is the honest feed, so far as it goes.
      for (const feed of document.feeds()) {
        const texts = honest.flatMap((group) => group.texts);
        expect(document.texts(feed.key, 0, feed.count)).toEqual(texts.slice(0, feed.count));
      }
      expect(heard.faults.join()).not.toMatch(patronData);
      const { peerFreeBytes: free } = heard.link;
      expect(free === null || (Number.isSafeInteger(free) && free >= 0)).toBe(true);
      heard.link.ended();
    }),
    runs(600, 30_000),
  );
  // Nothing here waits: a loaded machine is no reason to fail.
}, 300_000);
