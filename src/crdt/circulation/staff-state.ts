/**
 * The fold of what `branch` says of staff. Total, and a function of the facts in the order of the log: `add` takes
 * them in that order.
 */
import { type PinProof, type Role, type StaffFact, userKey } from "./staff-fact.ts";

/** So many wrong PINs in the branch, without a right one between, lock a user at every desk. */
export const BRANCH_WRONG_MAX = 10;

export interface StaffUser {
  readonly user: string;
  readonly role: Role;
  readonly pin: PinProof;
  readonly disabled: boolean;
}

export interface StaffState {
  /** By `userKey`. */
  readonly users: ReadonlyMap<string, StaffUser>;
  /** Wrong PINs since the last right one, by `userKey`; none: 0. */
  readonly wrong: ReadonlyMap<string, number>;
  /** Locked at every desk until somebody unlocks, by `userKey`. */
  readonly locked: ReadonlySet<string>;
  /** How often somebody unlocked a user or gave them a new PIN, by `userKey`: tries of before count no more. */
  readonly unlocks: ReadonlyMap<string, number>;
  readonly recovery?: string;
  readonly openDesks: boolean;
  /** 0: an outage's longest loan and a week. */
  readonly retentionDays: number;
}

export interface StaffFold {
  add(fact: StaffFact): void;
  readonly state: StaffState;
}

export function createStaffFold(): StaffFold {
  const users = new Map<string, StaffUser>();
  const wrong = new Map<string, number>();
  const locked = new Set<string>();
  const unlocks = new Map<string, number>();
  let recovery: string | undefined;
  let openDesks = true;
  let retentionDays = 0;

  function unlock(key: string): void {
    wrong.delete(key);
    locked.delete(key);
    unlocks.set(key, (unlocks.get(key) ?? 0) + 1);
  }

  return {
    add(fact) {
      switch (fact.kind) {
        case "user": {
          const { kind: _, ...user } = fact;
          const key = userKey(user.user);
          // A new PIN is a new lock: what was guessed about the old one says nothing.
          if (users.get(key)?.pin.hash !== user.pin.hash) unlock(key);
          users.set(key, user);
          break;
        }
        case "lock": {
          const key = userKey(fact.user);
          if (fact.wrong === 0) {
            wrong.delete(key);
            break;
          }
          const sum = (wrong.get(key) ?? 0) + fact.wrong;
          wrong.set(key, sum);
          if (sum >= BRANCH_WRONG_MAX) locked.add(key);
          break;
        }
        case "unlock":
          unlock(userKey(fact.user));
          break;
        case "recovery":
          recovery = fact.hash;
          break;
        case "settings":
          openDesks = fact.openDesks ?? openDesks;
          retentionDays = fact.retentionDays ?? retentionDays;
          break;
      }
    },
    get state() {
      const settings = { openDesks, retentionDays };
      return { users, wrong, locked, unlocks, ...(recovery === undefined ? {} : { recovery }), ...settings };
    },
  };
}
