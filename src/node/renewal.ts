/** Another identity in this PC's vault, in the place of the one that it has: all of it or nothing, over a power cut too. */
import { createSigner, type Signer } from "../crdt/log/digest.ts";
import { type LinkIdentity, linkIdentityName, makeLinkPem, parseLinkIdentity } from "./certificate.ts";
import { keyName, type Membership, seedToText, storeMembership } from "./identity.ts";
import type { Random, Vault } from "./ports.ts";

export interface DraftIdentity {
  readonly signer: Signer;
  readonly link: LinkIdentity;
  /** As they will be stored. */
  readonly texts: { readonly key: string; readonly link: string };
}

const stagedName = "renewal.json";

/** Keys as at a first start, kept nowhere yet. */
export async function draftIdentity(random: Random): Promise<DraftIdentity> {
  const seed = random.bytes(32);
  const link = await makeLinkPem();
  return {
    signer: createSigner(seed),
    link: parseLinkIdentity(link),
    texts: { key: seedToText(seed), link },
  };
}

/** From here on it is this PC's identity: `putInPlace` does the rest, now or at the next start. */
export async function stageIdentity(
  vault: Vault,
  { texts }: DraftIdentity,
  membership: Membership,
): Promise<void> {
  await vault.write(stagedName, JSON.stringify({ ...texts, membership }));
}

/** What the old identity promised to others goes with it. */
export async function putInPlace(vault: Vault): Promise<void> {
  const text = await vault.read(stagedName);
  if (text === null) return;
  const { key, link, membership } = JSON.parse(text) as DraftIdentity["texts"] & { membership: Membership };
  await vault.write(keyName, key);
  await vault.write(linkIdentityName, link);
  await storeMembership(vault, membership);
  await vault.destroy("invites.json");
  await vault.destroy(stagedName);
}
