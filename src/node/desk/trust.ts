/**
 * Whose certificate may show itself on a link: what `branch` says. As long as it isn't here (this desk has just joined,
 * or its disk was wiped and only its identity is left) those are believed that it said last, or who let us in.
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
  own: string,
  { trusted }: Membership,
  branch: () => BranchState,
): Promise<KnownDesks> {
  let kept = (await vault.read(vaultName)) ?? "";
  const known = [...parseKnown(kept), ...(trusted ? [trusted] : [])].filter(({ desk }) => desk !== own);
  const isHere = (): boolean => branch().desks.get(own)?.fingerprint !== undefined;
  return {
    knowsOthers: known.length > 0,
    trust(fingerprint) {
      for (const one of branch().desks.values()) {
        if (one.fingerprint === fingerprint)
          return one.retired ? { kind: "retired" } : { kind: "admitted", desk: one.desk };
      }
      const believed = isHere() ? undefined : known.find((one) => one.fingerprint === fingerprint);
      return believed ? { kind: "admitted", desk: believed.desk } : { kind: "unknown" };
    },
    async keep() {
      if (!isHere()) return;
      const admitted = [...branch().desks.values()].flatMap(({ desk, fingerprint, retired }) =>
        fingerprint === undefined || retired ? [] : [{ desk, fingerprint }],
      );
      const text = `${JSON.stringify(admitted)}\n`;
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
