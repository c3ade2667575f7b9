/** What the parts of one opened desk share. Made in `open-desk.ts`; each act is in a file of its own. */
import type { Events } from "../http/api.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Clock, Random } from "../ports.ts";
import type { ClockCheck } from "./clock-check.ts";
import type { Holdings } from "./holdings.ts";
import type { Ledger } from "./ledger.ts";
import type { Library } from "./library.ts";
import type { Pairing } from "./pairing.ts";
import type { Roster } from "./roster.ts";
import type { Times } from "./times.ts";
import type { Updates } from "./updates.ts";

export interface DeskParts {
  readonly version: string;
  readonly branchId: string;
  readonly own: { readonly desk: string; readonly name: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly library: Library;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly holdings: Holdings;
  readonly clockCheck: ClockCheck;
  readonly pairing: Pairing;
  /** `null`: no packages are handed over here. */
  readonly updates: Updates | null;
  /** Room on this PC's disk; `null`: the system doesn't say. */
  freeBytes(): number | null;
  /** Of this desk's link certificate, and where its mesh may be reached. */
  readonly reach: { readonly fingerprint: string; hosts(): readonly string[]; readonly port: number };
  /** Of the branch's time zone, which is UTC until the branch document says it. */
  times(): Times;
  /** Set for good when the disk failed. */
  fault(): { readonly kind: string; readonly text: string } | null;
  /** Sets it. */
  diskFailed(why: unknown): void;
  emit<K extends keyof Events>(kind: K, data: Events[K]): void;
  log(text: string): void;
}
