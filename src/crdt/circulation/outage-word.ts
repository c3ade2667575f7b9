/** What is said of an outage beside its moves: the ILS is down at this desk too, works here, or somebody was called. */
import { isIntegerWithin, isText } from "./text-rules.ts";

export interface OutageWordFact {
  readonly kind: "outage-word";
  readonly outage: number;
  readonly says: "down" | "works" | "called";
  /** Who was called; for the others, who said so to staff. */
  readonly who?: string;
  /** When, RFC 3339, as staff gave it. */
  readonly when?: string;
  /** Who called. */
  readonly calledBy?: string;
}

export function outageWordToBody(fact: OutageWordFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  const { kind, outage, says, who, when, calledBy } = fact;
  return {
    k: kind,
    o: outage,
    s: says,
    ...(who === undefined ? {} : { w: who }),
    ...(when === undefined ? {} : { t: when }),
    ...(calledBy === undefined ? {} : { b: calledBy }),
  };
}

/** `null`: a kind or a form that this version doesn't know. */
export function parseOutageWord(body: Readonly<Record<string, unknown>>): OutageWordFact | null {
  const { k, o, s, w, t, b } = body;
  if (k !== "outage-word" || !isIntegerWithin(o, 1, 999_999)) return null;
  if (s !== "down" && s !== "works" && s !== "called") return null;
  if (![w, t, b].every((one) => one === undefined || isText(one, 200))) return null;
  if (s === "called" && w === undefined) return null;
  return {
    kind: "outage-word",
    outage: o,
    says: s,
    ...(w === undefined ? {} : { who: w as string }),
    ...(t === undefined ? {} : { when: t as string }),
    ...(b === undefined ? {} : { calledBy: b as string }),
  };
}
