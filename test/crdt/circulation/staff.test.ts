import { describe, expect, test } from "vitest";
import {
  type BranchEntry,
  type BranchFact,
  branchFactToBody,
  parseBranchFact,
} from "../../../src/crdt/circulation/branch-fact.ts";
import {
  isUserName,
  parseStaffFact,
  type StaffFact,
  staffFactToBody,
  userKey,
} from "../../../src/crdt/circulation/staff-fact.ts";
import { BRANCH_WRONG_MAX } from "../../../src/crdt/circulation/staff-state.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

const proof = fc.record({
  cost: fc.integer({ min: 10, max: 17 }),
  blockSize: fc.integer({ min: 1, max: 8 }),
  salt: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
  hash: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/),
});
/** Few names, in both cases, so that facts meet. */
const user = fc.constantFrom("MK", "mk", "ab", "Jörg.W");
const fact: fc.Arbitrary<StaffFact> = fc.oneof(
  fc.record({
    kind: fc.constant("user" as const),
    user,
    role: fc.constantFrom("staff" as const, "supervisor" as const),
    pin: proof,
    disabled: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("recovery" as const), hash: fc.stringMatching(/^[0-9a-f]{64}$/) }),
  fc.record({ kind: fc.constant("lock" as const), user, wrong: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ kind: fc.constant("unlock" as const), user }),
  fc.record({ kind: fc.constant("settings" as const), openDesks: fc.boolean() }),
);

function entry(of: BranchFact, ms: number, desk = "d", seq = ms): BranchEntry {
  return { ms, n: 0, desk, run: "r", seq, at: ms, fact: of };
}

const readable = (entries: readonly BranchEntry[]) => {
  const { users, wrong, locked, recovery, openDesks } = foldAdmitted(entries).staff;
  return { users: [...users], wrong: [...wrong], locked: [...locked], recovery, openDesks };
};

describe("staff in the branch document", () => {
  test("a fact is read back as it was written", () => {
    fc.assert(
      fc.property(fact, (one) => {
        expect(parseStaffFact(staffFactToBody(one))).toEqual(one);
        expect(parseBranchFact(JSON.parse(JSON.stringify(branchFactToBody(one))))).toEqual(one);
      }),
    );
  });

  test("anything else is no fact, and never a fault", () => {
    const kind = fc.constantFrom("user", "recovery", "lock", "unlock", "settings");
    const spoilt = fc
      .tuple(fact, fc.constantFrom("u", "r", "p", "x", "h", "n", "od"), fc.jsonValue())
      .map(([one, name, value]) => ({ ...staffFactToBody(one), [name]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), spoilt), kind, (body, k) => {
        for (const each of [body, { ...body, k }]) {
          const parsed = parseStaffFact(each);
          if (parsed) expect(parseStaffFact(staffFactToBody(parsed))).toEqual(parsed);
        }
      }),
      { numRuns: 1_000 },
    );
    const good = { k: "user", u: "mk", r: "staff", p: [15, 8, "a".repeat(22), "b".repeat(43)] };
    expect(parseStaffFact(good)).not.toBeNull();
    // A proof that would cost a gigabyte, or nothing, to check.
    expect(parseStaffFact({ ...good, p: [30, 8, "a".repeat(22), "b".repeat(43)] })).toBeNull();
    expect(parseStaffFact({ ...good, p: [1, 8, "a".repeat(22), "b".repeat(43)] })).toBeNull();
  });

  test("desks that hold the same facts hold the same staff, whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fact, fc.constantFrom("a", "b")), { maxLength: 20 }).chain((list) => {
          const entries = list.map(([one, desk], i) => entry(one, i >> 1, desk, i));
          return fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length }));
        }),
        ([entries, shuffled]) => {
          expect(readable(shuffled)).toEqual(readable(entries));
        },
      ),
    );
  });

  test("ten wrong PINs lock until somebody unlocks; a right one only starts the count anew", () => {
    const lock = (wrong: number): BranchFact => ({ kind: "lock", user: "mk", wrong });
    const stateAfter = (...facts: readonly BranchFact[]) =>
      foldAdmitted(facts.map((one, i) => entry(one, i))).staff;
    const nine = Array.from({ length: BRANCH_WRONG_MAX - 1 }, () => lock(1));
    expect(stateAfter(...nine).locked.has("mk")).toBe(false);
    expect(stateAfter(...nine, lock(0), lock(1)).locked.has("mk")).toBe(false);
    expect(stateAfter(...nine, lock(1)).locked.has("mk")).toBe(true);
    expect(stateAfter(...nine, lock(1), lock(0)).locked.has("mk")).toBe(true);
    expect(stateAfter(...nine, lock(1), { kind: "unlock", user: "MK" }).locked.has("mk")).toBe(false);
    const pin = { cost: 15, blockSize: 8, salt: "s".repeat(22), hash: "h".repeat(43) };
    const mk: BranchFact = { kind: "user", user: "MK", role: "staff", pin, disabled: false };
    const renewed: BranchFact = { ...mk, pin: { ...pin, hash: "i".repeat(43) } };
    expect(stateAfter(mk, ...nine, lock(1), { ...mk, role: "supervisor" }).locked.has("mk")).toBe(true);
    expect(stateAfter(mk, ...nine, lock(1), renewed).locked.has("mk")).toBe(false);
  });

  test("initials are enough to record unless the branch says otherwise", () => {
    expect(foldAdmitted([]).staff.openDesks).toBe(true);
    expect(foldAdmitted([entry({ kind: "settings", openDesks: false }, 1)]).staff.openDesks).toBe(false);
  });

  test("names are told apart as people do", () => {
    expect(["mk", "M.K-2_", "Žofie", "李"].every(isUserName)).toBe(true);
    for (const odd of ["", "m k", "a".repeat(21), "m\u0007", "<b>", "mk\n"])
      expect(isUserName(odd)).toBe(false);
    expect(userKey("MK")).toBe(userKey("mk"));
    expect(userKey("Zo\u0308e")).toBe(userKey("ZÖE"));
  });
});
