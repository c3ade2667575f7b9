/** TLS as both sides of a link speak it, and whose certificate the other side has shown. */
import { constants } from "node:crypto";
import { createSecureContext, type TLSSocket } from "node:tls";
import { fingerprintOf, type LinkIdentity } from "../certificate.ts";

export type TlsOptions = ReturnType<typeof tlsOptions>;

/** Whom a certificate belongs to is asked of its fingerprint: names, dates and authorities are not looked at. */
export function tlsOptions({ key, certificate }: LinkIdentity) {
  return {
    key,
    cert: certificate,
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as const;
}

/**
 * For the side that dials. Key and certificate are read once: Node would read them for each connection, several
 * milliseconds of the processor each time, and a desk dials neighbours that are switched off five times a second.
 */
export function dialOptions(options: TlsOptions) {
  return { ...options, secureContext: createSecureContext(options) } as const;
}

/** `null` for a side that showed no certificate on this very connection. */
export function peerOf(socket: TLSSocket | undefined): string | null {
  const certificate = socket?.isSessionReused() ? undefined : socket?.getPeerX509Certificate?.();
  return certificate ? fingerprintOf(certificate.raw) : null;
}
