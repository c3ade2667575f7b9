/**
 * Wrong PINs at this desk: five lock a user for a minute, each further one for twice as long. A try counts as wrong,
 * on disk, before its PIN is checked, so that neither a restart nor a pulled plug gives one more.
 */
import { createHash } from "node:crypto";
import type { Clock, Vault } from "../ports.ts";

export const FREE_TRIES = 5;
const lockMs = 60_000;
const lockMsMax = 24 * 3_600_000;
const vaultName = "pin-tries.json";
/** Names that nobody has are counted too, so that they lock as others do; but not without end. */
const strangersMax = 64;

export interface Tries {
  /** How long this user's PIN can't be checked here, ms. */
  waitMs(user: Subject): number;
  /** Counts a try as wrong; resolves when that is on disk. */
  begin(user: Subject): Promise<void>;
  /** The try that was begun was right: the count starts anew. */
  succeed(user: Subject): Promise<void>;
  /** Wrong tries that were not told yet; from now on they are. Resolves when that is on disk: a restart tells none twice. */
  takeUntold(user: Subject): Promise<number>;
}

export interface Subject {
  /** `userKey` of what was typed. */
  readonly key: string;
  readonly isKnown: boolean;
  /** Changes when somebody unlocks the user or gives them a new PIN. */
  readonly unlocks: number;
}

interface Count {
  wrong: number;
  told: number;
  isKnown: boolean;
  unlocks: number;
  /** Wall time, for after a restart; and this process's own, which nobody can set. */
  untilMs: number;
  until: number;
}

/** `untilMs` of a wall clock that was set back would lock for years: never longer than the lock itself. */
function readCount(value: unknown, clock: Clock): Count | null {
  const { wrong, told, isKnown, unlocks, untilMs } = (value ?? {}) as Record<string, unknown>;
  const numbers = [wrong, told, unlocks, untilMs];
  if (!numbers.every((one) => typeof one === "number" && Number.isSafeInteger(one) && one >= 0)) return null;
  const count = { wrong, told, unlocks, untilMs } as {
    [K in "wrong" | "told" | "unlocks" | "untilMs"]: number;
  };
  const left = Math.min(Math.max(0, count.untilMs - clock.now()), lockOf(count.wrong));
  return { ...count, isKnown: isKnown === true, until: clock.monotonic() + left };
}

export async function openTries(options: {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly onTrouble: (text: string) => void;
}): Promise<Tries> {
  const { vault, clock } = options;
  const counts = new Map<string, Count>();
  await load();

  async function load(): Promise<void> {
    const text = await vault.read(vaultName);
    if (text === null) return;
    try {
      for (const [name, value] of Object.entries((JSON.parse(text) ?? {}) as object)) {
        const count = readCount(value, clock);
        if (count) counts.set(name, count);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      options.onTrouble("What was kept of wrong PINs can't be read: counted anew.");
    }
  }

  function save(): Promise<void> {
    const kept = [...counts].map(([name, { until: _, ...count }]) => [name, count]);
    return vault.write(vaultName, `${JSON.stringify(Object.fromEntries(kept))}\n`);
  }

  function find(user: Subject): Count | undefined {
    const count = counts.get(nameOf(user.key));
    return count?.unlocks === user.unlocks ? count : undefined;
  }

  function dropStrangers(): void {
    const strangers = [...counts].filter(([, count]) => !count.isKnown);
    for (const [name] of strangers.slice(0, Math.max(0, strangers.length - strangersMax)))
      counts.delete(name);
  }

  return {
    waitMs: (user) => Math.max(0, (find(user)?.until ?? 0) - clock.monotonic()),
    async begin(user) {
      const before = find(user);
      const wrong = (before?.wrong ?? 0) + 1;
      const lock = lockOf(wrong);
      const name = nameOf(user.key);
      // Put at the end: who was tried last is dropped last.
      counts.delete(name);
      counts.set(name, {
        wrong,
        told: before?.told ?? 0,
        isKnown: user.isKnown,
        unlocks: user.unlocks,
        untilMs: lock === 0 ? 0 : clock.now() + lock,
        until: lock === 0 ? 0 : clock.monotonic() + lock,
      });
      dropStrangers();
      await save();
    },
    async succeed(user) {
      counts.delete(nameOf(user.key));
      await save();
    },
    async takeUntold(user) {
      const count = find(user);
      if (!count) return 0;
      const untold = count.wrong - count.told;
      count.told = count.wrong;
      await save();
      return untold;
    },
  };
}

function lockOf(wrong: number): number {
  return wrong < FREE_TRIES ? 0 : Math.min(lockMs * 2 ** (wrong - FREE_TRIES), lockMsMax);
}

/** Somebody types a PIN where the initials belong: what was typed is not kept. */
function nameOf(key: string): string {
  return createHash("sha256").update(`deskmesh-tries-1\n${key}`).digest("hex").slice(0, 24);
}
