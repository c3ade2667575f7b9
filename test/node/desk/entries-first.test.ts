/** What is waited for before a library is fetched, and for how long. */
import { expect, it } from "vitest";
import { type BranchState, foldBranch } from "../../../src/crdt/circulation/branch-state.ts";
import { waitForEntries } from "../../../src/node/desk/entries-first.ts";
import { createLibrary, snapshotPath } from "../../../src/node/desk/library.ts";
import type { Mesh } from "../../../src/node/mesh/mesh.ts";
import type { Wire } from "../../../src/node/ports.ts";
import { createManualClock, createMemoryVault } from "../../../src/node/ports-memory.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import { openSnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { createEncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { createKeyRing } from "../../../src/node/store/key-ring.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";

type Announced = NonNullable<BranchState["snapshot"]>;

interface Wait {
  /** So long a test looked on; ms. */
  readonly pass: (ms: number) => Promise<void>;
  readonly isDone: () => boolean;
}

function wait(mesh: unknown, isOver: () => boolean = () => false): Wait {
  const clock = createManualClock(0);
  const branch = foldBranch([], () => false);
  let done = false;
  const options = { clock, branch: () => branch, mesh: () => mesh as Mesh | null };
  void waitForEntries(options, isOver).then(() => {
    done = true;
  });
  return {
    async pass(ms) {
      for (let at = 0; at < ms; at += 10) {
        clock.advance(10);
        await Promise.resolve();
        await Promise.resolve();
      }
    },
    isDone: () => done,
  };
}

/** Of the event loop: without waiting it has asked after two. */
const turnsEnough = 50;

/** One desk is linked; `caughtUp` of its links by document. */
const linkedMesh = (caughtUp: ReadonlyMap<string, boolean>): unknown => ({
  desks: () => [{}],
  links: (document: string) => (caughtUp.has(document) ? [{ caughtUp: caughtUp.get(document) }] : []),
});

it("waits for nobody where none is linked", async () => {
  for (const mesh of [null, { desks: () => [], links: () => [] }]) {
    const waiting = wait(mesh);
    await waiting.pass(10);
    expect(waiting.isDone()).toBe(true);
  }
});

it("waits until a linked desk has answered for the outage, which may be linked later than the branch", async () => {
  const answered = new Map<string, boolean>();
  const waiting = wait(linkedMesh(answered));
  await waiting.pass(200);
  answered.set("branch", true);
  await waiting.pass(200);
  answered.set("outage-1", false);
  await waiting.pass(200);
  expect(waiting.isDone()).toBe(false);
  answered.set("outage-1", true);
  await waiting.pass(40);
  expect(waiting.isDone()).toBe(true);
});

it("goes on without a desk that never answers, and at once where the desk itself is over", async () => {
  const silent = wait(linkedMesh(new Map()));
  await silent.pass(4_900);
  expect(silent.isDone()).toBe(false);
  await silent.pass(200);
  expect(silent.isDone()).toBe(true);
  let over = false;
  const ended = wait(linkedMesh(new Map()), () => over);
  await ended.pass(100);
  over = true;
  await ended.pass(40);
  expect(ended.isDone()).toBe(true);
});

it("a library asks no desk for its bytes before that", async () => {
  let haveCome = (): void => undefined;
  const entries = new Promise<void>((resolve) => {
    haveCome = resolve;
  });
  const asked: string[] = [];
  const wire = {
    async *fetch({ host, path }: { readonly host: string; readonly path: string }) {
      asked.push(`${host} ${path}`);
      yield Buffer.alloc(0);
    },
  };
  const keys = createKeyRing(createMemoryVault(), createMemoryVault(), realRandom);
  const { store } = await openSnapshotStore(createEncryptedLevels(createMemoryLevels(), keys));
  const nothing = (): void => undefined;
  const branch = foldBranch([], () => false);
  const library = createLibrary({
    branchId: "b",
    store,
    wire: wire as unknown as Wire,
    clock: createManualClock(0),
    sources: () => [{ host: "10.0.0.2", port: 8471, fingerprint: "f" }],
    entriesFirst: () => entries,
    branch: () => branch,
    events: { onChanged: nothing, onProgress: nothing, onTrouble: nothing },
  });
  const sha256 = "a".repeat(64);
  library.follow({ kind: "snapshot", sha256, takenAt: 1, size: 100, counts: {} } as Announced);
  for (let turn = 0; turn < turnsEnough; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  haveCome();
  await library.settled();
  expect(asked).toEqual([`10.0.0.2 ${snapshotPath("b", sha256)}`]);
  await library.close();
});
