/** A simulated PC: its disk and its clock stay, its process comes and goes. The desk that runs on it is the real one. */
import { sha256Hex } from "../../src/crdt/log/digest.ts";
import { createDesk } from "../../src/node/desk/create-desk.ts";
import type { Desk } from "../../src/node/desk/desk.ts";
import { branchIdOf, loadMembership, loadSigner, storeMembership } from "../../src/node/identity.ts";
import type { Air } from "../../src/node/mesh/discovery-memory.ts";
import { openDoor } from "../../src/node/mesh/door.ts";
import type { Network } from "../../src/node/mesh/wire-memory.ts";
import type { Clock, Discovery, Random } from "../../src/node/ports.ts";
import { createSeededRandom } from "../../src/node/ports-memory.ts";
import { createEncryptedLevels } from "../../src/node/store/encrypted-levels.ts";
import { createKeyRing } from "../../src/node/store/key-ring.ts";
import { createMemoryLevels } from "../../src/node/store/level-memory.ts";
import { createLogStores } from "../../src/node/store/log-store.ts";
import { createDisk, type Disk } from "./disk.ts";
import type { Kept } from "./oracle.ts";
import type { Process, Scheduler } from "./scheduler.ts";

export const meshPort = 8471;
/** Of the PCs; the branch has its own. */
const timezones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"] as const;

export interface Pc {
  readonly number: number;
  readonly host: string;
  readonly name: string;
  /** Of its certificate: a cloned PC shows the same. */
  readonly fingerprint: string;
  disk: Disk;
  /** What this PC's clock is ahead, ms; `stoppedAt`: it stands still there. */
  skewMs: number;
  stoppedAt: number | null;
  running: Running | null;
  starts: number;
  /** Everything that was logged, over all starts. */
  readonly said: string[];
  /** Its disk as it was, for whoever restores it. */
  backup: { readonly disk: Disk; readonly kept: Kept; readonly entered: boolean } | null;
  /** It belongs to the branch. */
  entered: boolean;
  /** Or a desk that nobody knows any more: what it makes counts nowhere. */
  retired: boolean;
  /** Who retired it; left out of a desk that is nobody for another reason. */
  retiredBy: Pc | null;
  /** Its disk failed once. */
  troubled: boolean;
  /** How much of `said` was judged. */
  judged: number;
  /** A copy of another PC: same identity, other place. */
  readonly cloneOf: number | null;
}

export interface Running {
  readonly process: Process;
  /** `null` while it starts. */
  desk: Desk | null;
  readonly ending: (() => void)[];
  /** It said that its disk failed: whatever it acknowledges from then on is a lie. */
  failed: boolean;
  /** It is being switched off, and ends what was begun. */
  isEnding: boolean;
}

export function createPc(number: number, cloned?: Pc): Pc {
  const name = cloned?.name ?? `Desk ${number}`;
  const host = `10.0.0.${number + 1}`;
  return {
    number,
    host,
    name,
    fingerprint: cloned?.fingerprint ?? sha256Hex(host),
    disk: cloned?.disk.copy() ?? createDisk(),
    skewMs: cloned?.skewMs ?? 0,
    stoppedAt: null,
    running: null,
    starts: 0,
    said: [],
    backup: null,
    entered: cloned?.entered ?? false,
    retired: cloned?.retired ?? false,
    retiredBy: cloned?.retiredBy ?? null,
    troubled: cloned?.troubled ?? false,
    judged: 0,
    cloneOf: cloned?.number ?? null,
  };
}

export interface Surroundings {
  readonly seed: string;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly air: Air | null;
  /** PCs to be dialled from the start. */
  readonly peersOf: (pc: Pc) => readonly { readonly host: string; readonly port: number }[];
}

/** Starts the process; `desk` is there some events later. `onFailure`: the start was refused. */
export function startPc(world: Surroundings, pc: Pc, onFailure: (why: unknown) => void): Running {
  const process = world.scheduler.start((now) => (pc.stoppedAt ?? now) + pc.skewMs);
  const running: Running = { process, desk: null, ending: [], failed: false, isEnding: false };
  pc.running = running;
  pc.starts++;
  const random = createSeededRandom(`${world.seed} ${pc.host} ${pc.starts}`);
  process.clock.after(0, () => {
    openHere(world, pc, running, random).then(
      (desk) => {
        if (!process.alive) return;
        running.desk = desk;
        desk.subscribe((kind) => {
          if (kind === "fault") running.failed = true;
        });
      },
      (why: unknown) => process.alive && onFailure(why),
    );
  });
  return running;
}

async function openHere(world: Surroundings, pc: Pc, running: Running, random: Random): Promise<Desk> {
  const { clock } = running.process;
  const mounted = pc.disk.mount(clock);
  const vault = mounted.vault("identity");
  const keys = createKeyRing(vault, mounted.vault("keys"), random);
  const log = (text: string): void => void pc.said.push(text);
  const wire = world.network.wire(pc.host, pc.fingerprint);
  const signer = await loadSigner(vault, random);
  if (pc.number === 0 && pc.starts === 1 && !(await loadMembership(vault))) {
    const nonce = Buffer.from(random.bytes(16)).toString("hex");
    const founding = { name: "Riverside Library", code: "RIV", timezone: "Europe/Berlin", nonce };
    await storeMembership(vault, { branch: branchIdOf(signer.desk, nonce), desk: pc.name, founding });
    pc.entered = true;
  }
  const door = await openDoor(wire, meshPort, []);
  return createDesk({
    ports: {
      clock,
      random,
      vault,
      stores: createLogStores(mounted.folders, keys, log),
      snapshots: createEncryptedLevels(createMemoryLevels(), keys),
      keys,
      wire,
      discovery: world.air && ownDiscovery(world.air, pc, running, clock),
      door,
      hosts: () => [pc.host],
      watchAddresses: () => () => undefined,
    },
    signer,
    version: "0.0.0",
    host: { name: pc.name, timezone: timezones[pc.number % timezones.length]! },
    peers: world.peersOf(pc),
    log,
  });
}

/** What is heard is heard in this process, and no more once it is gone. */
function ownDiscovery(air: Air, pc: Pc, running: Running, clock: Clock): Discovery {
  const discovery = air.discovery(pc.host, pc.host);
  return {
    async start(own, onSighting) {
      const stop = await discovery.start(own, (sighting) => void clock.after(0, () => onSighting(sighting)));
      running.ending.push(() => void stop());
      return stop;
    },
    refresh: () => discovery.refresh(),
  };
}

/** The process is gone. With the power nobody is told, and what was not synced is lost. */
export function killPc(world: Surroundings, pc: Pc, how: "power" | "process", random: Random): void {
  if (!pc.running) return;
  pc.running.process.kill();
  for (const end of pc.running.ending) end();
  world.network.leave(pc.host, { silently: how === "power" });
  if (how === "power") pc.disk.losePower(random);
  else pc.disk.settle();
  pc.running = null;
}
