/** Staff as acts of a desk: who may sign in, who is locked, and the entries of `branch` that change it. */
import { timingSafeEqual } from "node:crypto";
import { isUserName, userKey } from "../../crdt/circulation/staff-fact.ts";
import type { StaffState, StaffUser } from "../../crdt/circulation/staff-state.ts";
import type { StaffView } from "../http/api.ts";
import type { Vault } from "../ports.ts";
import { createGate } from "../staff/gate.ts";
import { checkPin, isPin, provePin } from "../staff/pin.ts";
import { drawRecoveryCode, recoveryCodeToHash } from "../staff/recovery-code.ts";
import { openTries, type Subject } from "../staff/tries.ts";
import type { Answer, RecoveryForm, Refusal, SignIn, Staff, StaffChange } from "./desk.ts";
import type { DeskParts } from "./parts.ts";
import { changeSettings, viewSettings } from "./settings.ts";

/** Names that stand in the log for what no person did. */
const reserved: ReadonlySet<string> = new Set(["operator", "recovery"]);

export async function openStaff(parts: DeskParts, vault: Vault): Promise<Staff> {
  const { clock, ledger, log } = parts;
  const tries = await openTries({ vault, clock, onTrouble: log });
  const gate = createGate();
  const now = (): StaffState => ledger.branch.staff;

  function subjectOf(key: string): Subject {
    return { key, isKnown: now().users.has(key), unlocks: now().unlocks.get(key) ?? 0 };
  }

  /** Peers are told behind the answer: who waits for it learns nothing from how long that takes. */
  function tellWrong(user: string, wrong: number): void {
    ledger
      .appendBranch({ kind: "lock", user, wrong })
      .catch(() => log("A wrong PIN could not be told to the other desks."));
  }

  async function signIn(user: string, pin: string): Promise<SignIn> {
    const key = userKey(user);
    const known = now().users.get(key);
    if (now().locked.has(key)) return { kind: "locked" };
    const subject = subjectOf(key);
    const retryAfterMs = tries.waitMs(subject);
    if (retryAfterMs > 0) return { kind: "locked", retryAfterMs };
    await tries.begin(subject);
    const usable = known && !known.disabled ? known : null;
    const isRight = await checkPin(pin, usable?.pin ?? null);
    // What changed while the PIN was checked counts: a user who was disabled meanwhile stays out.
    const current = now().users.get(key);
    if (isRight && current && !current.disabled && current.pin.hash === usable?.pin.hash) {
      await tries.succeed(subject);
      if ((now().wrong.get(key) ?? 0) > 0) tellWrong(current.user, 0);
      return { kind: "signed-in", user: current.user, role: current.role };
    }
    const untold = await tries.takeUntold(subject);
    if (known && untold > 0) tellWrong(known.user, untold);
    return { kind: "wrong" };
  }

  async function recover({ code, user, pin }: RecoveryForm): Promise<Answer<{ recoveryCode: string }>> {
    const wrong = findWrongUser(user, pin);
    if (wrong) return wrong;
    if (!isSameHash(recoveryCodeToHash(code), now().recovery)) {
      const text = "This is not the recovery code of this branch. Look at each letter again.";
      return { kind: "refused", refusal: { kind: "wrong-code", text } };
    }
    const by = "recovery";
    const proof = await provePin(pin, parts.random);
    await ledger.appendBranch({ kind: "user", user, role: "supervisor", pin: proof, disabled: false }, by);
    await ledger.appendBranch({ kind: "unlock", user }, by);
    return { kind: "done", value: { recoveryCode: await renewRecoveryCode(by) } };
  }

  async function renewRecoveryCode(by: string): Promise<string> {
    const recoveryCode = drawRecoveryCode(parts.random);
    await ledger.appendBranch({ kind: "recovery", hash: recoveryCodeToHash(recoveryCode)! }, by);
    return recoveryCode;
  }

  return {
    async signIn(user, pin) {
      if (!isUserName(user) || !isPin(pin)) return { kind: "wrong" };
      return (await gate.pass(() => signIn(user, pin))) ?? { kind: "busy" };
    },
    find(user) {
      const known = now().users.get(userKey(user));
      return known && !known.disabled
        ? { user: known.user, role: known.role, pinMark: known.pin.hash }
        : null;
    },
    openDesks: () => now().openDesks,
    list: () => viewStaff(now()),
    change: (change, by) => changeStaff(parts, change, by),
    recover,
    settings: () => viewSettings(parts),
    changeSettings: (settings, by) => changeSettings(parts, settings, by),
    async renewRecoveryCode(by) {
      return { kind: "done", value: { recoveryCode: await renewRecoveryCode(by) } };
    },
  };
}

async function changeStaff(
  parts: DeskParts,
  change: StaffChange,
  by?: string,
): Promise<Answer<readonly StaffView[]>> {
  const { ledger } = parts;
  const key = userKey(change.user);
  const wrong = findWrongUser(change.user, change.pin);
  if (wrong) return wrong;
  const pin = change.pin === undefined ? undefined : await provePin(change.pin, parts.random);
  // From here to the entry nothing waits: two changes at once are judged one after the other.
  const { staff } = ledger.branch;
  const known = staff.users.get(key);
  const role = change.role ?? known?.role;
  const proof = pin ?? known?.pin;
  if (!proof || !role) {
    const text = `There is no user ${change.user}. To add one, give a PIN and a role.`;
    return { kind: "not-found", text };
  }
  const disabled = change.disabled ?? known?.disabled ?? false;
  const user = known?.user ?? change.user;
  const rest = [...staff.users].filter(([each]) => each !== key).map(([, each]) => each);
  if (isSupervisor(known) && (disabled || role !== "supervisor") && !rest.some(isSupervisor)) {
    const text = "This is the last supervisor. Make another one first.";
    return { kind: "conflict", code: "last-supervisor", text };
  }
  if (change.unlock) await ledger.appendBranch({ kind: "unlock", user }, by);
  const changes = [change.pin, change.role, change.disabled].some((each) => each !== undefined);
  if (changes) await ledger.appendBranch({ kind: "user", user, role, pin: proof, disabled }, by);
  return { kind: "done", value: viewStaff(ledger.branch.staff) };
}

function isSupervisor(user: StaffUser | undefined): boolean {
  return user !== undefined && user.role === "supervisor" && !user.disabled;
}

export function countSupervisors(staff: StaffState): number {
  return [...staff.users.values()].filter(isSupervisor).length;
}

function viewStaff(staff: StaffState): StaffView[] {
  return [...staff.users]
    .map(([key, { user, role, disabled }]) => ({ user, role, disabled, locked: staff.locked.has(key) }))
    .sort((a, b) => (userKey(a.user) < userKey(b.user) ? -1 : 1));
}

/** What is wrong with a user to be made or changed, in words. */
export function findWrongUser(user: string, pin: string | undefined): Refusal | null {
  const refuse = (text: string): Refusal => ({ kind: "refused", refusal: { kind: "invalid", text } });
  if (!isUserName(user))
    return refuse("user: expected initials, 1 to 20 letters, digits, dots, hyphens, underscores.");
  if (reserved.has(userKey(user))) return refuse("user: this name is taken by Deskmesh itself.");
  if (pin !== undefined && !isPin(pin)) return refuse("pin: expected 4 to 64 characters.");
  return null;
}

function isSameHash(given: string | null, held: string | undefined): boolean {
  if (given === null || held === undefined) return false;
  return timingSafeEqual(Buffer.from(given, "hex"), Buffer.from(held, "hex"));
}
