/**
 * A setting of the branch as a fact of `branch`, and the fold of all of them. Names and values of a later version are
 * kept and passed on: what a value may be is looked at when it is used (`branch-settings.ts`).
 */

export interface SettingFact {
  readonly kind: "setting";
  /** A word: letters and digits, at most 40. */
  readonly name: string;
  /** A JSON value of at most `SETTING_TEXT_MAX` characters. */
  readonly value: unknown;
}

/** An entry holds 8 KiB (L2), of which a character may take three bytes. */
export const SETTING_TEXT_MAX = 2_400;

/** What was set last, and by whom. */
export interface SettingChange {
  readonly value: unknown;
  /** ms */
  readonly at: number;
  readonly by?: string;
}

export function settingFactToBody({ name, value }: SettingFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  return { k: "setting", n: name, v: value };
}

/** `null`: a kind or a form that this version doesn't know. */
export function parseSettingFact(body: Readonly<Record<string, unknown>>): SettingFact | null {
  const { k, n, v } = body;
  if (k !== "setting" || typeof n !== "string" || !/^[a-z][A-Za-z0-9]{0,39}$/.test(n)) return null;
  if (v === undefined || JSON.stringify(v).length > SETTING_TEXT_MAX) return null;
  return { kind: "setting", name: n, value: v };
}

export interface SettingsFold {
  /** In the order of the log: the last one counts. */
  add(
    entry: { readonly at: number; readonly staff?: string },
    fact: { readonly name: string; readonly value: unknown },
  ): void;
  readonly state: ReadonlyMap<string, SettingChange>;
}

export function createSettingsFold(): SettingsFold {
  const state = new Map<string, SettingChange>();
  return {
    add({ at, staff }, { name, value }) {
      state.set(name, { value, at, ...(staff === undefined ? {} : { by: staff }) });
    },
    state,
  };
}
