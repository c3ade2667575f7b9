/** The outside world, as one desk has it. */
import type { Door } from "../mesh/door.ts";
import type { Clock, Discovery, LogStores, Random, Vault, WatchAddresses, Wire } from "../ports.ts";
import type { EncryptedLevels } from "../store/encrypted-levels.ts";
import type { KeyRing } from "../store/key-ring.ts";

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
}
