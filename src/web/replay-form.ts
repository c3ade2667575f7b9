/** From what a supervisor filled in to what the node is asked: which batch may go line by line, and how. Pure. */
import type { BatchView, ReplayView } from "../node/http/api.ts";

/** What a person found out about a line that was sent and has no answer. */
export type LineChoice = "there" | "again" | "leave";

export interface ReplayFields {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly institution: string;
  readonly location: string;
  /** Lines a second; empty: as the node has it. */
  readonly rate: string;
  /** Seconds that each answer may take; empty: as the node has it. */
  readonly answerWithin: string;
  readonly ticks: Readonly<Record<ReplayTick, boolean>>;
  /** By the line's number in the file. */
  readonly lines: readonly (readonly [number, LineChoice])[];
}

/** Seconds, as the node takes them. */
export const ANSWER_WITHIN = { least: 1, most: 120 } as const;

export const REPLAY_TICKS = ["tls", "goOn", "takeOver", "alone", "anyway"] as const;
export type ReplayTick = (typeof REPLAY_TICKS)[number];

/** Body of POST /api/batches/{id}/replay. What was left empty is left out: the node has its own value for it. */
export function fieldsToRequest(fields: ReplayFields): Readonly<Record<string, unknown>> {
  const { host, port, user, password, institution, location, rate, answerWithin, ticks, lines } = fields;
  const numbersOf = (choice: LineChoice): readonly number[] =>
    lines.filter(([, each]) => each === choice).map(([number]) => number);
  const [again, there] = [numbersOf("again"), numbersOf("there")];
  return {
    host,
    port: Number(port),
    ...(user === "" ? {} : { login: { user, password } }),
    ...(institution === "" ? {} : { institution }),
    ...(location === "" ? {} : { location }),
    ...(rate === "" ? {} : { rate: Number(rate) }),
    ...(answerWithin === "" ? {} : { answerWithin: Number(answerWithin) }),
    ...Object.fromEntries(REPLAY_TICKS.filter((name) => ticks[name]).map((name) => [name, true])),
    ...(again.length === 0 ? {} : { again }),
    ...(there.length === 0 ? {} : { there }),
    ...(numbersOf("leave").length === 0 ? {} : { leave: true }),
  };
}

/** `split`: in parts, which can't go so. `ended`: loaded, or withdrawn. `elsewhere`: another desk sends it now. */
export type ReplayStand = "ended" | "split" | "here" | "elsewhere" | "ready";

export function batchToStand({ state, split, replay }: BatchView): ReplayStand {
  if (replay?.here) return "here";
  if (state !== "made" && state !== "failed" && state !== "re-issued") return "ended";
  if (split) return "split";
  return replay?.desk === undefined ? "ready" : "elsewhere";
}

/** Lines that only a person may send again. One without a number can't be made at this desk, and is decided at another. */
export function unknownNumbers({ unknown }: ReplayView): readonly number[] {
  return unknown.flatMap(({ line }) => (line === undefined ? [] : [line]));
}
