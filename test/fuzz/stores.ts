/** A small data folder with everything in it that a desk's has, and the process in which damaged copies of it are opened. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LeveldbPersistence } from "y-leveldb";
import { loadSigner } from "../../src/node/identity.ts";
import { createFileVault, realRandom } from "../../src/node/real-ports.ts";
import { createDiskFolders } from "../../src/node/store/log-folders.ts";
import { SyncedLevel } from "../../src/node/store/log-store.ts";
import { checkout, createWorld, newId, record } from "../node/desk/desks.ts";

/** One change to one file: cut off, or some bits turned over. */
export interface Change {
  readonly path: string;
  readonly cutAt?: number;
  readonly bits?: readonly number[];
}

export interface Opened {
  /** `null`: the process died of it, or didn't answer. */
  readonly entries: readonly string[] | null;
  readonly said: readonly string[];
  readonly failure: string | null;
  /** How it died. */
  readonly death?: string;
}

export interface SmallStore {
  /** Files below the data folder, with their bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Opens copies, each with one change or none, in as many processes as this machine has cores. */
  openEach(
    changes: Iterable<Change | null>,
    judge: (opened: Opened, change: Change | null) => void,
  ): Promise<void>;
  remove(): Promise<void>;
}

const CHILD = fileURLToPath(new URL("store-child.mjs", import.meta.url));
const BUILD = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
const answerMs = 20_000;

export async function createSmallStore(): Promise<SmallStore> {
  execFileSync(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "inherit"] });
  // In memory where there is such a place: thousands of damaged folders are synced, and none must outlive the test.
  const folder = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "deskmesh-fuzz-"));
  const base = join(folder, "base");
  const { branch, desk, publicKey } = await fill(base);
  const files = await listFiles(base);
  const lanes = Array.from({ length: availableParallelism() }, (_, n) =>
    createLane([base, join(folder, `scratch-${n}`), branch, desk, publicKey]),
  );
  return {
    files,
    async openEach(changes, judge) {
      const waiting = changes[Symbol.iterator]();
      await Promise.all(
        lanes.map(async (lane) => {
          for (let next = waiting.next(); !next.done; next = waiting.next())
            judge(await lane.open(next.value), next.value);
        }),
      );
    },
    async remove() {
      for (const lane of lanes) await lane.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Lane {
  open(change: Change | null): Promise<Opened>;
  end(): Promise<void>;
}

/** One process after the other, as they may die of what they open. */
function createLane(args: readonly string[]): Lane {
  let child: Child | null = null;
  return {
    async open(change) {
      child ??= startChild(args);
      const opened = await child.ask(change === null ? [] : [change]);
      if (opened.entries === null) child = null;
      return opened;
    },
    end: async () => child?.end(),
  };
}

/** Tables from two compactions, with a live log behind them; feeds of three runs. */
async function fill(base: string): Promise<{ branch: string; desk: string; publicKey: string }> {
  const world = createWorld({ folders: () => createDiskFolders(join(base, "log")) });
  const pc = world.pc(1);
  pc.vault = await createFileVault(join(base, "identity"));
  pc.keyFiles = await createFileVault(join(base, "keys"));
  let branch = "";
  for (let run = 0; run < 3; run++) {
    const one = await world.start(1);
    branch = one.state().branch?.id ?? "";
    for (let i = 0; i < 6; i++) await record(one, checkout(`33191${String(run * 100 + i).padStart(9, "0")}`));
    const fields = { surname: "Dalloway", given_names: "Clarissa", birth_date: "1882-06-13" };
    await record(one, { id: newId(), kind: "registration", patron: `3023400000009${run}`, fields });
    await one.close();
    if (run < 2) for (const document of ["branch", "outage-1"]) await compact(join(base, "log", document));
  }
  await world.end();
  const signer = await loadSigner(pc.vault, realRandom);
  return { branch, desk: signer.desk, publicKey: signer.publicKey };
}

/** Moves what LevelDB holds in its log into a table. */
async function compact(location: string): Promise<void> {
  const persistence = new LeveldbPersistence(location, { Level: SyncedLevel });
  await persistence._transact(
    async (database: {
      compactRange(from: readonly string[], to: readonly string[]): Promise<void>;
      close(): Promise<void>;
    }) => {
      await database.compactRange(["v1"], ["v1_sw"]);
      await database.close();
    },
  );
}

async function listFiles(base: string): Promise<SmallStore["files"]> {
  const found = await readdir(base, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // LevelDB never reads what it says in LOG, nor what is in LOCK.
  const read = paths.filter((path) => !/\/(LOG|LOG\.old|LOCK)$/.test(path)).sort();
  return Promise.all(
    read.map(async (path) => ({ path: path.slice(base.length + 1), size: (await readFile(path)).length })),
  );
}

interface Child {
  ask(changes: readonly Change[]): Promise<Opened>;
  end(): Promise<void>;
}

function startChild(args: readonly string[]): Child {
  // 256 MB are ten times what a small store takes: what asks for more was told so by a damaged length.
  const child: ChildProcess = spawn(process.execPath, ["--max-old-space-size=256", CHILD, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let answered: (opened: Opened) => void = () => undefined;
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      answered({ entries: null, said: [], failure: null, death: `${signal ?? code}: ${errors}` });
      resolve();
    });
  });
  if (child.stdout === null) throw new Error("the child has no output");
  createInterface({ input: child.stdout }).on("line", (line) => answered(JSON.parse(line) as Opened));
  return {
    async ask(changes) {
      let timer: NodeJS.Timeout | undefined;
      const opened = await new Promise<Opened>((resolve) => {
        answered = resolve;
        timer = setTimeout(() => child.kill("SIGKILL"), answerMs);
        child.stdin?.write(`${JSON.stringify(changes)}\n`);
      });
      clearTimeout(timer);
      return opened;
    },
    async end() {
      child.stdin?.end();
      await ended;
    },
  };
}
