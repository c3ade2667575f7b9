/** Who this desk is: its signing key, made at the first start, and the branch that it belongs to. */
import { createSigner, type Signer, sha256Hex } from "../crdt/log/digest.ts";
import type { HybridTime } from "../crdt/log/hybrid-clock.ts";
import type { Random, Vault } from "./ports.ts";
import { proveText, readProvenText } from "./proven-text.ts";

export interface Membership {
  /** 32 lower-case hex characters. */
  readonly branch: string;
  /** This desk's name. */
  readonly desk: string;
  /** Given on the desk that created the branch: written into the branch document if it isn't there yet. */
  readonly founding?: {
    readonly name: string;
    readonly code: string;
    readonly timezone: string;
    readonly nonce: string;
    /** Bodies of the entries that make the first supervisor: no PIN, only what proves one. */
    readonly staff?: readonly Readonly<Record<string, unknown>>[];
  };
  /** The desk that admitted this one: it alone is believed until the branch document is here. */
  readonly trusted?: { readonly desk: string; readonly fingerprint: string };
  /** Of this desk's admission: what it writes comes after that, however wrong its own clock is. */
  readonly admittedAt?: HybridTime;
}

export const keyName = "signing-key";
export const membershipName = "branch.json";

export function isBranchId(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{32}$/.test(text);
}

/** A branch's id binds its founder: whoever knows the id knows whose word to believe first. */
export function branchIdOf(founder: string, nonce: string): string {
  return sha256Hex(`deskmesh-branch-1\n${founder}\n${nonce}`).slice(0, 32);
}

/** Reads the key, or makes one. Throws when what is stored is not a key: a wrong one must not be replaced silently. */
export async function loadSigner(vault: Vault, random: Random): Promise<Signer> {
  const stored = await vault.read(keyName);
  if (stored !== null) {
    const seed = Buffer.from(readProvenText(stored) ?? "", "base64url");
    if (seed.length !== 32)
      throw new Error(
        "signing-key in the identity folder is damaged: expected 32 bytes in base64url and their sum",
      );
    return createSigner(seed);
  }
  const seed = random.bytes(32);
  await vault.write(keyName, seedToText(seed));
  return createSigner(seed);
}

/** As it is stored. */
export function seedToText(seed: Uint8Array): string {
  return proveText(Buffer.from(seed).toString("base64url"));
}

/** `null`: this desk belongs to no branch yet. Throws when what is stored can't be read. */
export async function loadMembership(vault: Vault): Promise<Membership | null> {
  const text = await vault.read(membershipName);
  if (text === null) return null;
  const { branch, desk, founding, trusted, admittedAt } = parseFields(readProvenText(text));
  if (!isBranchId(branch) || typeof desk !== "string") {
    throw new Error("branch.json in the identity folder is damaged: expected {branch, desk} and its sum");
  }
  return {
    branch,
    desk,
    ...(founding ? { founding } : {}),
    ...(trusted === undefined ? {} : { trusted }),
    ...(admittedAt ? { admittedAt } : {}),
  };
}

export async function storeMembership(vault: Vault, membership: Membership): Promise<void> {
  await vault.write(membershipName, proveText(JSON.stringify(membership)));
}

/** Nothing where there is no JSON object: the caller says what was expected, and nothing of what stands there. */
function parseFields(text: string | null): Partial<Membership> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
