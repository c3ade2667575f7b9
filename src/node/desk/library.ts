/**
 * What the ILS knew: the snapshot in force at this desk, its import here, and fetching it from a desk that has it.
 * The branch document says which snapshot is in force; a desk uses it once it is whole here, and until then the one
 * it has.
 */
import { type BranchState, snapshotsOfOpenBatches } from "../../crdt/circulation/branch-state.ts";
import type { Known } from "../../crdt/circulation/snapshot.ts";
import { withRoom } from "../heap.ts";
import type { SnapshotView } from "../http/api.ts";
import type { Clock, Wire } from "../ports.ts";
import { packRange, receivePack } from "../snapshot/fetch.ts";
import { type ImportResult, importSnapshot } from "../snapshot/import.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { SnapshotMeta, SnapshotStore } from "../snapshot/snapshot-store.ts";
import { openSource } from "../snapshot/source.ts";
import { openUpload, type UploadedFile } from "../snapshot/upload.ts";
import { type LendingRules, loadLendingRules } from "./lending-rules.ts";

export interface LibraryEvents {
  /** Another snapshot is in use, or its state changed. */
  readonly onChanged: () => void;
  /** `of` 0: it is over, however it went. */
  readonly onProgress: (task: string, done: number, of: number | undefined, text: string) => void;
  readonly onTrouble: (text: string) => void;
}

export interface LibraryOptions {
  readonly branchId: string;
  readonly store: SnapshotStore;
  readonly wire: Wire;
  readonly clock: Clock;
  /** Addresses of linked desks. */
  readonly sources: () => readonly {
    readonly host: string;
    readonly port: number;
    readonly fingerprint: string;
  }[];
  /** Resolves when what was recorded has come from other desks, or need not be waited for. */
  readonly entriesFirst: (isOver: () => boolean) => Promise<void>;
  /** Its batches say which snapshots are still to be read, though no longer in force. */
  readonly branch: () => BranchState;
  readonly events: LibraryEvents;
}

type Announced = NonNullable<BranchState["snapshot"]>;

/** The path of a folder or file on this PC, or a file as it is uploaded. */
export type SnapshotOrigin = string | UploadedFile;

export interface Library {
  /** In use here; null without any. */
  readonly current: Snapshot | null;
  /** The branch document said which snapshot is in force, or a desk was linked: look whether something is to be done. */
  follow(announced: Announced | undefined): void;
  /** A folder, or a file: a zip, a block list, or Koha's `borrowers.db`. */
  import(from: SnapshotOrigin): Promise<ImportResult>;
  /** Something was purged: resolves when nothing but the snapshot in force, and what batches need, is left. */
  forget(): Promise<void>;
  /** Resolves when no change-over is under way. */
  settled(): Promise<void>;
  /** Those that are whole here. */
  held(): readonly SnapshotMeta[];
  /** The snapshot of that hash, if it is whole here. */
  open(sha256: string): Promise<Snapshot | null>;
  /** What the snapshot in use says of a scan's patron and item. */
  known(patron: string | undefined, item: string | undefined): Promise<Known>;
  isPatron(barcode: string): Promise<boolean>;
  /** Policy and calendar of the snapshot in use, compiled once. */
  rules(timezone: string, branchCode: string): Promise<LendingRules>;
  /** Starts to read from the disk what the patron's view will need; a failure shows where that is asked for. */
  readAhead(patron: string): void;
  view(rfc3339: (ms: number) => string): SnapshotView | undefined;
  /** Serves `<prefix>/<sha256>` to other desks. */
  serve(path: string, from: number): AsyncIterable<Uint8Array> | null;
  close(): Promise<void>;
}

const retryAfterMs = 2_000;
const underWay = "Another snapshot is being read at this desk. Try again when that is done.";

export function snapshotPath(branchId: string, sha256: string): string {
  return `/deskmesh/1/${branchId}/snapshot/${sha256}`;
}

export function createLibrary(options: LibraryOptions): Library {
  const { store, events, clock } = options;
  let current: Snapshot | null = null;
  let announced: Announced | undefined;
  let fetching: Promise<void> | null = null;
  let cancelRetry: (() => void) | null = null;
  let closed = false;
  let importing = false;
  /** Imported here and not in force yet: it may be older than the one that is. */
  const toCome = new Set<string>();
  let rules: { readonly key: string; readonly loaded: Promise<LendingRules> } | undefined;

  async function use(sha256: string): Promise<void> {
    const snapshot = await store.open(sha256);
    if (!snapshot || closed) return;
    current = snapshot;
    toCome.delete(sha256);
    events.onChanged();
    // Else the first search would wait for its index.
    snapshot.prepareSearch().catch((why: unknown) => {
      if (!closed) events.onTrouble(`The snapshot can't be searched: ${String(why)}`);
    });
  }

  /**
   * Patron data that nobody needs any more is destroyed: of the older ones the last one stays, to go back to, until
   * something is purged. Then whatever isn't in force goes, also what never became whole.
   */
  async function removeOld(): Promise<void> {
    const inForce = current?.meta;
    if (!inForce || closed || inForce.sha256 !== announced?.sha256) return;
    const branch = options.branch();
    const needed = new Set([inForce.sha256, ...toCome, ...snapshotsOfOpenBatches(branch)]);
    const older = store
      .held()
      .filter(({ sha256, takenAt }) => sha256 !== inForce.sha256 && takenAt <= inForce.takenAt)
      .filter(({ sha256 }) => !toCome.has(sha256))
      .toSorted((a, b) => b.takenAt - a.takenAt);
    const goes = branch.purges.forgetsReplaced
      ? await store.stored()
      : older.slice(1).map(({ sha256 }) => sha256);
    for (const sha256 of goes) {
      if (closed) return;
      if (!needed.has(sha256)) await store.remove(sha256);
    }
  }

  /** From one linked desk after the other, going on where it stopped. */
  async function fetchFrom(wanted: Announced): Promise<void> {
    await options.entriesFirst(() => closed);
    for (const source of options.sources()) {
      if (closed) return;
      const path = snapshotPath(options.branchId, wanted.sha256);
      const result = await receivePack({
        sha256: wanted.sha256,
        size: wanted.size,
        store,
        readRange: (from) => options.wire.fetch({ ...source, path }, from),
        onProgress: ({ done, of }) =>
          events.onProgress("snapshot", done, of, "Fetching patron data from another desk"),
      });
      if (result.kind === "received") return use(wanted.sha256);
      if (result.kind === "wrong-bytes")
        events.onTrouble(`A desk sent another snapshot than it promised: ${result.text}`);
    }
  }

  function turn(): void {
    const wanted = announced;
    if (!wanted || closed || current?.meta.sha256 === wanted.sha256 || fetching) return;
    const held = store.held().some((meta) => meta.sha256 === wanted.sha256);
    void occupy((held ? use(wanted.sha256) : fetchFrom(wanted)).then(removeOld));
  }

  /** One thing at a time. */
  function occupy(work: Promise<void>): Promise<void> {
    fetching = work
      .catch((why: unknown) => events.onTrouble(`The snapshot could not be taken over: ${String(why)}`))
      .finally(() => {
        fetching = null;
        cancelRetry?.();
        if (!closed && current?.meta.sha256 !== announced?.sha256)
          cancelRetry = clock.after(retryAfterMs, turn);
      });
    return fetching;
  }

  return {
    get current() {
      return current;
    },
    follow(next) {
      announced = next;
      turn();
    },
    async import(from) {
      if (importing) return { kind: "refused", text: underWay, report: [] };
      importing = true;
      try {
        const result = await withRoom("much", () =>
          importSnapshot({
            open: () => (typeof from === "string" ? openSource(from) : openUpload(store, from)),
            store,
            clock,
            base: current,
            onProgress: ({ done, of, text }) => events.onProgress("import", done, of, text),
          }),
        );
        if (result.kind === "imported" && result.sha256 !== current?.meta.sha256) toCome.add(result.sha256);
        return result;
      } finally {
        importing = false;
        events.onProgress("import", 0, 0, "");
      }
    },
    async forget() {
      while (fetching) await fetching;
      await occupy(removeOld());
    },
    async settled() {
      while (fetching) await fetching;
    },
    held: () => store.held(),
    open: (sha256) => store.open(sha256),
    known: (patron, item) => lookUp(current, patron, item),
    isPatron: async (barcode) => (await current?.patron(barcode)) != null,
    rules(timezone, branchCode) {
      const key = `${current?.meta.sha256} ${timezone} ${branchCode}`;
      if (rules?.key === key) return rules.loaded;
      const loaded = loadLendingRules(current, timezone, branchCode);
      rules = { key, loaded };
      loaded.then(
        ({ trouble }) => trouble !== undefined && events.onTrouble(trouble),
        // The disk failed: asked again at the next scan, which hears of it.
        () => (rules = undefined),
      );
      return loaded;
    },
    readAhead(patron) {
      if (current?.isInMemory) return;
      const titles = current?.loansOf(patron).then((loans) => {
        for (const loan of loans) quietly(current?.item(loan.item));
      });
      quietly(titles);
      quietly(current?.holdsOfPatron(patron));
    },
    view(rfc3339) {
      const meta = current?.meta ?? announcedToMeta(announced);
      if (!meta) return undefined;
      const state = current ? "in-force" : fetching && options.sources().length > 0 ? "fetching" : "missing";
      return {
        sha256: meta.sha256,
        takenAt: rfc3339(meta.takenAt),
        ageHours: Math.max(0, Math.floor((clock.now() - meta.takenAt) / 3_600_000)),
        patrons: meta.counts.patron ?? 0,
        items: meta.counts.item ?? 0,
        loans: meta.counts.loan ?? 0,
        holds: meta.counts.hold ?? 0,
        state,
      };
    },
    serve(path, from) {
      const prefix = snapshotPath(options.branchId, "");
      const sha256 = path.startsWith(prefix) ? path.slice(prefix.length) : "";
      return store.held().some((meta) => meta.sha256 === sha256) ? packRange(store, sha256, from) : null;
    },
    async close() {
      closed = true;
      cancelRetry?.();
      await fetching;
      await store.close();
    },
  };
}

/** For what is read ahead: whoever needs it asks again, and hears of the failure then. */
function quietly(reading: Promise<unknown> | undefined): void {
  reading?.catch(() => undefined);
}

/** What the branch document says of a snapshot that isn't here. */
function announcedToMeta(
  announced: Announced | undefined,
): { sha256: string; takenAt: number; counts: Partial<SnapshotMeta["counts"]> } | null {
  return announced
    ? { sha256: announced.sha256, takenAt: announced.takenAt, counts: announced.counts }
    : null;
}

async function lookUp(snapshot: Snapshot | null, patron?: string, item?: string): Promise<Known> {
  if (!snapshot) return {};
  const { sha256, takenAt, files } = snapshot.meta;
  const [patronRecord, itemRecord, loan] = await Promise.all([
    patron === undefined ? undefined : snapshot.patron(patron),
    item === undefined ? undefined : snapshot.item(item),
    item === undefined ? undefined : snapshot.loanOf(item),
  ]);
  const holds = item === undefined ? [] : await snapshot.holdsOfItem(item, itemRecord?.titleId ?? "");
  return {
    snapshot: {
      sha256,
      takenAt,
      hasPatrons: files.includes("patron"),
      hasItems: files.includes("item"),
      hasLoans: files.includes("loan"),
    },
    ...(patronRecord === undefined ? {} : { patron: patronRecord }),
    ...(itemRecord === undefined ? {} : { item: itemRecord }),
    ...(loan === undefined ? {} : { loan }),
    holds,
  };
}
