/**
 * The fold of this desk's log, and folding it anew when a retirement reaches back behind entries that have counted: a
 * slice at a time beside the one in use, so that no scan waits for it, and in its place once it is whole.
 */
import { type Change, createFold, type Fold, type Twin } from "../../crdt/circulation/fold.ts";
import type { Touched } from "../../crdt/circulation/late-lines.ts";
import type { Recorded } from "../../crdt/circulation/transaction.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import type { Appended } from "../log/journal.ts";
import type { Clock } from "../ports.ts";

export interface Folding {
  readonly fold: Fold;
  /** Feeds `<document> <desk>/<run>` that ended with `done`. */
  readonly finished: ReadonlySet<string>;
  /** `null`: they are only folded anew, and nobody needs to be told. */
  add(facts: readonly Recorded[]): Change | null;
  addTwin(twin: Twin): void;
  /** Of an outage that goes. */
  forgetTwins(outage: number): void;
  finish(feed: string): void;
  /**
   * An own fact on its way to the disk: whatever is judged from now on is judged against it (L7). It is folded when `fold`
   * is next asked for, which as a rule is while the disk works.
   */
  append(recorded: Recorded, appended: Pick<Appended, "stored" | "durable">): void;
  /** What was never acknowledged must not go on as a row and a loan. */
  forgetUnsaved(): void;
  /** `replay` delivers all entries again, some with each step; another one begun meanwhile takes its place. */
  rebuild(replay: Iterable<void>): void;
  /** Tells all that the fold in use is given, until what it returns is called; another fold has begun with all of it. */
  watch(told: (touched: Touched) => void): () => void;
  /** Resolves when nothing is being folded anew. */
  settled(): Promise<void>;
  stop(): void;
}

interface Folded {
  fold: Fold;
  readonly finished: Set<string>;
}

/** A scan may wait so long for a slice, and a little more for the slice's own last step. */
const sliceMs = 5;

export function createFolding(clock: Clock, onRebuilt: () => void): Folding {
  let current = createFolded();
  let next: Folded | null = null;
  let replaying = false;
  let waiting: (() => void)[] = [];
  let twins: Twin[] = [];
  const watchers = new Set<(touched: Touched) => void>();
  const unsaved = new Set<Recorded>();
  /** Appended here and not in the documents yet, out of which everything is folded anew. */
  const onTheWay = new Set<Recorded>();
  /** Appended, and not in the fold yet. */
  let toFold: Recorded[] = [];

  function foldAppended(): void {
    if (toFold.length === 0) return;
    const appended = toFold;
    toFold = [];
    take(appended);
  }

  function take(facts: readonly Recorded[]): Change {
    const change = current.fold.add(facts);
    for (const told of watchers) told({ facts, change });
    return change;
  }

  function goOn(steps: Iterator<void>, making: Folded): void {
    if (next !== making) return;
    const until = clock.monotonic() + sliceMs;
    let done: boolean | undefined = false;
    replaying = true;
    try {
      do done = steps.next().done;
      while (!done && clock.monotonic() < until);
    } finally {
      replaying = false;
    }
    if (!done) {
      clock.after(0, () => goOn(steps, making));
      return;
    }
    for (const twin of twins) making.fold.addTwin(twin);
    making.fold.add([...onTheWay]);
    toFold = [];
    current = making;
    end();
    onRebuilt();
  }

  function end(): void {
    next = null;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  return {
    get fold() {
      foldAppended();
      return current.fold;
    },
    get finished() {
      return current.finished;
    },
    add(facts) {
      if (replaying) {
        next!.fold.add(facts);
        return null;
      }
      next?.fold.add(facts);
      foldAppended();
      return take(facts);
    },
    addTwin(twin) {
      twins.push(twin);
      current.fold.addTwin(twin);
    },
    forgetTwins(outage) {
      twins = twins.filter((twin) => twin.outage !== outage);
    },
    finish(feed) {
      next?.finished.add(feed);
      if (!replaying) current.finished.add(feed);
    },
    append(recorded, { stored, durable }) {
      toFold.push(recorded);
      unsaved.add(recorded);
      onTheWay.add(recorded);
      // A failure is told by the journal's `onFault`, whose hearer takes back what was not saved.
      stored.then(
        () => unsaved.delete(recorded),
        () => undefined,
      );
      durable.then(
        () => onTheWay.delete(recorded),
        () => undefined,
      );
    },
    forgetUnsaved() {
      if (unsaved.size === 0) return;
      foldAppended();
      const saved = current.fold.all().filter((one) => !unsaved.has(one));
      current.fold = newFold();
      current.fold.add(saved);
      for (const twin of twins) current.fold.addTwin(twin);
      for (const one of unsaved) onTheWay.delete(one);
      unsaved.clear();
    },
    rebuild(replay) {
      next = createFolded();
      goOn(replay[Symbol.iterator](), next);
    },
    settled: () => (next ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    watch(told) {
      watchers.add(told);
      return () => void watchers.delete(told);
    },
    stop: end,
  };
}

function createFolded(): Folded {
  return { fold: newFold(), finished: new Set() };
}

function newFold(): Fold {
  return createFold({ hash: (text) => sha256Hex(text).slice(0, 16) });
}
