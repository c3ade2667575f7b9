/**
 * Where an outage stands, and its record: who moved it when, who was called, and what each desk says of the ILS. A
 * fold over entries in order of the log: concurrent moves end alike on every desk (log.md, L18).
 */
import type { OutageMove, OutageMoveFact } from "./branch-fact.ts";
import { isRecord } from "./frontier-counts.ts";
import type { OutageWordFact } from "./outage-word.ts";

export type OutageState = "standby" | "open" | "closing" | "loading" | "closed";

export interface Call {
  readonly who: string;
  /** RFC 3339, as staff gave it. */
  readonly at?: string;
  readonly by?: string;
}

/** What staff said with a move; kept as they said it. */
export interface MoveDetails {
  readonly called?: readonly Call[];
  readonly toldBy?: string;
  /** When they were told, RFC 3339. */
  readonly at?: string;
  readonly reason?: string;
  /** Desks whose scans were not all in when it was closed. */
  readonly missing?: readonly string[];
}

/** A move that counted. */
export interface Move {
  readonly to: OutageMove;
  readonly at: number;
  readonly desk: string;
  readonly staff?: string;
  readonly toldBy?: string;
  readonly toldAt?: string;
  readonly reason?: string;
}

/** What was last said at a desk: its ILS is down too, or works there. */
export interface DeskWord {
  readonly says: "down" | "works";
  readonly at: number;
  readonly staff?: string;
  readonly toldBy?: string;
}

export interface Outage {
  readonly number: number;
  state: OutageState;
  /** ms: when it was opened first. */
  since?: number;
  /** ms: when it came to its present state. */
  changedAt?: number;
  scope?: string;
  /** Desk that opened it. */
  openedAt?: string;
  readonly moves: Move[];
  readonly calls: Call[];
  /** By desk. */
  readonly words: Map<string, DeskWord>;
  /** Desks that it was closed over. */
  missing: readonly string[];
}

export interface Saying {
  readonly at: number;
  readonly desk: string;
  readonly staff?: string;
}

export function createOutage(number: number): Outage {
  return { number, state: "standby", moves: [], calls: [], words: new Map(), missing: [] };
}

export function moveOutage(outage: Outage, saying: Saying, move: OutageMoveFact): void {
  const { called = [], missing = [], ...said } = parseDetails(move.details);
  const next = nextState(outage.state, move.to);
  if (next === null) {
    // In a split two desks may have opened it, each for itself: both are cut off.
    if (move.to === "open" && outage.state !== "closed") {
      noteWord(outage, saying, { kind: "outage-word", outage: outage.number, says: "down" });
      outage.calls.push(...called);
    }
    return;
  }
  if (next === "open" && outage.since === undefined) {
    outage.since = saying.at;
    outage.openedAt = saying.desk;
    if (move.scope !== undefined) outage.scope = move.scope;
  }
  outage.calls.push(...called);
  if (next === "closed") outage.missing = missing;
  outage.moves.push({
    to: move.to,
    at: saying.at,
    desk: saying.desk,
    ...(saying.staff === undefined ? {} : { staff: saying.staff }),
    ...(said.toldBy === undefined ? {} : { toldBy: said.toldBy }),
    ...(said.at === undefined ? {} : { toldAt: said.at }),
    ...(said.reason === undefined ? {} : { reason: said.reason }),
  });
  outage.state = next;
  outage.changedAt = saying.at;
}

export function noteWord(outage: Outage, saying: Saying, word: OutageWordFact): void {
  if (word.says === "called") {
    const { who = "", when, calledBy } = word;
    outage.calls.push({
      who,
      ...(when === undefined ? {} : { at: when }),
      ...(calledBy === undefined ? {} : { by: calledBy }),
    });
    return;
  }
  outage.words.set(saying.desk, {
    says: word.says,
    at: saying.at,
    ...(saying.staff === undefined ? {} : { staff: saying.staff }),
    ...(word.who === undefined ? {} : { toldBy: word.who }),
  });
  const isElsewhere = saying.desk !== outage.openedAt;
  if (word.says === "down" && isElsewhere && outage.scope === "this-desk") outage.scope = "several";
}

/** `null`: a move that is not possible from there, or no longer; it stays in the log and changes nothing. */
export function nextState(state: OutageState, move: OutageMove): OutageState | null {
  if (state === "closed") return null;
  if (move === "close") return "closed";
  if (move === "open") return state === "standby" ? "open" : null;
  if (move === "closing") return state === "open" || state === "loading" ? "closing" : null;
  return state === "closing" || state === "loading" ? "open" : null;
}

/** Anything else than what this version writes says nothing. */
export function parseDetails(text: string | undefined): MoveDetails {
  const value = text === undefined ? null : readJson(text);
  if (!isRecord(value)) return {};
  const { called, toldBy, at, reason, missing } = value;
  const calls = Array.isArray(called) ? called.flatMap((one) => parseCall(one) ?? []) : [];
  return {
    ...(calls.length > 0 && { called: calls }),
    ...(typeof toldBy === "string" && { toldBy }),
    ...(typeof at === "string" && { at }),
    ...(typeof reason === "string" && { reason }),
    ...(Array.isArray(missing) && { missing: missing.filter((one) => typeof one === "string") }),
  };
}

function parseCall(value: unknown): Call | null {
  if (!isRecord(value) || typeof value.who !== "string") return null;
  const { who, at, by } = value;
  return { who, ...(typeof at === "string" && { at }), ...(typeof by === "string" && { by }) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
