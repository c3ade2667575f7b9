/**
 * Does this PC keep what is written on it? Many library PCs are set back at each restart (Deep Freeze and its like). A
 * small file in the data folder is the canary; what it was last known to hold stands in the identity folder, which may
 * lie on a disk that is kept. Where both lie in one folder a wipe takes both, and only a kept restart tells anything.
 */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Vault } from "../ports.ts";

export interface Canary {
  /** Restarts of this PC that the data folder lived through. */
  readonly survived: number;
  /** How often it was found empty though this desk had written to it. */
  readonly wiped: number;
  /** It was found empty just now, at this start. */
  readonly wipedNow: boolean;
  /** The identity folder lies outside the data folder: a wiped desk need not join anew. */
  readonly apart: boolean;
  /** Why this disk is known to forget, in words; `null`: nothing says so. */
  readonly forgets: string | null;
}

const vaultName = "canary.json";

export interface CanaryOptions {
  /** A folder of its own inside the data folder. */
  readonly data: Vault;
  readonly identity: Vault;
  readonly apart: boolean;
  /** Another one after each restart of the PC. */
  readonly boot: string;
  readonly forgets: string | null;
}

/** Reads what the last start left, and leaves what the next one shall find. */
export async function readCanary({ data, identity, apart, boot, forgets }: CanaryOptions): Promise<Canary> {
  const before = parse(await data.read(vaultName));
  const known = parse(await identity.read(vaultName));
  const wipedNow = apart && known !== null && before === null;
  const boots = before === null ? 1 : before.boots + (before.boot === boot ? 0 : 1);
  const wiped = (known?.wiped ?? 0) + (wipedNow ? 1 : 0);
  const next = JSON.stringify({ boot, boots, wiped });
  await data.write(vaultName, next);
  if (apart) await identity.write(vaultName, next);
  return { survived: boots - 1, wiped, wipedNow, apart, forgets };
}

/** How often the data folder was found empty so far, as that identity folder knows; 0 where none can be read. */
export async function countWipes(identityDir: string): Promise<number> {
  const text = await readFile(join(identityDir, vaultName), "utf8").catch(() => null);
  return parse(text)?.wiped ?? 0;
}

/** `null`: nothing there, or nothing that can be read: as good as nothing. */
function parse(text: string | null): { boot: string; boots: number; wiped: number } | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { boot, boots, wiped } = (value ?? {}) as Record<string, unknown>;
  if (typeof boot !== "string" || !isCount(boots) || !isCount(wiped)) return null;
  return { boot, boots, wiped };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Does `other` lie outside of `folder`? */
export function isOutside(folder: string, other: string): boolean {
  const way = relative(resolve(folder), resolve(other));
  return way.startsWith("..") || resolve(other) === way;
}
