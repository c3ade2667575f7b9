/**
 * The branch's policy in force at this desk: compiled once for each snapshot and zone, so that a scan only looks
 * things up. A snapshot without a policy gives the defaults; its hours and closed days are known all the same.
 */
import { compileLending, type Lending } from "../../crdt/circulation/lending.ts";
import { defaultPolicy, type Policy } from "../../crdt/circulation/policy.ts";
import { createZone, zoneToWallClock } from "../../export/local-time.ts";
import { parsePolicy } from "../policy/policy-text.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export interface LendingRules {
  readonly lending: Lending;
  /** The snapshot has a policy of its own. */
  readonly hasPolicy: boolean;
  /** What its hours and closed days are looked up by. */
  readonly calendarOf: string;
  /** Why the policy can't be read: it is of a newer version, and the defaults hold. The desk lends all the same. */
  readonly trouble?: string;
  /** What looks wrong in policy, hours and closed days. */
  readonly warnings: readonly string[];
}

/** `code`: of the branch, for hours and closed days where the policy names no other. */
export async function loadLendingRules(
  snapshot: Snapshot | null,
  timezone: string,
  code: string,
): Promise<LendingRules> {
  const { policy, trouble } = readPolicy(snapshot);
  const calendarOf = policy?.ils.branch ?? code;
  const [hours, closings] = await Promise.all([
    snapshot?.hours(calendarOf) ?? [],
    snapshot?.closedDays(calendarOf) ?? [],
  ]);
  const clock = zoneToWallClock(createZone(timezone));
  const lending = compileLending(policy ?? defaultPolicy, hours, closings, clock);
  const isElsewhere = hours.length === 0 && (snapshot?.meta.counts.hours ?? 0) > 0;
  const warnings = [
    ...(trouble === undefined ? [] : [trouble]),
    ...(isElsewhere ? [`hours.csv has no row for ${JSON.stringify(calendarOf)}: every day is open.`] : []),
    ...lending.calendar.warnings,
  ];
  const hasPolicy = policy !== null;
  return { lending, hasPolicy, calendarOf, warnings, ...(trouble === undefined ? {} : { trouble }) };
}

function readPolicy(snapshot: Snapshot | null): {
  readonly policy: Policy | null;
  readonly trouble?: string;
} {
  const text = snapshot?.meta.policy;
  if (text === undefined) return { policy: null };
  const parsed = parsePolicy(text);
  return parsed.kind === "policy"
    ? { policy: parsed.policy }
    : { policy: null, trouble: `The loan rules of the snapshot can't be read: ${parsed.problems[0]}` };
}
