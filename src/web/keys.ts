/**
 * Which key does what, and what is a scanner rather than a person. One table: the handlers, the help and the changes
 * that a desk makes are all read from it. Function keys, Alt and Ctrl only: a single character would fire on a stray
 * scan. Pure: key events come in as values.
 */
import { t } from "./language.ts";

export interface Key {
  readonly key: string;
  readonly code: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** What can be done by a key, with its words. Those with a page go there. */
export const ACTIONS = {
  out: t`Check out`,
  in: t`Check in`,
  renew: t`Renew`,
  find: t`Find patron`,
  register: t`Register`,
  "in-house": t`In-house use, not catalogued`,
  "void-last": t`Void the last scan`,
  previous: t`Previous patron`,
  print: t`Print slip`,
  reprint: t`Print the last slip again`,
  due: t`Due date`,
  panel: t`Fold the patron panel away, or show it`,
  activity: t`Activity`,
  rules: t`Loan rules`,
  desks: t`Desks`,
  readiness: t`Readiness`,
  settings: t`Settings`,
  exceptions: t`Exceptions`,
  export: t`Supervisor`,
  hide: t`Hide the screen now`,
  "change-staff": t`Change who is at the desk`,
  help: t`Keys and help`,
  finish: t`Finish this patron`,
} as const;

export type ActionName = keyof typeof ACTIONS;

export const PROFILES = ["default", "koha", "evergreen", "sierra"] as const;
export type KeyProfile = (typeof PROFILES)[number];

export const PROFILE_NAMES: Readonly<Record<KeyProfile, string>> = {
  default: "Deskmesh",
  koha: t`Like Koha`,
  evergreen: t`Like Evergreen`,
  sierra: t`Like Sierra`,
};

type Combos = Readonly<Record<ActionName, readonly string[]>>;

/** `Enter` in the empty field finishes, too: that is the field's own business. */
const DEFAULT: Combos = {
  out: ["F1"],
  in: ["F2"],
  renew: ["F3"],
  find: ["F4"],
  register: ["Shift+F1"],
  "in-house": ["F6"],
  "void-last": ["F7"],
  previous: ["F8"],
  print: ["F9"],
  reprint: ["Shift+F9"],
  due: ["Alt+D"],
  panel: ["Alt+P"],
  activity: ["Alt+A"],
  rules: ["Alt+L"],
  desks: ["Alt+M"],
  readiness: ["Alt+R"],
  settings: ["Alt+G"],
  exceptions: ["Alt+X"],
  export: ["Alt+S"],
  hide: ["Alt+Shift+H"],
  "change-staff": ["Ctrl+Shift+L"],
  help: ["Ctrl+/"],
  finish: [],
};

/** What a profile adds to the default keys, or puts in their place. */
const CHANGES: Readonly<Record<KeyProfile, Partial<Combos>>> = {
  default: {},
  koha: {
    out: ["Alt+U", "F1"],
    in: ["Alt+R", "F2"],
    renew: ["Alt+W", "F3"],
    find: ["Alt+Q", "F4"],
    readiness: ["Alt+Shift+R"],
  },
  evergreen: { renew: ["Ctrl+F2", "F3"], reprint: ["F9"], print: ["Shift+F9"] },
  sierra: { finish: ["Alt+Q"], find: ["Alt+S", "F4"], export: ["Alt+Shift+S"] },
};

/** Every key of a desk, with what it does: what help shows and what the page listens to. */
export function keyTable(
  profile: KeyProfile,
  changed: Readonly<Partial<Record<ActionName, string>>>,
): ReadonlyMap<string, ActionName> {
  const table = new Map<string, ActionName>();
  const taken = new Set(Object.values(changed));
  for (const name of Object.keys(ACTIONS) as ActionName[]) {
    const own = changed[name];
    const combos = own === undefined ? (CHANGES[profile][name] ?? DEFAULT[name]) : [own];
    for (const combo of combos) if (own !== undefined || !taken.has(combo)) table.set(combo, name);
  }
  return table;
}

/** The first key of an action, as a page shows it; empty: it has none. */
export function comboOf(table: ReadonlyMap<string, ActionName>, action: string): string {
  for (const [combo, name] of table) if (name === action) return combo;
  return "";
}

/** `Alt+Shift+H` of a key that went down; undefined: only a modifier, or a plain character. */
export function keyToCombo({ key, code, ctrl, alt, shift }: Key): string | undefined {
  const isFunction = /^F\d{1,2}$/.test(key);
  // On some layouts the slash is a shifted digit.
  if (ctrl && !alt && key === "/") return "Ctrl+/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (!isFunction && (letter === undefined || (!ctrl && !alt))) return undefined;
  // AltGr makes letters: it is no command.
  if (ctrl && alt) return undefined;
  const held = `${ctrl ? "Ctrl+" : ""}${alt ? "Alt+" : ""}${shift ? "Shift+" : ""}`;
  return `${held}${isFunction ? key : letter}`;
}

const BROWSER: ReadonlySet<string> = new Set([
  ...["F5", "F11", "F12", "Ctrl+N", "Ctrl+T", "Ctrl+W", "Ctrl+J", "Ctrl+M"],
  ...["Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z", "Ctrl+F", "Ctrl+P", "Ctrl+R", "Alt+Y", "Alt+N"],
]);

/** True when a desk may put an action on it: no plain character, and none of the browser's own or a dialog's. */
export function isFreeCombo(combo: string): boolean {
  if (BROWSER.has(combo)) return false;
  return (
    /^(?:Ctrl\+|Alt\+|Shift\+)*F(?:[1-9]|1[0-2])$/.test(combo) ||
    /^(?:Ctrl\+|Alt\+)(?:Shift\+)?[A-Z/]$/.test(combo)
  );
}

export type KeyMeaning =
  | { readonly kind: "act"; readonly action: ActionName }
  /** Line feed and return as control keys: some scanners send them after the code. */
  | { readonly kind: "swallow" };

/** What a key does on every page; `undefined`: nothing, leave it to the browser. */
export function keyToMeaning(key: Key, table: ReadonlyMap<string, ActionName>): KeyMeaning | undefined {
  if (key.ctrl && !key.alt && (key.code === "KeyJ" || key.code === "KeyM")) return { kind: "swallow" };
  const action = table.get(keyToCombo(key) ?? "");
  return action === undefined ? undefined : { kind: "act", action };
}

/** Characters that came without a person's pause between them, with the time before each but the first, ms. */
export interface Burst {
  readonly text: string;
  readonly gaps: readonly number[];
  readonly lastMs: number;
}

export const noBurst: Burst = { text: "", gaps: [], lastMs: Number.NEGATIVE_INFINITY };

/** A scanner's usual gap between two keys is shorter than this, ms. */
export const BURST_GAP_MS = 35;
/** That of a slow one, or of a radio link, of which only codes are believed. */
export const SLOW_GAP_MS = 70;
/** After so much silence something new begins: a single late key does not. */
export const PAUSE_MS = 250;
/** Before the key that ends it even a scanner as slow as this is known by its code: nobody types digits so fast. */
export const SLOWEST_GAP_MS = 110;
const BURST_KEYS = 6;
const BARCODE_DIGITS = 4;
/** They come between the characters of a scan, or end it: a later one is a person's. */
const WITHIN: ReadonlySet<string> = new Set(["Shift", "CapsLock", "NumLock", "AltGraph", "Enter", "Tab"]);

/** The burst after one more key that went down at `ms`, by the event's own time: a busy page hears of it later. */
export function burstAfter(burst: Burst, key: string, ms: number): Burst {
  const gap = ms - burst.lastMs;
  // A person's Tab goes on to the next field: initials and a PIN, typed fast, are no code of six characters.
  if (key === "Tab" && !isScan(burst, SLOWEST_GAP_MS)) return noBurst;
  if (key.length !== 1) return WITHIN.has(key) && gap < PAUSE_MS ? burst : noBurst;
  if (gap >= PAUSE_MS) return { text: key, gaps: [], lastMs: ms };
  return { text: burst.text + key, gaps: [...burst.gaps, gap], lastMs: ms };
}

/**
 * True when this can only have been a scanner. Judged by the median of all gaps, so that a key or two that came late
 * don't make a person of it. `slowestMs`: as slow as that is believed of what looks like a barcode.
 */
export function isScan({ text, gaps }: Burst, slowestMs = SLOW_GAP_MS): boolean {
  if (text.length < BURST_KEYS) return false;
  const sorted = gaps.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
  return median < BURST_GAP_MS || (median < slowestMs && isBarcodeShaped(text));
}

/** Digits, perhaps with capital letters and a sign or two among them: no word, and no initials. */
export function isBarcodeShaped(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "").length;
  return digits >= BARCODE_DIGITS && /^[0-9A-Za-z$%+./-]{6,}$/.test(text);
}
