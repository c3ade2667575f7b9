/**
 * Whose certificate may show itself on a link: what `branch` says. Of desks of which it says nothing here yet (this desk
 * has just joined, or its disk was wiped and only its identity is left) those are believed that it said last, or who
 * let us in. It may be here in part: a founder whose own disk was wiped may let us in before it has heard of the others.
 */
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import type { Membership } from "../identity.ts";
import type { Trust } from "../mesh/hello.ts";
import type { Vault } from "../ports.ts";

export interface KnownDesks {
  readonly trust: Trust;
  /** This desk has met others, whatever its log says. */
  readonly knowsOthers: boolean;
  /** Keeps what `branch` says now, for a start without it. */
  keep(): Promise<void>;
}

interface Known {
  readonly desk: string;
  readonly fingerprint: string;
}

const vaultName = "desks.json";

export async function openTrust(
  vault: Vault,
  self: Known,
  { trusted }: Membership,
  branch: () => BranchState,
): Promise<KnownDesks> {
  const own = self.desk;
  let kept = (await vault.read(vaultName)) ?? "";
  const said = parseKnown(kept);
  const isNews = trusted && !said.some(({ desk }) => desk === trusted.desk);
  const known = [...said, ...(isNews ? [trusted] : [])].filter(({ desk }) => desk !== own);
  /**
   * Known of old, and not spoken of yet: from its first word on the branch document alone counts. Whoever shows this desk's
   * own certificate has its key: a copy of its disk (twins), which may hold the log that was wiped here.
   */
  let believed: readonly Known[] = [...known, self];
  const isSpokenOf = ({ desk }: Known): boolean => branch().desks.get(desk)?.fingerprint !== undefined;
  return {
    knowsOthers: known.length > 0,
    trust(fingerprint) {
      for (const one of branch().desks.values()) {
        if (one.fingerprint === fingerprint)
          return one.retired ? { kind: "retired" } : { kind: "admitted", desk: one.desk };
      }
      const found = believed.find((one) => one.fingerprint === fingerprint && !isSpokenOf(one));
      return found ? { kind: "admitted", desk: found.desk } : { kind: "unknown" };
    },
    async keep() {
      believed = believed.filter((one) => !isSpokenOf(one));
      const admitted = [...branch().desks.values()].flatMap(({ desk, fingerprint, retired }) =>
        fingerprint === undefined || retired || desk === own ? [] : [{ desk, fingerprint }],
      );
      const text = `${JSON.stringify([...admitted, ...believed.filter(({ desk }) => desk !== own)])}\n`;
      if (text === kept) return;
      kept = text;
      await vault.write(vaultName, text);
    },
  };
}

/** What can't be read is nobody: the desk that let us in is still believed. */
function parseKnown(text: string): Known[] {
  if (text === "") return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Damaged on the disk; see above.
    return [];
  }
  return (Array.isArray(value) ? value : []).filter(
    (one): one is Known => typeof one?.desk === "string" && typeof one?.fingerprint === "string",
  );
}
