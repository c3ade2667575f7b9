/**
 * The views of the branch as a whole: desks, staff, outages, snapshots and batches. Part of `api.ts`, which hands them on.
 */

export type Verdict = "finished" | "all-here" | "away" | "lost" | "unknown";

export interface DeskVerdict {
  readonly desk: string;
  readonly name: string;
  readonly made: number;
  readonly here: number;
  readonly lastHeard?: string;
  readonly verdict: Verdict;
}

export interface DeskView extends DeskVerdict {
  readonly self: boolean;
  readonly linked: boolean;
  readonly address?: string;
  readonly version?: string;
  /** This desk's clock minus that one's, ms; left out when not linked. */
  readonly offsetMs?: number;
  readonly roundTripMs?: number;
  /** Room on its disk, as it last said; left out: it never did (an older program), or its system doesn't say. */
  readonly freeBytes?: number;
  readonly runs: readonly string[];
  /** Why entries of this desk are kept aside, if any are. */
  readonly aside?: { readonly count: number; readonly reason: string };
  readonly twin: boolean;
  /** `unknown`: it wrote something, and nobody has admitted it as far as this desk has heard. */
  readonly standing: "admitted" | "retired" | "unknown";
}

export interface DesksView {
  readonly desks: readonly DeskView[];
  /** Rows: desk that made entries; columns: desk that holds them, durably, as far as it told us. */
  readonly matrix: readonly {
    readonly made: string;
    readonly held: readonly { readonly by: string; readonly count: number }[];
  }[];
}

/** One line of text; told once. */
export interface InviteView {
  readonly invite: string;
  readonly expires: string;
}

/** Both sides of the four words. */
export interface JoinsView {
  /** First run: branches that announce themselves. Anybody can announce anything. */
  readonly heard: readonly { readonly branch: string; readonly name: string }[];
  /** First run: what this desk has asked. */
  readonly asked?: {
    readonly id: string;
    readonly branch: string;
    readonly name: string;
    readonly words: readonly string[];
    /** Somebody at this screen found the words equal; the other desk has yet to say so. */
    readonly confirmed: boolean;
  };
  /** First run: why the last try came to nothing. */
  readonly failure?: string;
  /** At an admitted desk: who asks. */
  readonly requests: readonly {
    readonly id: string;
    /** As it calls itself. */
    readonly name: string;
    readonly address: string;
    readonly words: readonly string[];
  }[];
  /** Too many were refused: nobody may ask for a minute. */
  readonly locked: boolean;
}

export type OutageState = "standby" | "open" | "closing" | "loading" | "closed";

/** One outage that there has been, and what becomes of its scans. */
export interface PastOutageView {
  readonly number: number;
  readonly state: OutageState;
  readonly since?: string;
  readonly closedAt?: string;
  /** What was done, without patrons; stays when the rest is purged. */
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
  /** What must happen before it may be purged, in words; none: it may. */
  readonly obstacles: readonly string[];
  /** One of the obstacles is something that a supervisor may let go with a reason. */
  readonly needsReason: boolean;
  /** When it is purged by itself. */
  readonly purgeAt?: string;
  /** The receipt. */
  readonly purged?: {
    readonly at: string;
    /** Nobody: it was due. */
    readonly by?: string;
    readonly reason?: string;
    /** Where nothing is left of it; the others follow when they come back. */
    readonly desks: readonly { readonly desk: string; readonly name: string; readonly done: boolean }[];
  };
}

/** One line of the statistics: so many, at that desk, in the hour that begins then. */
export interface StatisticsRow {
  readonly desk: string;
  readonly kind: string;
  readonly hour: string;
  readonly count: number;
}

export interface SnapshotView {
  readonly sha256: string;
  readonly takenAt: string;
  readonly ageHours: number;
  readonly patrons: number;
  readonly items: number;
  readonly loans: number;
  readonly holds: number;
  /** Whole on this desk and in use, on its way, or announced and not here. */
  readonly state: "in-force" | "fetching" | "missing";
  readonly refusedRows?: number;
}

/** What became of an import, file by file. */
export interface ImportReport {
  readonly snapshot: SnapshotView;
  readonly warnings: readonly string[];
  readonly files: readonly {
    readonly name: string;
    readonly read: number;
    readonly kept: number;
    readonly refused: number;
    /** The first refused rows, with line number and reason. */
    readonly reasons: readonly { readonly line: number; readonly reason: string }[];
  }[];
}

/** The folder that this desk reads in by itself (`snapshot.watch`). */
export interface WatchView {
  /** False: something must be seen to; the snapshot in force is as it was. */
  readonly ok: boolean;
  readonly text: string;
  /** When it was looked at. */
  readonly at?: string;
}

export interface BackupView {
  readonly path: string;
  /** Of the log. */
  readonly entries: number;
  readonly snapshots: number;
  readonly bytes: number;
  /** What opens it: the passphrase, or this desk's identity alone, until something is destroyed here. */
  readonly openedBy: "passphrase" | "identity";
  readonly withIdentity: boolean;
}

/** One row of GET /api/staff. */
export interface StaffView {
  /** Initials, as they were typed when the user was added. */
  readonly user: string;
  readonly role: "staff" | "supervisor";
  readonly disabled: boolean;
  /** At every desk, after too many wrong PINs. */
  readonly locked: boolean;
}

/** GET /api/session: who is signed in with this request. */
export interface SessionView {
  readonly user?: string;
  readonly role?: "staff" | "supervisor";
}
