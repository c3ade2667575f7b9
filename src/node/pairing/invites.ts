/** The invites that this desk gave out: kept hashed, each good for one desk, a few wrong proofs, and a while. */
import type { Clock, Random, Vault } from "../ports.ts";
import { hashSecret, type ProofOf, provesSecret, secretBytes } from "./invite.ts";

export interface Invites {
  /** A new one: id and secret, which is told once and not kept. */
  make(ttlMs: number): Promise<{ readonly id: string; readonly secret: string; readonly expiresAt: number }>;
  /**
   * Takes a proof. `good`: used up by that desk now, and durably so; the same desk may come again (its answer may have
   * been lost).
   */
  redeem(id: string, of: ProofOf, proof: unknown): Promise<"good" | "unknown" | "expired" | "used" | "wrong">;
}

interface Kept {
  readonly id: string;
  readonly hashed: string;
  readonly expiresAt: number;
  wrong: number;
  usedBy?: string;
}

const vaultName = "invites.json";
const maxWrong = 5;
const maxKept = 64;

export async function openInvites(vault: Vault, clock: Clock, random: Random): Promise<Invites> {
  let kept = parseKept(await vault.read(vaultName));
  const save = () => vault.write(vaultName, `${JSON.stringify(kept)}\n`);

  return {
    async make(ttlMs) {
      const id = Buffer.from(random.bytes(8)).toString("hex");
      const secret = Buffer.from(random.bytes(secretBytes)).toString("base64url");
      const expiresAt = clock.now() + ttlMs;
      const fresh = kept.filter((one) => one.expiresAt > clock.now());
      kept = [...fresh, { id, hashed: hashSecret(secret), expiresAt, wrong: 0 }].slice(-maxKept);
      await save();
      return { id, secret, expiresAt };
    },
    async redeem(id, of, proof) {
      const found = kept.find((one) => one.id === id);
      if (!found) return "unknown";
      if (found.expiresAt <= clock.now() || found.wrong >= maxWrong) return "expired";
      if (!provesSecret(found.hashed, of, proof)) {
        found.wrong++;
        await save();
        return "wrong";
      }
      const user = `${of.key} ${of.joiner}`;
      if (found.usedBy !== undefined && found.usedBy !== user) return "used";
      found.usedBy = user;
      await save();
      return "good";
    },
  };
}

/** What can't be read is no invite: a new one is made in a moment. */
function parseKept(text: string | null): Kept[] {
  if (text === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Damaged on the disk; see above.
    return [];
  }
  return (Array.isArray(value) ? value : []).filter((one: Partial<Kept> | null): one is Kept => {
    const texts = [one?.id, one?.hashed].every((text) => typeof text === "string");
    return texts && Number.isSafeInteger(one?.expiresAt) && Number.isSafeInteger(one?.wrong);
  });
}
