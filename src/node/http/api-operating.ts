/** The views of operating a desk: settings of the branch, whether this PC is ready, and its program. Part of `api.ts`, which hands them on. */
import type { SettingValues } from "../../crdt/circulation/branch-settings.ts";

/** GET /api/settings: all of them as they are now. */
export interface SettingsView extends SettingValues {
  /** Initials are enough to record. */
  readonly openDesks: boolean;
  /** Days after loading until an outage is purged; 0: its longest loan and a week. */
  readonly retentionDays: number;
  /** How each came, before anybody set anything. */
  readonly standard: SettingValues & { readonly openDesks: boolean; readonly retentionDays: number };
  /** What was set by somebody: when, and by whom, where that is known. Everything else is as it came. */
  readonly changed: Readonly<Record<string, { readonly at: string; readonly by?: string }>>;
}

export interface ReadinessCheck {
  /** A word that stays the same: `disk`, `peers`, … */
  readonly name: string;
  /** What it is called on the page. */
  readonly title: string;
  readonly level: "green" | "amber" | "red";
  /** How it stands, one sentence. */
  readonly text: string;
  /** What the reader can do; left out where nothing is wrong. */
  readonly remedy?: string;
}

/** GET /api/readiness: ten checks, in the order of the page. */
export interface ReadinessView {
  /** No check is red. */
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

/** A package that a supervisor offered to all desks. */
export interface UpdateOfferView {
  readonly platform: string;
  readonly version: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly at: string;
  readonly by?: string;
  /** Whole and checked at this desk; fetched from the others as long as no outage is open; or of no use here. */
  readonly state: "here" | "on-its-way" | "not-needed";
  /** Bytes that are here. */
  readonly have: number;
  /** Than what this desk runs, and for a PC like this. */
  readonly newer: boolean;
  /** Where on this PC, once it is here. */
  readonly file?: string;
}

/** What everybody at this PC should know of it; absent where there is nothing. */
export interface PcView {
  /** Its disk is set back at each restart: what it held comes back from other desks. */
  readonly erases?: true;
  /** A newer program was offered for PCs like this. `isHere`: whole, and so it can be installed. */
  readonly update?: { readonly version: string; readonly isHere: boolean };
}

/** GET /api/updates */
export interface UpdatesView {
  /** That runs here. */
  readonly version: string;
  /** Of this PC; left out: there is no package for it. */
  readonly platform?: string;
  readonly offers: readonly UpdateOfferView[];
  /** Why nothing is handed over or installed now. */
  readonly hold?: string;
}
