/**
 * An invite: one line of text that lets one desk into a branch, once, for a while. It names where to knock and whose
 * certificate to expect there; the secret in it never goes over the wire, only a proof of it for this very connection.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { sha256 } from "../../crdt/log/digest.ts";
import { isBranchId } from "../identity.ts";

export interface Invite {
  readonly branch: string;
  readonly hosts: readonly string[];
  readonly port: number;
  /** Of the inviting desk's certificate. */
  readonly fingerprint: string;
  /** By which the inviting desk finds it; no secret. */
  readonly id: string;
  /** 20 random bytes, base64url. */
  readonly secret: string;
  /** ms, by the inviting desk's clock. */
  readonly expiresAt: number;
}

export const secretBytes = 20;
const prefix = "deskmesh1.";
const maxHosts = 12;

export function inviteToText(invite: Invite): string {
  const { branch: b, hosts: h, port: p, fingerprint: f, id: i, secret: s, expiresAt: x } = invite;
  return prefix + Buffer.from(JSON.stringify({ b, h, p, f, i, s, x })).toString("base64url");
}

/** Total: `null` for anything but an invite. Blanks around it, and line breaks of a mail within it, are forgiven. */
export function parseInvite(text: string): Invite | null {
  const line = text.replaceAll(/\s+/g, "");
  if (!line.startsWith(prefix) || line.length > 4096) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line.slice(prefix.length), "base64url").toString("utf8"));
  } catch {
    // Cut off or mistyped: the same answer as for any other text.
    return null;
  }
  const { b, h, p, f, i, s, x } = (value ?? {}) as Record<string, unknown>;
  if (!isBranchId(b) || !isHex(f, 64) || !isHex(i, 16) || typeof s !== "string") return null;
  if (Buffer.from(s, "base64url").length !== secretBytes || !Number.isSafeInteger(x)) return null;
  if (!Number.isInteger(p) || (p as number) < 1 || (p as number) > 65_535 || !Array.isArray(h)) return null;
  if (h.length > maxHosts || !h.every((host) => typeof host === "string" && /^[\w.:%-]{1,64}$/.test(host)))
    return null;
  return {
    branch: b,
    hosts: h as string[],
    port: p as number,
    fingerprint: f,
    id: i,
    secret: s,
    expiresAt: x as number,
  };
}

/** What the inviting desk keeps: it proves the secret, and doesn't give it back. */
export function hashSecret(secret: string): string {
  return sha256("deskmesh-invite-1\n", secret).toString("base64url");
}

export interface ProofOf {
  readonly branch: string;
  readonly joiner: string;
  readonly sponsor: string;
  /** Signing key of the joining desk. */
  readonly key: string;
}

/** Bound to both certificates: of no use to whoever sits between, or on any other connection. */
export function proveSecret(hashed: string, { branch, joiner, sponsor, key }: ProofOf): string {
  return createHmac("sha256", Buffer.from(hashed, "base64url"))
    .update(`deskmesh-join-1\n${branch}\n${joiner}\n${sponsor}\n${key}\n`)
    .digest("base64url");
}

export function provesSecret(hashed: string, of: ProofOf, proof: unknown): boolean {
  const wanted = Buffer.from(proveSecret(hashed, of));
  const given = Buffer.from(typeof proof === "string" ? proof : "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/.test(value);
}
