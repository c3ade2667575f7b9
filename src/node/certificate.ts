/**
 * What this desk shows on its links: a P-256 key and a certificate that it signed itself, made at the first start. Desks
 * know each other by its fingerprint alone; no authority and no date says anything (clocks are wrong in an outage).
 * The one file that imports `@peculiar/x509`.
 */
import { createHash, createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import type { Vault } from "./ports.ts";

export interface LinkIdentity {
  /** PEM */
  readonly key: string;
  /** PEM */
  readonly certificate: string;
  /** SHA-256 of the certificate's DER, hex. */
  readonly fingerprint: string;
}

/** Key and certificate in one file: so they can't come apart. */
export const linkIdentityName = "link.pem";
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Reads it, or makes one. Throws when what is stored is damaged: another one would be another desk to its peers. */
export async function loadLinkIdentity(vault: Vault): Promise<LinkIdentity> {
  const stored = await vault.read(linkIdentityName);
  if (stored !== null) return parseLinkIdentity(stored);
  const pem = await makeLinkPem();
  await vault.write(linkIdentityName, pem);
  return parseLinkIdentity(pem);
}

export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

/** Throws when it is no key with its certificate. */
export function parseLinkIdentity(pem: string): LinkIdentity {
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(pem) ?? [];
  const [certificate] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem) ?? [];
  if (key === undefined || certificate === undefined) throw damaged();
  const parsed = readCertificate(certificate, key);
  return { key, certificate, fingerprint: fingerprintOf(parsed.raw) };
}

/** Its signature is its own key's: a bit that changed in it would make it another desk's. */
function readCertificate(pem: string, key: string): X509Certificate {
  let parsed: X509Certificate;
  let fits: boolean;
  try {
    parsed = new X509Certificate(pem);
    fits = parsed.checkPrivateKey(createPrivateKey(key)) && parsed.verify(parsed.publicKey);
  } catch (error) {
    throw damaged(error);
  }
  if (!fits) throw damaged();
  return parsed;
}

function damaged(cause?: unknown): Error {
  return new Error(
    `${linkIdentityName} in the identity folder is damaged: expected a key and its certificate`,
    {
      cause,
    },
  );
}

/** Its subject is the same for all desks: a certificate goes to strangers too, and names nobody. */
export async function makeLinkPem(): Promise<string> {
  // Loaded when needed, which is once in a desk's life; the library wants this polyfill before it.
  await import("reflect-metadata");
  const { X509CertificateGenerator } = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=deskmesh",
    notBefore: new Date("1970-01-01T00:00:00Z"),
    notAfter: new Date("9999-12-31T23:59:59Z"),
    signingAlgorithm: algorithm,
    keys,
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})(?=.)/g, "$1\n")}\n-----END PRIVATE KEY-----`;
  return `${key}\n${certificate.toString("pem")}\n`;
}
