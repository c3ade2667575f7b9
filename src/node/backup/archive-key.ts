/** The key of a backup: drawn for it alone, and wrapped by a passphrase, or by this desk's identity. */
import type { Random } from "../ports.ts";
import { derive } from "../staff/pin.ts";
import { createCipher } from "../store/cipher.ts";
import type { KeyRing } from "../store/key-ring.ts";
import { type BackupHeader, BackupUnreadable, keyPlace, type WrappedKey } from "./archive.ts";

/** 128 MiB and about a third of a second a guess: a backup can be tried for years, unlike a PIN at a desk. */
const costNow = { cost: 17, blockSize: 8 } as const;
export const shortestPassphrase = 8;

/** `null`: good. Else what was expected. */
export function objectToPassphrase(passphrase: string): string | null {
  const { length } = [...passphrase];
  if (length >= shortestPassphrase && length <= 1_000 && !/[\p{Cc}\p{Cs}]/u.test(passphrase)) return null;
  return `a passphrase of ${shortestPassphrase} to 1000 characters, in one line`;
}

export async function wrapKey(
  key: Uint8Array,
  header: Omit<BackupHeader, "key">,
  by: { readonly passphrase?: string; readonly keys: Pick<KeyRing, "seal">; readonly random: Random },
): Promise<WrappedKey> {
  const place = keyPlace(header);
  if (by.passphrase === undefined) return { by: "identity", wrapped: await by.keys.seal(key, place) };
  const how = { ...costNow, salt: Buffer.from(by.random.bytes(16)).toString("base64url") };
  const wrapping = createCipher(await derive(by.passphrase, how), by.random);
  return { by: "passphrase", ...how, wrapped: wrapping.encrypt(key, place).toString("base64url") };
}

export class WrongPassphrase extends Error {}

/** Throws {@link WrongPassphrase}, or {@link BackupUnreadable} where no passphrase would help. */
export async function unwrapKey(
  header: BackupHeader,
  by: { readonly passphrase?: string; readonly keys: Pick<KeyRing, "unseal">; readonly random: Random },
): Promise<Uint8Array> {
  const place = keyPlace(header);
  const { key } = header;
  if (key.by === "identity") {
    const found = await by.keys.unseal(key.wrapped, place);
    if (found) return found;
    throw new BackupUnreadable(
      "This backup was made without a passphrase. Only the identity folder of its desk opens it (--identity-dir), and only until that desk destroys something",
    );
  }
  if (by.passphrase === undefined) throw new WrongPassphrase("This backup needs its passphrase");
  const wrapping = createCipher(await derive(by.passphrase, key), by.random);
  const found = wrapping.decrypt(Buffer.from(key.wrapped, "base64url"), place);
  if (!found) throw new WrongPassphrase("That is not the passphrase of this backup");
  return found;
}
