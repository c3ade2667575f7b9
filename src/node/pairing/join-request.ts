/** What a joining desk says of itself, and how it proves that its signing key is its own. */

import { isDeskName } from "../../crdt/circulation/admission-fact.ts";
import { deskOfKey, isPublicKey, type Signer, verifySignature } from "../../crdt/log/digest.ts";
import type { Said } from "./talk.ts";

/** Raised when the messages of joining change their meaning. */
export const joinProtocol = 1;

export interface Applicant {
  readonly desk: string;
  readonly key: string;
  readonly name: string;
  /** Of its link certificate. */
  readonly fingerprint: string;
}

function signedBytes(joiner: string, sponsor: string, name: string): Uint8Array {
  return Buffer.from(`deskmesh-applicant-1\n${joiner}\n${sponsor}\n${name}\n`);
}

export function describeApplicant(signer: Signer, name: string, joiner: string, sponsor: string): Said {
  const signature = Buffer.from(signer.sign(signedBytes(joiner, sponsor, name))).toString("base64url");
  return { protocol: joinProtocol, key: signer.publicKey, name, signature };
}

/** `null`: not an applicant, or one whose key isn't its own. */
export function parseApplicant(said: Said, joiner: string, sponsor: string): Applicant | null {
  const { protocol, key, name, signature } = said;
  if (protocol !== joinProtocol || !isPublicKey(key) || !isDeskName(name)) return null;
  const bytes = Buffer.from(typeof signature === "string" ? signature : "", "base64url");
  if (!verifySignature({ publicKey: key }, signedBytes(joiner, sponsor, name), bytes)) return null;
  return { desk: deskOfKey(key), key, name, fingerprint: joiner };
}
