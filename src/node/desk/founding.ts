/** The first entries of a branch: itself, its first supervisor, its first desk. */
import { parseStaffFact, type StaffFact } from "../../crdt/circulation/staff-fact.ts";
import type { Membership } from "../identity.ts";
import type { Random } from "../ports.ts";
import { provePin } from "../staff/pin.ts";
import { drawRecoveryCode, recoveryCodeToHash } from "../staff/recovery-code.ts";
import type { BranchForm, Refusal } from "./desk.ts";
import type { Ledger } from "./ledger.ts";
import { findWrongUser } from "./staff.ts";

/** The facts that make the first supervisor, and the recovery code, which stands in none of them. */
export async function draftStaff(
  form: BranchForm,
  random: Random,
): Promise<{ readonly facts: readonly StaffFact[]; readonly recoveryCode: string } | Refusal> {
  const { supervisor, pin, openDesks = true } = form;
  const wrong = findWrongUser(supervisor, pin);
  if (wrong) return wrong;
  const recoveryCode = drawRecoveryCode(random);
  const proof = await provePin(pin, random);
  const facts: StaffFact[] = [
    { kind: "user", user: supervisor, role: "supervisor", pin: proof, disabled: false },
    { kind: "recovery", hash: recoveryCodeToHash(recoveryCode)! },
    { kind: "settings", openDesks },
  ];
  return { facts, recoveryCode };
}

/**
 * Writes what isn't there yet: the branch, whose first word makes its founder a desk of it; its staff; and, last, the
 * founder's own admission: where that is, all is. A founder whose disk was wiped writes the branch's name alone: whom it
 * admitted, and its staff of today, the others tell it.
 */
export async function foundBranch(
  ledger: Ledger,
  { founding, desk: deskName }: Membership,
  own: { readonly desk: string; readonly fingerprint: string },
  knowsOthers: boolean,
): Promise<void> {
  if (!founding) return;
  const { staff = [], name, code, timezone, nonce } = founding;
  if (!ledger.branch.branch) await ledger.appendBranch({ kind: "branch", name, code, timezone, nonce });
  if (ledger.branch.desks.get(own.desk)?.fingerprint !== undefined || knowsOthers) return;
  for (const body of staff) {
    const fact = parseStaffFact(body);
    if (!fact) throw new Error("branch.json in the identity folder is damaged: its staff can't be read");
    await ledger.appendBranch(fact);
  }
  await ledger.appendBranch({ kind: "admit", ...own, name: deskName });
}
