/**
 * Simulated time: one queue of events for a whole world, one after the other, each run to its end before the next.
 * A process has a clock of its own, which may be wrong, and dies with all that it still meant to do.
 *
 * y-websocket takes its timers from `globalThis`: while a world plays, those that a process asks for are simulated too.
 */
import type { Clock } from "../../src/node/ports.ts";

export interface Scheduler {
  /** ms since the world began. */
  readonly now: number;
  /** Of nobody in particular: the network's. */
  readonly clock: Clock;
  /** `wall`: what its PC's clock says at a time of the world. */
  start(wall: (now: number) => number): Process;
  /** Runs one event and whatever it makes possible at once; false: there is none until then. */
  step(until: number): Promise<boolean>;
  /** How much still waits for its time. */
  readonly waiting: number;
  /** What was thrown since where nobody caught it. */
  takeCrashes(): readonly unknown[];
  /** Gives the timers back. */
  end(): void;
}

export interface Process {
  readonly clock: Clock;
  readonly alive: boolean;
  /** When it goes on, if it stands still. */
  readonly stalledUntil: number;
  /** Runs it now, as something that happens to this process; later when it stands still, and never when it is gone. */
  run(act: () => void): void;
  /** As when the PC is busy or suspended: until that time of the world nothing of it runs. */
  stall(until: number): void;
  kill(): void;
}

interface Event {
  at: number;
  readonly order: number;
  readonly owner: Owner | null;
  readonly run: () => void;
  cancelled: boolean;
}

interface Owner {
  alive: boolean;
  stalledUntil: number;
  /** What came due meanwhile. */
  held: Event[];
  readonly after: Clock["after"];
}

const realImmediate = setImmediate;
const startMs = Date.UTC(2026, 10, 23, 8);

export function createScheduler(): Scheduler {
  const queue = createQueue();
  const crashes: unknown[] = [];
  let now = 0;
  let order = 0;
  let current: Owner | null = null;

  function schedule(owner: Owner | null, delayMs: number, run: () => void): () => void {
    const event = { at: now + Math.max(0, delayMs), order: order++, owner, run, cancelled: false };
    queue.push(event);
    return () => {
      event.cancelled = true;
    };
  }

  function release(owner: Owner): void {
    if (owner.stalledUntil > now) return;
    for (const event of owner.held.splice(0)) {
      event.at = now;
      queue.push(event);
    }
  }

  const onRejection = (why: unknown): void => void crashes.push(why);
  process.on("unhandledRejection", onRejection);
  const restoreTimers = replaceTimers(() => current);

  return {
    get now() {
      return now;
    },
    clock: {
      now: () => startMs + now,
      monotonic: () => now,
      after: (delayMs, run) => schedule(null, delayMs, run),
    },
    start(wall) {
      const startedAt = now;
      const owner: Owner = {
        alive: true,
        stalledUntil: 0,
        held: [],
        after: (delayMs, run) => (owner.alive ? schedule(owner, delayMs, run) : () => undefined),
      };
      return {
        clock: {
          now: () => Math.round(startMs + wall(now)),
          monotonic: () => now - startedAt,
          after: owner.after,
        },
        get stalledUntil() {
          return owner.stalledUntil;
        },
        get alive() {
          return owner.alive;
        },
        run(act) {
          if (owner.stalledUntil > now) owner.after(0, act);
          else if (owner.alive) {
            current = owner;
            act();
          }
        },
        stall(until) {
          owner.stalledUntil = until;
          if (until > now) schedule(null, until - now, () => release(owner));
          else release(owner);
        },
        kill() {
          owner.alive = false;
        },
      };
    },
    async step(until) {
      for (;;) {
        const event = queue.peek();
        if (!event || event.at > until) {
          now = Math.max(now, until);
          return false;
        }
        queue.pop();
        const { owner } = event;
        if (event.cancelled || owner?.alive === false) continue;
        if (owner && owner.stalledUntil > Math.max(now, event.at)) {
          owner.held.push(event);
          continue;
        }
        now = event.at;
        current = owner;
        try {
          event.run();
        } catch (why) {
          crashes.push(why);
        }
        // All that is ready goes on before the next immediate: nothing here waits for the real world.
        await new Promise<void>((resolve) => realImmediate(resolve));
        current = null;
        return true;
      }
    },
    get waiting() {
      return queue.count(({ cancelled }) => !cancelled);
    },
    takeCrashes: () => crashes.splice(0),
    end() {
      restoreTimers();
      process.off("unhandledRejection", onRejection);
    },
  };
}

/** Timers that a process asks for are the world's; all others stay real. */
function replaceTimers(current: () => Owner | null): () => void {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  class Timer {
    cancel: () => void = () => undefined;
  }
  function repeat(timer: Timer, owner: Owner, delayMs: number, run: () => void): void {
    timer.cancel = owner.after(delayMs, () => {
      repeat(timer, owner, delayMs, run);
      run();
    });
  }
  const clear = (otherwise: (timer: never) => void) => (timer: unknown) => {
    if (timer instanceof Timer) timer.cancel();
    else otherwise(timer as never);
  };
  const simulated = {
    setTimeout(run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) {
      const owner = current();
      if (!owner) return real.setTimeout(run, delayMs, ...args);
      const timer = new Timer();
      timer.cancel = owner.after(delayMs, () => run(...args));
      return timer;
    },
    setInterval(run: () => void, delayMs: number) {
      const owner = current();
      if (!owner) return real.setInterval(run, delayMs);
      const timer = new Timer();
      repeat(timer, owner, delayMs, run);
      return timer;
    },
    clearTimeout: clear(real.clearTimeout),
    clearInterval: clear(real.clearInterval),
  };
  Object.assign(globalThis, simulated);
  return () => void Object.assign(globalThis, real);
}

/** A binary heap: earliest first; of two at once, the one asked for first. */
function createQueue() {
  const heap: Event[] = [];
  const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  function sink(event: Event): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(event, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = event;
  }

  return {
    peek: (): Event | undefined => heap[0],
    count: (holds: (event: Event) => boolean): number => heap.filter(holds).length,
    push(event: Event): void {
      let at = heap.length;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (before(heap[parent]!, event)) break;
        heap[at] = heap[parent]!;
        at = parent;
      }
      heap[at] = event;
    },
    pop(): void {
      const last = heap.pop();
      if (last && heap.length > 0) sink(last);
    },
  };
}
