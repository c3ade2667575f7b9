/** The outside world, as one desk has it. */
import type { WatchView } from "../http/api.ts";
import type { Door } from "../mesh/door.ts";
import type { SpaceWatch } from "../operating/disk-space.ts";
import type { Clock, Discovery, LogStores, Random, Tcp, Vault, WatchAddresses, Wire } from "../ports.ts";
import type { EncryptedLevels } from "../store/encrypted-levels.ts";
import type { KeyRing } from "../store/key-ring.ts";
import type { PackagePort } from "./updates.ts";

export interface DeskPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Vault;
  readonly stores: LogStores;
  readonly snapshots: EncryptedLevels;
  /** For a backup that only this desk's identity opens. */
  readonly keys: Pick<KeyRing, "seal">;
  readonly wire: Wire;
  /** `null`: --no-mdns. */
  readonly discovery: Discovery | null;
  readonly door: Door;
  /** Addresses at which other desks may reach the door, best first. */
  readonly hosts: () => readonly string[];
  readonly watchAddresses: WatchAddresses;
  /** For a replay over SIP2; left out: this desk sends nothing to anybody (practice). */
  readonly tcp?: Tcp;
  /** Room on the disk; left out: there is always enough. */
  readonly space?: Pick<SpaceWatch, "level" | "free" | "follow">;
  /** The data folder was found wiped at this start: what it held comes from the others. */
  readonly wiped?: boolean;
  /** This PC's disk is set back at each restart, as far as is known. */
  readonly erases?: boolean;
  /** Packages of the program, to hand over; left out: none are. */
  readonly packages?: PackagePort;
  /** How the folder that is read in by itself stands; left out: none is. */
  readonly watched?: () => WatchView | undefined;
}
