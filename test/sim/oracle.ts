/**
 * What the world outside remembers: every receipt, every file that was given out, and what each PC said that it holds.
 * It stands outside of all desks, so no crash takes anything from it.
 */
import { createHash } from "node:crypto";
import type { Command } from "../../src/crdt/circulation/command.ts";
import { frameKinds } from "../../src/crdt/log/frames.ts";
import { type Frontier, joinFrontiers } from "../../src/crdt/log/frontier.ts";
import { outageOfDocument } from "../../src/node/desk/ledger-entries.ts";
import type { Receipt, TransactionRow } from "../../src/node/http/api.ts";
import { createClaims } from "./claims.ts";
import { createIls, type Ils } from "./ils.ts";
import type { Pc } from "./pc.ts";

export interface Given {
  readonly command: Command;
  readonly receipt: Receipt;
  readonly pc: number;
  readonly document: string;
  readonly feed: string;
  /** The disk of the PC that gave it has it still. */
  heldThere: boolean;
  /** Nobody had it any more when a disk was wiped, or its desk was retired: it may be gone. */
  excused: boolean;
}

export interface Broken {
  readonly invariant: string;
  readonly what: string;
}

export interface Oracle {
  readonly given: readonly Given[];
  /** Batch → SHA-256 of the main file, as it was first given out. */
  readonly files: ReadonlyMap<string, string>;
  /** PC → document → what it last said that it holds durably. */
  readonly announced: ReadonlyMap<number, ReadonlyMap<string, Frontier>>;
  /** Receivers that got a frame which nobody sent so: `<receiver> <sender>`. */
  readonly soiled: Set<string>;
  readonly broken: readonly Broken[];
  readonly ils: Ils;
  /** Of all frames, receipts and files so far. */
  trace(): string;
  break(invariant: string, what: string): void;
  note(text: string): void;
  see(way: {
    readonly from: Pc;
    readonly to: string;
    readonly path: string;
    readonly frame: Uint8Array;
  }): void;
  give(pc: Pc, command: Command, receipt: Receipt, outage: number): void;
  takeFile(batch: string, bytes: Uint8Array): void;
  /** Its disk is being wiped, or replaced by `kept`, an earlier state of it. */
  lose(pc: Pc, kept?: Kept): void;
  keep(pc: Pc): Kept;
  /** `to` is a copy of `from`. */
  clone(from: Pc, to: Pc): void;
  /** Of what the desk of these PCs made, what `by` doesn't hold may be cut off. */
  retire(pcs: readonly Pc[], by: Pc): void;
  /** It was never a desk, or is none any more. */
  excuse(pc: Pc): void;
  /** After a loss: what none of these has may be gone, and what others made counts no more. */
  excuseBeyond(pcs: readonly Pc[]): void;
  /** I32: nobody shows an entry on more desks than ever said that they hold it. */
  checkCoverage(pc: Pc, rows: readonly TransactionRow[]): void;
  /** The PC that gave it has said that it holds it. */
  isAnnounced(given: Given): boolean;
  /** Whether it has said since its present start what it holds of a document. */
  hasSaid(pc: Pc, document: string): boolean;
  /** Its outage is being purged, and it has its place in the ILS, or was seen to need none. */
  isForgotten(given: Given): boolean;
  /** A disk was wiped or set back: what no other held is gone, decisions and batches too. */
  readonly lossy: boolean;
}

/** What a PC held at some time. */
export interface Kept {
  readonly announced: ReadonlyMap<string, Frontier>;
  readonly given: ReadonlySet<Given>;
}

export function createOracle(now: () => number): Oracle {
  const given: Given[] = [];
  const files = new Map<string, string>();
  const announced = new Map<number, Map<string, Frontier>>();
  /** `<PC> <document>` → the start at which it last spoke of it. */
  const announcedAt = new Map<string, number>();
  /** `<document> <feed>` → desk → the most that it ever said. */
  const claims = new Map<string, Map<string, number>>();
  const heard = createClaims();
  const broken: Broken[] = [];
  let lossy = false;
  const hash = createHash("sha256");

  const saidBy = (pc: number): Map<string, Frontier> => {
    const known = announced.get(pc) ?? new Map<string, Frontier>();
    announced.set(pc, known);
    return known;
  };
  const holds = (pc: number, { document, feed, receipt }: Given): boolean =>
    (announced.get(pc)?.get(document)?.get(feed)?.count ?? 0) > receipt.seq;

  /** The same of a scan whose receipt nobody got, since its process ended: its feed is another outage's. */
  function isFromElsewhere(outage: number, feed: string): boolean {
    return (
      !claims.has(`outage-${outage} ${feed}`) && [...claims.keys()].some((key) => key.endsWith(` ${feed}`))
    );
  }

  function breakIt(invariant: string, what: string): void {
    broken.push({ invariant, what });
  }

  return {
    given,
    ils: createIls((what) => lossy || breakIt("I10", what)),
    files,
    announced,
    soiled: new Set(),
    broken,
    trace: () => hash.copy().digest("hex"),
    break: breakIt,
    note: (text) => void hash.update(`${now()} ${text}\n`),
    see({ from, to, path, frame }) {
      // It says nothing but a number that Yjs draws for a document that nobody writes to.
      if (frame[0] === frameKinds.awareness) return;
      hash.update(`${now()} ${from.number} ${to} ${path} `).update(frame);
      const claim = heard.read(frame);
      if (!claim) return;
      const document = path.slice(path.lastIndexOf("/") + 1);
      const before = saidBy(from.number).get(document);
      const after = claim.whole ? claim.marks : joinFrontiers([before ?? new Map(), claim.marks]);
      // Destroyed by a word that counts no longer, it is begun anew (decision 0121).
      const isPurging = this.ils.isPurging(outageOfDocument(document) ?? 0);
      if (before && !isPurging && !covers(after, before))
        breakIt("I31", `${from.name} said of ${document} that it holds less than before`);
      saidBy(from.number).set(document, after);
      if (claim.whole) announcedAt.set(`${from.number} ${document}`, from.starts);
      for (const [feed, { count }] of claim.marks) {
        const desks = claims.get(`${document} ${feed}`) ?? new Map<string, number>();
        claims.set(
          `${document} ${feed}`,
          desks.set(from.fingerprint, Math.max(count, desks.get(from.fingerprint) ?? 0)),
        );
      }
    },
    give(pc, command, receipt, outage) {
      hash.update(`${now()} ${pc.number} ${JSON.stringify(receipt)}\n`);
      const same = given.find(
        ({ receipt: { id, run, seq } }) => id === receipt.id && run === receipt.run && seq === receipt.seq,
      );
      if (same) return;
      const { desk, run } = receipt;
      given.push({
        command,
        receipt,
        pc: pc.number,
        document: `outage-${outage}`,
        feed: `${desk}/${run}`,
        heldThere: true,
        excused: pc.retired,
      });
    },
    takeFile(batch, bytes) {
      const sum = createHash("sha256").update(bytes).digest("hex");
      hash.update(`${now()} ${batch} ${sum}\n`);
      const first = files.get(batch);
      if (first === undefined) files.set(batch, sum);
      else if (first !== sum) breakIt("I9", `${batch} was given out with two contents`);
    },
    lose(pc, kept = { announced: new Map(), given: new Set() }) {
      lossy = true;
      files.clear();
      announced.set(pc.number, new Map(kept.announced));
      for (const one of given) if (one.pc === pc.number) one.heldThere = kept.given.has(one);
      for (const one of given)
        one.excused ||= !one.heldThere && ![...announced.keys()].some((other) => holds(other, one));
    },
    keep: (pc) => ({
      announced: new Map(saidBy(pc.number)),
      given: new Set(given.filter((one) => one.pc === pc.number && one.heldThere)),
    }),
    clone: (from, to) => void announced.set(to.number, new Map(saidBy(from.number))),
    retire(pcs, by) {
      const numbers = new Set(pcs.map(({ number }) => number));
      for (const one of given) one.excused ||= numbers.has(one.pc) && !holds(by.number, one);
    },
    excuse(pc) {
      for (const one of given) one.excused ||= one.pc === pc.number;
    },
    excuseBeyond(pcs) {
      for (const one of given)
        one.excused ||=
          !pcs.some(({ number }) => number === one.pc) ||
          !pcs.some(({ number }) => holds(number, one) || (one.pc === number && one.heldThere));
    },
    checkCoverage(pc, rows) {
      for (const { id, position, coverage } of rows) {
        const { outage, desk, run, seq } = position;
        // Others carried it on from an outage that was purged: whose feeds it is in, only desks know.
        const isCarried = given.some((one) => one.receipt.id === id && one.document !== `outage-${outage}`);
        if (isCarried || isFromElsewhere(outage, `${desk}/${run}`)) continue;
        const desks = claims.get(`outage-${outage} ${desk}/${run}`) ?? new Map<string, number>();
        const holders = new Set([...desks].flatMap(([holder, count]) => (count > seq ? [holder] : [])));
        holders.add(pc.fingerprint);
        if (coverage.desks > holders.size)
          breakIt(
            "I32",
            `${pc.name} shows ${id} on ${coverage.desks} desks; ${holders.size} ever said that they hold it`,
          );
      }
    },
    isAnnounced: (one) => holds(one.pc, one) || !one.heldThere,
    isForgotten({ document, receipt: { id } }) {
      const { ils } = this;
      return ils.isPurging(outageOfDocument(document)!) && (ils.isSettled(id) || ils.isPlaced(id));
    },
    hasSaid: (pc, document) => announcedAt.get(`${pc.number} ${document}`) === pc.starts,
    get lossy() {
      return lossy;
    },
  };
}

function covers(now: Frontier, before: Frontier): boolean {
  return [...before].every(([feed, { count }]) => (now.get(feed)?.count ?? 0) >= count);
}
