/** Desks of one branch over memory twins or folders, as tests start, part, stop and start them again. */
import { randomBytes } from "node:crypto";
import type { Command } from "../../../src/crdt/circulation/command.ts";
import type { Signer } from "../../../src/crdt/log/digest.ts";
import { loadLinkIdentity } from "../../../src/node/certificate.ts";
import { createDesk, type DeskOptions } from "../../../src/node/desk/create-desk.ts";
import type { Answer, Desk, RecordAnswer } from "../../../src/node/desk/desk.ts";
import type { DeskPorts } from "../../../src/node/desk/desk-ports.ts";
import type { Events, RecordedAnswer } from "../../../src/node/http/api.ts";
import { branchIdOf, loadSigner, type Membership, storeMembership } from "../../../src/node/identity.ts";
import { openDoor } from "../../../src/node/mesh/door.ts";
import { createWire } from "../../../src/node/mesh/wire.ts";
import { createNetwork, type Network } from "../../../src/node/mesh/wire-memory.ts";
import type { Clock, LogStores, Vault } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { realClock, realRandom } from "../../../src/node/real-ports.ts";
import { createEncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { createKeyRing } from "../../../src/node/store/key-ring.ts";
import type { Levels } from "../../../src/node/store/level.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores, type LogFolders } from "../../../src/node/store/log-store.ts";

/** One PC: what stays when its process ends. */
export interface Pc {
  readonly host: string;
  /** Of its mesh, once it has been started. */
  port: number;
  readonly name: string;
  vault: Vault;
  folders: LogFolders;
  snapshots: Levels;
  /** The files of its keys. */
  keyFiles: Vault;
  clock: Clock;
  space?: NonNullable<DeskPorts["space"]>;
  /** The way out to the ILS. */
  tcp?: NonNullable<DeskPorts["tcp"]>;
  /** Where it keeps packages of the program. */
  packages?: NonNullable<DeskPorts["packages"]>;
  /** Its data folder was found empty at this start. */
  wiped?: boolean;
  /** Everything that was logged, over all starts. */
  readonly said: string[];
  /** The program that is installed there. */
  program: Pick<DeskOptions, "version" | "protocols">;
}

export interface RunningDesk extends Desk {
  readonly pc: Pc;
  readonly signer: Signer;
  readonly events: { readonly kind: keyof Events; readonly data: unknown }[];
}

export interface World {
  readonly network: Network;
  pc(n: number): Pc;
  /** Starts the desk; it dials the PCs named, or all that were made before. */
  start(n: number, peers?: readonly number[]): Promise<RunningDesk>;
  stop(desk: RunningDesk): Promise<void>;
  /** Ends everything that is still running. */
  end(): Promise<void>;
}

const memoryPort = 8471;

/**
 * The first desk that starts founds the branch, unless `unfounded`: then desk 1 waits for the first run's form. The
 * others join by an invite of one that they can reach.
 */
export function createWorld(
  create: {
    readonly folders?: (n: number) => Promise<LogFolders>;
    readonly unfounded?: boolean;
    /** Real sockets on loopback, with TLS, instead of the network in memory. */
    readonly overTls?: boolean;
    /** The port that a desk is told to be at instead of its own: that of whatever stands before it. */
    readonly before?: (port: number) => Promise<number>;
    readonly network?: Parameters<typeof createNetwork>[1];
  } = {},
): World {
  const network = createNetwork(realClock, create.network);
  const pcs = new Map<number, Pc>();
  const running = new Set<RunningDesk>();
  let founded = false;
  let entering: Promise<void> = Promise.resolve();

  function pc(n: number): Pc {
    const known = pcs.get(n);
    if (known) return known;
    const fresh: Pc = {
      host: create.overTls ? "127.0.0.1" : `10.0.0.${n}`,
      port: create.overTls ? 0 : memoryPort,
      name: `Desk ${n}`,
      vault: createMemoryVault(),
      folders: createMemoryFolders(),
      snapshots: createMemoryLevels(),
      keyFiles: createMemoryVault(),
      clock: realClock,
      said: [],
      program: { version: "0.0.0" },
    };
    pcs.set(n, fresh);
    return fresh;
  }

  async function start(n: number, peers?: readonly number[]): Promise<RunningDesk> {
    const place = pc(n);
    if (create.folders && !place.said.includes("(folders)")) {
      place.folders = await create.folders(n);
      place.said.push("(folders)");
    }
    const others = peers ?? [...pcs.keys()].filter((other) => other !== n);
    const wire = create.overTls ? createWire(await loadLinkIdentity(place.vault)) : network.wire(place.host);
    const log = (text: string): void => void place.said.push(text);
    const keys = createKeyRing(place.vault, place.keyFiles, realRandom);
    const stores: LogStores = createLogStores(place.folders, keys, log);
    const signer = await loadSigner(place.vault, realRandom);
    const own = await openDoor(wire, place.port, create.overTls ? [place.host] : []);
    const door = create.before ? { ...own, port: await create.before(own.port) } : own;
    place.port = door.port;
    // One after the other: there is one founder.
    const isFounder = !founded && !create.unfounded;
    founded = true;
    if (isFounder) await storeMembership(place.vault, found(signer.desk, place.name));
    const { clock, vault } = place;
    const snapshots = createEncryptedLevels(place.snapshots, keys);
    const made = await createDesk({
      ports: {
        clock,
        random: realRandom,
        vault,
        stores,
        snapshots,
        keys,
        wire,
        discovery: null,
        door,
        hosts: () => [place.host],
        watchAddresses: () => () => undefined,
        ...(place.space === undefined ? {} : { space: place.space }),
        ...(place.tcp === undefined ? {} : { tcp: place.tcp }),
        ...(place.packages === undefined ? {} : { packages: place.packages }),
        ...(place.wiped === undefined ? {} : { wiped: place.wiped }),
      },
      signer,
      ...place.program,
      host: { name: place.name, timezone: "Europe/Berlin" },
      peers: others.map(pc).filter((other) => other.port !== 0),
      log,
    }).catch(async (why: unknown) => {
      await door.close();
      throw why;
    });
    const events: RunningDesk["events"] = [];
    made.subscribe((kind, data) => void events.push({ kind, data }));
    const desk: RunningDesk = {
      ...made,
      pc: place,
      signer,
      events,
      async close() {
        running.delete(desk);
        await made.close().finally(() => door.close());
      },
    };
    if (!(create.unfounded && n === 1)) {
      entering = entering.then(() => enter(desk));
      await entering;
    }
    running.add(desk);
    return desk;
  }

  /** Without staff: a PIN's proof takes longer than most tests. */
  function found(desk: string, name: string): Membership {
    const nonce = randomBytes(16).toString("hex");
    const founding = { name: "Riverside Library", code: "RIV", timezone: "Europe/Berlin", nonce };
    return { branch: branchIdOf(desk, nonce), desk: name, founding };
  }

  async function enter(desk: RunningDesk): Promise<void> {
    if (desk.state().branch) return;
    const name = desk.pc.name;
    for (const sponsor of running) {
      const { invite } = expectDone(await sponsor.invite(600_000));
      const joined = await desk.join(invite, name);
      if (joined.kind === "done") return;
    }
    throw new Error(`${name} could not join`);
  }

  return {
    network,
    pc,
    start,
    stop: (desk) => desk.close(),
    async end() {
      await Promise.all([...running].map((desk) => desk.close()));
    },
  };
}

export function expectDone<T>(answer: Answer<T>): T {
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  return answer.value;
}

/** UUIDv7: time in ms, then random bits. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function checkout(item: string, patron = "30234000000001"): Command {
  return { id: newId(), kind: "checkout", patron, item };
}

/** Records, answering yes to whatever is asked. Throws when it is not recorded. */
export async function record(desk: Desk, command: Command, staff?: string): Promise<RecordedAnswer> {
  const answer = await recordOrAnswer(desk, command, staff);
  if (answer.kind !== "recorded") throw new Error(`not recorded: ${JSON.stringify(answer)}`);
  return answer.answer;
}

/** As `record`, but gives whatever comes back for the answered command. */
export async function recordOrAnswer(desk: Desk, command: Command, staff?: string): Promise<RecordAnswer> {
  const first = await desk.record(command, staff);
  if (first.kind !== "questions") return first;
  const overrides = first.questions.map(({ code, ref }) => ({
    code,
    ref,
    reason: "Seen at the desk",
    acknowledged: true,
  }));
  return desk.record({ ...command, overrides }, staff);
}

/** Polls until `holds`. Throws with what is explained when it takes too long. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
  explain: () => unknown = () => "",
): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > limitMs) {
      throw new Error(`not within ${limitMs} ms: ${what}. ${JSON.stringify(explain())}`);
    }
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How many other desks this one is linked to now. */
export function countLinked(desk: Desk): number {
  return desk.desks().desks.filter((other) => !other.self && other.linked).length;
}

export async function linked(...desks: readonly Desk[]): Promise<void> {
  await until("every desk is linked to every other", () =>
    desks.every((desk) => countLinked(desk) === desks.length - 1),
  );
}

/** All that a desk shows of the log, newest first: ids, with what depends on the fold. */
export async function readAll(desk: Desk): Promise<readonly string[]> {
  const rows: string[] = [];
  let after: string | undefined;
  do {
    const page = await desk.transactions({ limit: 200, ...(after === undefined ? {} : { after }) });
    for (const { coverage: _coverage, ...row } of page.rows) rows.push(JSON.stringify(row));
    after = page.next;
  } while (after !== undefined);
  return rows;
}

/** Waits until all desks show the same rows, and so many of them. */
export async function agree(desks: readonly Desk[], count: number, limitMs = 10_000): Promise<void> {
  let seen: (readonly string[])[] = [];
  await until(
    `${desks.length} desks show the same ${count} rows`,
    async () => {
      seen = await Promise.all(desks.map(readAll));
      return seen.every((rows) => rows.length === count && rows.join() === seen[0]?.join());
    },
    limitMs,
    () => seen.map((rows) => rows.length),
  );
}
