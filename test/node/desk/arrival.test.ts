/** Entries of a desk that is retired, and what is accepted of them: whatever comes first, every desk says the same. */

import { afterEach, expect, it } from "vitest";
import { type BranchFact, branchFactToBody } from "../../../src/crdt/circulation/branch-fact.ts";
import { factToBody } from "../../../src/crdt/circulation/stored.ts";
import { carriedToBody } from "../../../src/crdt/log/carried.ts";
import { chainStart, hashesBefore } from "../../../src/crdt/log/chain.ts";
import { createSigner, type Signer } from "../../../src/crdt/log/digest.ts";
import { createLogDocument } from "../../../src/crdt/log/document.ts";
import type { Body } from "../../../src/crdt/log/entry.ts";
import { feedKey } from "../../../src/crdt/log/feed-name.ts";
import { createFeedWriter, type FeedWriter } from "../../../src/crdt/log/feed-writer.ts";
import { clockStart, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import { listCutOff } from "../../../src/node/desk/cut-off.ts";
import { type Ledger, openLedger } from "../../../src/node/desk/ledger.ts";
import { branchIdOf } from "../../../src/node/identity.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { realClock, realRandom } from "../../../src/node/real-ports.ts";
import { createKeyRing } from "../../../src/node/store/key-ring.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores } from "../../../src/node/store/log-store.ts";
import { lend } from "../../crdt/circulation/scans.ts";
import * as fc from "../../properties.ts";

const nonce = "e".repeat(32);
const [founder, thief, third] = [1, 2, 3].map((n) => createSigner(Buffer.alloc(32, n))) as [
  Signer,
  Signer,
  Signer,
];
const branch = branchIdOf(founder.desk, nonce);

interface Piece {
  readonly document: string;
  readonly update: Uint8Array;
}

let time = clockStart;
let clients = 0;

function createRun(
  signer: Signer,
  document: string,
): FeedWriter & { say(...bodies: readonly Body[]): Piece[] } {
  const place = {
    branch,
    document,
    desk: signer.desk,
    run: Buffer.from(realRandom.bytes(8)).toString("hex"),
  };
  const writer = createFeedWriter({ place, signer, deskName: "Desk", newClient: () => ++clients });
  const say = (...bodies: readonly Body[]): Piece[] => {
    for (const body of bodies)
      writer.append({ at: 1_800_000_000_000, body }, () => {
        time = tick(time, 1_800_000_000_000);
        return time;
      });
    const pieces: Piece[] = [];
    for (let group = writer.takeGroup(100); group; group = writer.takeGroup(100))
      pieces.push({ document, update: group.update });
    return pieces;
  };
  return Object.assign(writer, { say });
}

const opened: Ledger[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

async function openHere(): Promise<Ledger> {
  const keys = createKeyRing(createMemoryVault(), createMemoryVault(), realRandom);
  const nothing = (): void => undefined;
  const ledger = await openLedger({
    branchId: branch,
    deskName: "Here",
    signer: createSigner(Buffer.alloc(32, 9)),
    clock: realClock,
    random: realRandom,
    stores: createLogStores(createMemoryFolders(), keys, nothing),
    offsetMs: () => undefined,
    events: {
      ...{ onFacts: nothing, onBranch: nothing, onPublish: nothing, onDurable: nothing, onOpened: nothing },
      onTwin: nothing,
      onFault: (why) => expect.fail(String(why)),
      onTrouble: (text) => expect.fail(text),
    },
  });
  opened.push(ledger);
  return ledger;
}

/** As a link does; what stands before a gap comes again later. */
async function take(ledger: Ledger, pieces: readonly Piece[]): Promise<void> {
  let left = [...pieces];
  while (left.length > 0) {
    const gaps: Piece[] = [];
    for (const piece of left) {
      const accepted = ledger.books.get(piece.document)!.document.accept(piece.update);
      if (accepted.kind === "gap") gaps.push(piece);
      else if (accepted.kind !== "advanced") expect.fail(accepted.kind);
    }
    expect(gaps.length).toBeLessThan(left.length);
    left = gaps;
  }
  await ledger.settled();
}

/** Everything that must be equal. */
function describe(ledger: Ledger): unknown {
  const cutOff = listCutOff(ledger).map(({ found, entries }) => ({
    found,
    places: entries.map(({ seq }) => seq),
  }));
  const exceptions = ledger.fold.exceptions({ cutOff: cutOff.map(({ found }) => found) });
  return { cutOff, exceptions, facts: ledger.fold.all(), finished: [...ledger.finished].sort() };
}

interface Story {
  readonly scans: number;
  /** How many of the thief's entries its retirer held, its header not counted. */
  readonly held: number;
  /** What lies beyond is carried, as before a purge, or because a supervisor accepts it. */
  readonly beyond: "left" | "carried" | "accepted";
}

function tell({ scans, held, beyond }: Story): Piece[] {
  const admit = (desk: Signer, f: string): BranchFact => {
    return { kind: "admit", desk: desk.desk, fingerprint: f.repeat(64), name: f };
  };
  const words = createRun(founder, "branch");
  const stolen = createRun(thief, "outage-1");
  const carrying = createRun(third, "outage-1");
  const pieces = [
    ...words.say(
      branchFactToBody({ kind: "branch", name: "Town", code: "TWN", timezone: "UTC", nonce }),
      branchFactToBody(admit(founder, "a")),
    ),
    ...words.say(branchFactToBody(admit(thief, "b")), branchFactToBody(admit(third, "c"))),
  ];
  const log = createLogDocument(branch, "outage-1", () => null, {
    onEntries: () => undefined,
    onTwin: () => undefined,
  });
  for (let i = 0; i < scans; i++) {
    const number = String(i).padStart(6, "0");
    const fact = lend(`018f0000-0000-7000-8000-000000${number}`, "29000000000001", `39000000${number}`);
    for (const piece of stolen.say(factToBody(fact) as Body)) {
      log.accept(piece.update);
      pieces.push(piece);
    }
  }
  const frontier = new Map(held > 0 ? [["outage-1", new Map([[stolen.place.run, held + 1]])]] : []);
  pieces.push(...words.say(branchFactToBody({ kind: "retire", desk: thief.desk, frontier })));
  if (beyond !== "left") {
    const texts = log.texts(feedKey(thief.desk, stolen.place.run), 0, scans + 1);
    const before = hashesBefore(chainStart(stolen.place), texts);
    const from = held > 0 ? held + 1 : 0;
    const bodies = texts.slice(from).map((text, i) =>
      carriedToBody({
        document: "outage-1",
        feed: feedKey(thief.desk, stolen.place.run),
        seq: from + i,
        publicKey: thief.publicKey,
        before: before[from + i]!,
        text,
        ...(beyond === "accepted" ? { accepted: true } : {}),
      }),
    );
    if (bodies.length > 0) pieces.push(...carrying.say(...bodies));
  }
  return pieces;
}

it("says the same in whatever order it comes", async () => {
  const beyond = fc.constantFrom("left" as const, "carried" as const, "accepted" as const);
  const story = fc.record({ scans: fc.integer({ min: 1, max: 6 }), held: fc.nat(6), beyond });
  await fc.assert(
    fc.asyncProperty(story, fc.infiniteStream(fc.nat(100)), async (asked, order) => {
      const held = Math.min(asked.held, asked.scans);
      const pieces = tell({ ...asked, held });
      const shuffled = pieces
        .map((piece) => ({ piece, rank: order.next().value as number }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ piece }) => piece);
      const [straight, other] = [await openHere(), await openHere()];
      await take(straight, pieces);
      await take(other, shuffled);
      expect(describe(other)).toEqual(describe(straight));
      const left = asked.scans - held;
      expect(straight.fold.all()).toHaveLength(asked.beyond === "accepted" ? asked.scans : held);
      const told = left > 0 ? [left] : [];
      // Of what is carried and not accepted, the carriers are told of too: its own feed may go.
      const twice = asked.beyond === "carried" ? [...told, ...told] : told;
      expect(listCutOff(straight).map(({ facts }) => facts.length)).toEqual(twice);
    }),
    { numRuns: 40 },
  );
});

it("goes on taking scans while a long log is folded anew, and loses none of them", async () => {
  const scans = 3_000;
  const pieces = tell({ scans, held: scans - 100, beyond: "left" });
  const retirement = pieces.findLast(({ document }) => document === "branch")!;
  const ledger = await openHere();
  await take(
    ledger,
    pieces.filter((piece) => piece !== retirement),
  );
  expect(ledger.fold.size).toBe(scans);
  const accepted = ledger.books.get("branch")!.document.accept(retirement.update);
  expect(accepted.kind).toBe("advanced");
  // Being folded anew takes many turns: what was folded before is in use until it is whole.
  expect(ledger.fold.size).toBe(scans);
  const own = ledger.append(
    1,
    lend("018f0000-0000-7000-8000-0000000fffff", "29000000000001", "39000000999999"),
  )!;
  expect(ledger.fold.size).toBe(scans + 1);
  await own.durable;
  await ledger.settled();
  expect(ledger.fold.size).toBe(scans - 100 + 1);
  expect(ledger.fold.loanOf("39000000999999")).toBeDefined();
});
