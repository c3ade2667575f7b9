/** Ports that stop working after a number of steps, as when the power goes: what was done stays, nothing more is. */
import type { LevelConstructor, LogFolders } from "../../../src/node/store/log-store.ts";

/** Calls that change nothing aren't steps. */
const reads = new Set(["names", "read", "get", "keys", "find", "locate", "condition", "doomed"]);

export interface Crashing {
  /** The same port, sharing its steps with all others that were wrapped here. */
  wrap<T extends object>(port: T): T;
  /** The power went before everything was done. */
  readonly crashed: boolean;
  /** Begins to count anew: so many steps from now on. */
  failAfter(steps: number): void;
  /** One step that no port makes; rejects when the power is gone. */
  step(): Promise<void>;
}

export function createCrashing(steps: number): Crashing {
  let left = steps;
  let crashed = false;
  const goesOn = (): boolean => {
    crashed ||= left-- <= 0;
    return !crashed;
  };
  const powerWent = (): Promise<never> => Promise.reject(new Error("the power went"));
  return {
    get crashed() {
      return crashed;
    },
    failAfter(next) {
      left = next;
    },
    step: async () => (goesOn() ? undefined : powerWent()),
    wrap: (port) =>
      new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          // A class among the members is no step.
          if (typeof member !== "function" || reads.has(String(name)) || /^[A-Z]/.test(String(name)))
            return member;
          return (...args: unknown[]) => (goesOn() ? Reflect.apply(member, target, args) : powerWent());
        },
      }),
  };
}

/** Runs `act` with the power going after 0, 1, 2 … steps, until it gets through; `check` sees what each left. */
export async function atEveryStep(
  act: (crashing: Crashing) => Promise<{ run: () => Promise<unknown>; check: () => Promise<void> }>,
): Promise<number> {
  for (let steps = 0; steps < 200; steps++) {
    const crashing = createCrashing(steps);
    const { run, check } = await act(crashing);
    await run().catch((error: unknown) => {
      if (!crashing.crashed) throw error;
    });
    await check();
    if (!crashing.crashed) return steps;
  }
  throw new Error("it never gets through");
}

/** The writes of LevelDB are steps, too. */
export function wrapFolders(folders: LogFolders, crashing: Crashing): LogFolders {
  function CrashingLevel(location: string, options: object): object {
    const database = new folders.Level(location, options);
    return new Proxy(database, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        const call = (...args: unknown[]): unknown => Reflect.apply(member, target, args);
        if (!["batch", "put", "del"].includes(String(name))) return call;
        return async (...args: unknown[]) => {
          await crashing.step();
          return call(...args);
        };
      },
    });
  }
  return { ...crashing.wrap(folders), Level: CrashingLevel as unknown as LevelConstructor };
}
