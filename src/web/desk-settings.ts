/**
 * What is set at this desk alone, in this browser: sound, scanner, printer, keys. Never anything of a patron. Pure; a
 * text that can't be read gives the standard values.
 */
import {
  ACTIONS,
  type ActionName,
  comboOf,
  isFreeCombo,
  type KeyProfile,
  keyTable,
  PROFILES,
} from "./keys.ts";
import { t } from "./language.ts";

export interface DeskSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly isMuted: boolean;
  /** Letters or stars around a code are no part of it. */
  readonly startStop: boolean;
  /** The scanner sends no Enter: after 80 ms of silence its code counts. */
  readonly silence: boolean;
  /** Width of the paper in mm; `none`: due dates are shown large, for the date stamp. */
  readonly paper: "80" | "58" | "none";
  readonly profile: KeyProfile;
  /** Keys that somebody changed, by action. */
  readonly keys: Readonly<Partial<Record<ActionName, string>>>;
  /** F8 opens the patron before also after the screen was hidden. */
  readonly reopen: boolean;
  /** The panel beside the scan field is folded away. */
  readonly isPanelFolded: boolean;
  /** When each was changed at this desk, and by whom, where somebody was named. */
  readonly changed: Readonly<Record<string, { readonly at: string; readonly by: string }>>;
}

export const standardSettings: DeskSettings = {
  volume: 0.6,
  isMuted: false,
  startStop: false,
  silence: false,
  paper: "80",
  profile: "default",
  keys: {},
  reopen: false,
  isPanelFolded: false,
  changed: {},
};

export const SETTINGS_KEY = "deskmesh-desk";

/** Settings as they were kept; whatever is missing or odd has its standard value. */
export function parseSettings(text: string | null): DeskSettings {
  let given: unknown;
  try {
    given = JSON.parse(text ?? "{}");
  } catch {
    // Somebody else's text under our name: the desk works with the standard.
    given = {};
  }
  const from = (typeof given === "object" && given !== null ? given : {}) as Readonly<
    Record<string, unknown>
  >;
  const yes = (name: "isMuted" | "startStop" | "silence" | "reopen" | "isPanelFolded"): boolean =>
    typeof from[name] === "boolean" ? from[name] : standardSettings[name];
  const { volume, paper, profile } = from;
  return {
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : standardSettings.volume,
    isMuted: yes("isMuted"),
    startStop: yes("startStop"),
    silence: yes("silence"),
    reopen: yes("reopen"),
    isPanelFolded: yes("isPanelFolded"),
    paper: paper === "58" || paper === "none" ? paper : standardSettings.paper,
    profile: PROFILES.find((each) => each === profile) ?? standardSettings.profile,
    keys: readKeys(from.keys),
    changed: readChanged(from.changed),
  };
}

/** The settings after a change, with who made it; what is as it came has been changed by nobody. */
export function changeSettings(
  before: DeskSettings,
  change: Partial<Omit<DeskSettings, "changed">>,
  at: string,
  by: string,
): DeskSettings {
  const names = Object.keys(change) as (keyof typeof change)[];
  const isStandard = (name: (typeof names)[number]): boolean =>
    JSON.stringify(change[name]) === JSON.stringify(standardSettings[name]);
  const kept = Object.entries(before.changed).filter(([name]) => !(name in change));
  const made = names.filter((name) => !isStandard(name)).map((name) => [name, { at, by }]);
  return { ...before, ...change, changed: Object.fromEntries([...kept, ...made]) };
}

/** The first key of an action at this desk, as a button shows it: `⇧F1`, `Alt A`; empty: it has none. */
export function keyOf({ profile, keys }: DeskSettings, action: string): string {
  return comboOf(keyTable(profile, keys), action)
    .replace("Ctrl", t`Ctrl`)
    .replace("Shift+", "⇧")
    .replaceAll("+", " ");
}

function readChanged(given: unknown): DeskSettings["changed"] {
  if (typeof given !== "object" || given === null) return {};
  const kept = Object.entries(given).flatMap(([name, change]) => {
    const { at, by } = (change ?? {}) as { readonly at?: unknown; readonly by?: unknown };
    const isWhole =
      typeof at === "string" && !Number.isNaN(Date.parse(at)) && typeof by === "string" && by.length <= 20;
    return Object.hasOwn(standardSettings, name) && isWhole ? [[name, { at, by }] as const] : [];
  });
  return Object.fromEntries(kept);
}

function readKeys(given: unknown): DeskSettings["keys"] {
  if (typeof given !== "object" || given === null) return {};
  const kept = Object.entries(given).filter(
    ([name, combo]) => Object.hasOwn(ACTIONS, name) && typeof combo === "string" && isFreeCombo(combo),
  );
  return Object.fromEntries(kept) as DeskSettings["keys"];
}
