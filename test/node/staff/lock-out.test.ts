/** Guessing PINs at two desks, with restarts, cuts and waiting: never more tries than the rule. */

import { describe, expect, test } from "vitest";
import type { BranchEntry, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import { BRANCH_WRONG_MAX } from "../../../src/crdt/circulation/staff-state.ts";
import type { Staff } from "../../../src/node/desk/desk.ts";
import type { DeskParts } from "../../../src/node/desk/parts.ts";
import { openStaff } from "../../../src/node/desk/staff.ts";
import type { Vault } from "../../../src/node/ports.ts";
import {
  createManualClock,
  createMemoryVault,
  createSeededRandom,
  type ManualClock,
} from "../../../src/node/ports-memory.ts";
import { realClock } from "../../../src/node/real-ports.ts";
import { FREE_TRIES, openTries } from "../../../src/node/staff/tries.ts";
import { foldAdmitted } from "../../crdt/circulation/branch-entries.ts";
import * as fc from "../../properties.ts";

const minuteMs = 60_000;
const PIN = "right-pin";
/** Cheap to check, so that a hundred sequences take seconds. */
const proof = await cheapProof();

async function cheapProof() {
  const { scryptSync } = await import("node:crypto");
  const salt = "salt-of-the-tests-----";
  const hash = scryptSync(PIN, salt, 32, { N: 1024, r: 1, p: 1 }).toString("base64url");
  return { cost: 10, blockSize: 1, salt, hash };
}

interface TestDesk {
  readonly name: string;
  readonly vault: Vault;
  readonly held: Map<string, BranchEntry>;
  staff: Staff;
  restart(): Promise<void>;
}

async function createTestDesk(name: string, clock: ManualClock): Promise<TestDesk> {
  const held = new Map<string, BranchEntry>();
  const vault = createMemoryVault();
  let seq = 0;
  const ledger = {
    get branch() {
      return foldAdmitted([...held.values()]);
    },
    async appendBranch(fact: BranchFact) {
      const entry = { ms: clock.now(), n: 0, desk: name, run: "r", seq: seq++, at: clock.now(), fact };
      held.set(`${name} ${entry.seq}`, entry);
      return entry;
    },
  };
  let starts = 0;
  /** As the process of one start has it: once that is gone, nothing of it gets to the disk. */
  const ownVault = (): Vault => {
    const start = ++starts;
    const never = () => new Promise<void>(() => undefined);
    return { ...vault, write: (file, text) => (start === starts ? vault.write(file, text) : never()) };
  };
  const random = createSeededRandom(name);
  const parts = { clock, random, ledger, log: () => undefined } as unknown as DeskParts;
  const desk: TestDesk = {
    name,
    vault,
    held,
    staff: await openStaff(parts, ownVault()),
    async restart() {
      desk.staff = await openStaff(parts, ownVault());
    },
  };
  return desk;
}

async function createTwoDesks() {
  const clock = createManualClock(1_000_000);
  const desks = [await createTestDesk("a", clock), await createTestDesk("b", clock)] as const;
  const user: BranchFact = { kind: "user", user: "mk", role: "supervisor", pin: proof, disabled: false };
  const first = { ms: 0, n: 0, desk: "a", run: "0", seq: 0, at: 0, fact: user };
  for (const { held } of desks) held.set("first", first);
  const sync = () => {
    const [one, two] = desks;
    for (const [key, entry] of [...one.held, ...two.held]) {
      one.held.set(key, entry);
      two.held.set(key, entry);
    }
  };
  return { clock, desks, sync };
}

type Step =
  | { readonly kind: "try"; readonly desk: 0 | 1; readonly right: boolean }
  | { readonly kind: "restart"; readonly desk: 0 | 1 }
  | { readonly kind: "wait"; readonly minutes: number };

const desk = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("try" as const),
      desk,
      right: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), desk }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      minutes: fc.constantFrom(0.5, 1, 2, 5, 20, 70),
    }),
  },
);

describe("any sequence of PINs over two desks and restarts", () => {
  test.each([true, false])("gives no more tries than the rule (linked: %s)", async (isLinked) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, desks, sync } = await createTwoDesks();
        /** The rule said once more: per desk, wrong ones since a right one, and until when it is locked. */
        const rule = desks.map(() => ({ wrong: 0, until: 0 }));
        let branch = 0;
        for (const each of steps) {
          if (each.kind === "wait") clock.advance(each.minutes * minuteMs);
          if (each.kind === "restart") await desks[each.desk].restart();
          if (each.kind !== "try") continue;
          const own = rule[each.desk]!;
          const answer = await desks[each.desk].staff.signIn("mk", each.right ? PIN : "wrong-pin");
          if (isLinked) sync();
          if (answer.kind === "locked") {
            // Nobody is kept out without a reason either.
            expect(own.until > clock.now() || !isLinked || branch >= BRANCH_WRONG_MAX).toBe(true);
            continue;
          }
          expect(own.until).toBeLessThanOrEqual(clock.now());
          if (isLinked) expect(branch).toBeLessThan(BRANCH_WRONG_MAX);
          expect(answer.kind).toBe(each.right ? "signed-in" : "wrong");
          if (each.right) {
            own.wrong = 0;
            branch = 0;
            continue;
          }
          own.wrong += 1;
          branch += 1;
          if (own.wrong >= FREE_TRIES) own.until = clock.now() + minuteMs * 2 ** (own.wrong - FREE_TRIES);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a restart tells the branch of no try twice", async () => {
    const { desks } = await createTwoDesks();
    const [one] = desks;
    for (let n = 0; n < 3; n++) {
      await one.staff.signIn("mk", "wrong-pin");
      await one.restart();
    }
    const told = [...one.held.values()].flatMap(({ fact }) => (fact.kind === "lock" ? [fact.wrong] : []));
    expect(told).toEqual([1, 1, 1]);
  });

  test("a plug that is pulled while a PIN is checked gives no try", async () => {
    const { desks } = await createTwoDesks();
    const [one] = desks;
    for (let n = 0; n < FREE_TRIES; n++) {
      // The answer is never seen: the process is gone before it.
      void one.staff.signIn("mk", "wrong-pin");
      await new Promise((resolve) => setImmediate(resolve));
      await one.restart();
    }
    expect((await one.staff.signIn("mk", PIN)).kind).toBe("locked");
  });

  test("a clock that is set back locks no longer than the rule; a supervisor unlocks at once", async () => {
    const { clock, desks, sync } = await createTwoDesks();
    const [one, two] = desks;
    for (let n = 0; n < FREE_TRIES; n++) await one.staff.signIn("mk", "wrong-pin");
    clock.setWall(0);
    await one.restart();
    const locked = await one.staff.signIn("mk", PIN);
    expect(locked.kind === "locked" && locked.retryAfterMs).toBeLessThanOrEqual(minuteMs);
    clock.setWall(2_000_000);
    expect((await two.staff.change({ user: "MK", unlock: true }, "zz")).kind).toBe("done");
    sync();
    expect((await one.staff.signIn("MK", PIN)).kind).toBe("signed-in");
  });

  test("names that nobody has lock as others do, and what was typed is not kept", async () => {
    const { desks } = await createTwoDesks();
    const [one] = desks;
    for (let n = 0; n < FREE_TRIES; n++)
      expect((await one.staff.signIn("4711-secret", "wrong-pin")).kind).toBe("wrong");
    expect((await one.staff.signIn("4711-secret", "wrong-pin")).kind).toBe("locked");
    const tries = await openTries({ vault: one.vault, clock: realClock, onTrouble: () => undefined });
    for (let n = 0; n < 200; n++) await tries.begin({ key: `nobody-${n}`, isKnown: false, unlocks: 0 });
    const kept = (await one.vault.read("pin-tries.json")) ?? "";
    expect(kept).not.toMatch(/4711|secret|nobody/);
    expect(kept.length).toBeLessThan(20_000);
    expect([...one.held.values()].some(({ fact }) => fact.kind === "lock")).toBe(false);
  });
});
