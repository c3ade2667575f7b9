/**
 * Who is in the branch and how far everybody has got: frontiers of linked desks, the last ones of desks that are
 * away, and the highest ever heard of. What was heard is kept across restarts, so that a desk that is away is still
 * missed after this one was switched off and on.
 */
import type { BranchDesks } from "../../crdt/circulation/admission.ts";
import type { Statement } from "../../crdt/circulation/branch-state.ts";
import { type DeskCompleteness, endedFeeds, judgeCompleteness } from "../../crdt/log/completeness.ts";
import type { LogDocument } from "../../crdt/log/document.ts";
import { parseFeedKey } from "../../crdt/log/feed-name.ts";
import {
  coverageSteps,
  type Frontier,
  frontierToJson,
  joinFrontiers,
  parseFrontier,
} from "../../crdt/log/frontier.ts";
import type { Link } from "../mesh/link.ts";
import type { Clock, Vault } from "../ports.ts";
import { outageOfDocument } from "./ledger-entries.ts";

export interface Heard {
  name: string;
  version: string;
  /** ms, wall time. */
  lastHeardAt: number;
  /** Room on its disk when it was last heard; left out: it didn't say. */
  freeBytes?: number;
  readonly frontiers: Map<string, Frontier>;
}

export interface SaidByFile {
  readonly name: string;
  readonly version: string;
  /** ms, by that desk's clock. */
  readonly at: number;
  readonly frontiers: ReadonlyMap<string, Frontier>;
}

export interface RosterOptions {
  readonly own: string;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly document: (name: string) => LogDocument | undefined;
  readonly links: (document: string) => readonly Link[];
  /** Whether a feed's last entry is `done`. */
  readonly isDone: (document: string, feed: string) => boolean;
  readonly statements: () => readonly Statement[];
  /** Desks of the branch, and desks that wrote something, with their names. */
  readonly deskNames: () => ReadonlyMap<string, string>;
  readonly branchDesks: () => BranchDesks;
  /** How much was made, as entries of `branch` name it: see `branchFrontier`. */
  readonly branchFrontier: (document: string) => Frontier;
  readonly onTrouble: (text: string) => void;
}

export interface Roster {
  /** A peer's frontier came, or a link was made. */
  hear(link: Link): void;
  /** A link is gone: what it said last. */
  part(link: Link): void;
  /** A file came from a desk: what it says that it held when it was written. */
  hearByFile(desk: string, said: SaidByFile): void;
  heard(desk: string): Heard | undefined;
  desks(): readonly string[];
  /** How many desks count: this one, and those that are admitted and not retired. */
  members(): number;
  nameOf(desk: string): string;
  isLinked(desk: string): boolean;
  completeness(document: string): readonly DeskCompleteness[];
  /** The highest frontier of a document that anybody ever announced, or named in an entry of `branch`. */
  wanted(document: string): Frontier;
  /** Desk → its last known frontier of a document, this desk first. */
  frontiers(document: string): ReadonlyMap<string, Frontier>;
  /** Steps of a feed: the first `upTo` entries are on so many of `members`. */
  steps(document: string, feed: string): readonly { readonly upTo: number; readonly desks: number }[];
  /** The same of one entry. */
  holders(document: string, feed: string, seq: number): number;
  save(): Promise<void>;
}

const vaultName = "heard.json";
const saveAfterMs = 2_000;

export async function openRoster(options: RosterOptions): Promise<Roster> {
  const { clock, vault, own } = options;
  const byDesk = new Map<string, Heard>();
  const wanted = new Map<string, Frontier>();
  readSaved(await vault.read(vaultName), byDesk, wanted);
  let waiting: (() => void) | null = null;

  function hear(link: Link): void {
    const { desk, name, version } = link.peer;
    const document = link.document.name;
    const known = byDesk.get(desk) ?? {
      name,
      version,
      lastHeardAt: 0,
      frontiers: new Map<string, Frontier>(),
    };
    byDesk.set(desk, known);
    known.name = name;
    known.version = version;
    keepWords(known, link);
    // It may shrink: a wiped disk holds less than it did, and the newest word counts (L14).
    known.frontiers.set(document, link.peerFrontier);
    wanted.set(document, joinFrontiers([wanted.get(document) ?? new Map(), link.peerFrontier]));
    saveSoon();
  }

  function keepWords(known: Heard, link: Link): void {
    known.lastHeardAt = Math.round(clock.now() - (clock.monotonic() - link.heardAt));
    // A link that is new has not heard it yet: what was said before stands until it has.
    if (link.peerFreeBytes !== null) known.freeBytes = link.peerFreeBytes;
  }

  function part(link: Link): void {
    const known = byDesk.get(link.peer.desk);
    if (!known) return;
    keepWords(known, link);
    saveSoon();
  }

  function hearByFile(desk: string, { name, version, at, frontiers: said }: SaidByFile): void {
    const known = byDesk.get(desk);
    for (const [document, frontier] of said)
      wanted.set(document, joinFrontiers([wanted.get(document) ?? new Map(), frontier]));
    // An old file says nothing that is newer than what the desk itself said over a link.
    if (!known || known.lastHeardAt < at) {
      byDesk.set(desk, {
        name,
        version,
        lastHeardAt: at,
        frontiers: new Map([...(known?.frontiers ?? []), ...said]),
      });
    }
    saveSoon();
  }

  function saveSoon(): void {
    waiting ??= clock.after(saveAfterMs, () => {
      waiting = null;
      save().catch((why: unknown) =>
        options.onTrouble(`What was heard of other desks was not kept: ${String(why)}`),
      );
    });
  }

  function save(): Promise<void> {
    const desks = Object.fromEntries(
      [...byDesk].map(([desk, { frontiers, ...rest }]) => [
        desk,
        { ...rest, frontiers: mapToJson(frontiers) },
      ]),
    );
    return vault.write(vaultName, JSON.stringify({ desks, wanted: mapToJson(wanted) }));
  }

  function frontiers(document: string): ReadonlyMap<string, Frontier> {
    const all = new Map<string, Frontier>([[own, options.document(document)?.frontier() ?? new Map()]]);
    for (const [desk, heard] of byDesk) {
      const frontier = heard.frontiers.get(document);
      if (frontier && desk !== own) all.set(desk, frontier);
    }
    return all;
  }

  const isRetired = (desk: string): boolean => options.branchDesks().get(desk)?.retired !== undefined;

  function desks(): readonly string[] {
    const all = [...new Set([own, ...byDesk.keys(), ...options.deskNames().keys()])];
    return all.filter((desk) => desk === own || !isRetired(desk));
  }

  /** Whoever only relays, or wrote something and is nobody, is no desk that a scan may be "on". */
  function isMember(desk: string): boolean {
    const known = options.branchDesks().get(desk);
    return desk === own || (known !== undefined && known.retired === undefined);
  }

  function wantedOf(document: string): Frontier {
    return joinFrontiers([wanted.get(document) ?? new Map(), options.branchFrontier(document)]);
  }

  return {
    hear,
    part,
    hearByFile,
    heard: (desk) => byDesk.get(desk),
    desks,
    members() {
      let count = 1;
      for (const desk of options.branchDesks().keys()) if (desk !== own && isMember(desk)) count++;
      return count;
    },
    nameOf: (desk) => options.deskNames().get(desk) ?? byDesk.get(desk)?.name ?? `Desk ${desk.slice(0, 4)}`,
    isLinked: (desk) => options.links("branch").some((link) => link.peer.desk === desk),
    completeness(document) {
      const here = options.document(document);
      const known = joinFrontiers([wanted.get(document) ?? new Map(), here?.frontier() ?? new Map()]);
      const said = standingStatements(options.statements(), document, known);
      return judgeCompleteness({
        desks: desks(),
        own,
        held: here?.frontier() ?? new Map(),
        heard: [wantedOf(document)],
        linked: new Map(options.links(document).map((link) => [link.peer.desk, link.peerFrontier])),
        done: endedFeeds(here?.feeds() ?? [], (feed) => options.isDone(document, feed.key)),
        lost: said("lost"),
        retired: isRetired,
        wasOff: said("was-off"),
      });
    },
    wanted: wantedOf,
    frontiers,
    steps(document, feed) {
      const held = [...frontiers(document)].flatMap(([desk, frontier]) => (isMember(desk) ? [frontier] : []));
      return coverageSteps(feed, held).map(({ upTo, holders }) => ({ upTo, desks: holders }));
    },
    // Asked for by each scan, and each row of a list: counted without a frontier, or a list, made for it.
    holders(document, feed, seq) {
      const here = options.document(document)?.feed(feed)?.durable;
      let count = here && here.count > seq ? 1 : 0;
      for (const [desk, heard] of byDesk) {
        const there = desk === own ? undefined : heard.frontiers.get(document)?.get(feed);
        if (there && there.count > seq && isMember(desk)) count++;
      }
      return count;
    },
    async save() {
      waiting?.();
      await save();
    },
  };
}

/**
 * Desks of which that was last said for an outage. "Was off" is said of one outage alone; what is lost stays so, until the
 * desk has written something in a later one.
 */
function standingStatements(
  statements: readonly Statement[],
  document: string,
  known: Frontier,
): (says: Statement["says"]) => ReadonlySet<string> {
  const outage = outageOfDocument(document) ?? 0;
  const writers = new Set([...known.keys()].map((key) => parseFeedKey(key)?.desk));
  const last = new Map<string, Statement["says"]>();
  for (const { desk, says, outage: of } of statements) {
    if (of === outage || (says === "lost" && (of > outage || !writers.has(desk)))) last.set(desk, says);
  }
  return (says) => new Set([...last].flatMap(([desk, word]) => (word === says ? [desk] : [])));
}

function mapToJson(frontiers: ReadonlyMap<string, Frontier>): Record<string, unknown> {
  return Object.fromEntries(
    [...frontiers].map(([document, frontier]) => [document, frontierToJson(frontier)]),
  );
}

/** What can't be read counts as never heard: peers tell it again. */
function readSaved(text: string | null, byDesk: Map<string, Heard>, wanted: Map<string, Frontier>): void {
  if (text === null) return;
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch {
    // A hint only, and half written by a power cut: peers tell it again.
    return;
  }
  const { desks, wanted: savedWanted } = (saved ?? {}) as Record<string, unknown>;
  for (const [document, frontier] of entriesOf(savedWanted)) {
    const parsed = parseFrontier(frontier);
    if (parsed) wanted.set(document, parsed);
  }
  for (const [desk, value] of entriesOf(desks)) {
    const { name, version, lastHeardAt, freeBytes, frontiers } = (value ?? {}) as Record<string, unknown>;
    if (typeof name !== "string" || typeof version !== "string" || typeof lastHeardAt !== "number") continue;
    if (!parseFeedKey(`${desk}/${"0".repeat(16)}`)) continue;
    const room = typeof freeBytes === "number" ? { freeBytes } : {};
    const heard: Heard = { name, version, lastHeardAt, ...room, frontiers: new Map() };
    for (const [document, frontier] of entriesOf(frontiers)) {
      const parsed = parseFrontier(frontier);
      if (parsed) heard.frontiers.set(document, parsed);
    }
    byDesk.set(desk, heard);
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
