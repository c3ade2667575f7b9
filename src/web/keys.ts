/**
 * Which key does what, and what is a scanner rather than a person. Function keys and Alt only: a single character
 * would fire on a stray scan. Pure: key events come in as values.
 */
import type { Route } from "./routes.ts";

export interface Key {
  readonly key: string;
  readonly code: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

export type KeyMeaning =
  | { readonly kind: "go"; readonly route: Route }
  | { readonly kind: "void-last" }
  | { readonly kind: "change-staff" }
  /** Line feed and return as control keys: some scanners send them after the code. */
  | { readonly kind: "swallow" };

/** What a key does on every page; `undefined`: nothing, leave it to the browser. */
export function keyToMeaning(key: Key): KeyMeaning | undefined {
  if (key.ctrl && !key.alt && (key.code === "KeyJ" || key.code === "KeyM")) return { kind: "swallow" };
  if (key.ctrl && key.shift && !key.alt && key.code === "KeyL") return { kind: "change-staff" };
  if (key.ctrl) return undefined;
  if (key.alt) {
    const route = key.shift ? undefined : ALT_ROUTES[key.code];
    return route === undefined ? undefined : { kind: "go", route };
  }
  if (key.key === "F7" && !key.shift) return { kind: "void-last" };
  const route = (key.shift ? SHIFT_ROUTES : PLAIN_ROUTES)[key.key];
  return route === undefined ? undefined : { kind: "go", route };
}

/** Keys that came faster than a person types. */
export interface Burst {
  readonly text: string;
  readonly lastMs: number;
}

export const noBurst: Burst = { text: "", lastMs: Number.NEGATIVE_INFINITY };

/** Longest gap between two keys of a scanner, ms. */
export const BURST_GAP_MS = 35;
const BURST_KEYS = 6;

/** The burst after one more key; a longer gap starts a new one. Only printable keys add to the text. */
export function burstAfter(burst: Burst, key: string, ms: number): Burst {
  const text = ms - burst.lastMs < BURST_GAP_MS ? burst.text : "";
  return { text: key.length === 1 ? text + key : text, lastMs: ms };
}

/** True when this can only have been a scanner. */
export function isScan(burst: Burst): boolean {
  return burst.text.length >= BURST_KEYS;
}

/** What a scanner or a person put into the field, ready to send: no control characters, no outer blanks. */
export function rawToBarcode(raw: string): string {
  let clean = "";
  for (const char of raw) if (char >= " " && char !== "\u007f") clean += char;
  return clean.trim();
}

const PLAIN_ROUTES: Readonly<Record<string, Route>> = { F1: "out", F2: "in", F3: "renew", F4: "find" };
const SHIFT_ROUTES: Readonly<Record<string, Route>> = { F1: "register" };
const ALT_ROUTES: Readonly<Record<string, Route>> = {
  KeyA: "activity",
  KeyL: "rules",
  KeyM: "desks",
  KeyX: "exceptions",
  KeyS: "export",
};
