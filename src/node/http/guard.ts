/**
 * Who may talk to this node at all: programs of this PC and its own pages, nobody else's page. Each check stands alone
 * and refuses when in doubt; who the caller is comes after it (`access.ts`).
 */
import { isJsonType } from "./body.ts";
import { ProblemError, toInvalid, toProblem } from "./problem.ts";

/** Headers of every answer. Nothing may be framed, sniffed, or fetched from elsewhere. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Throws a {@link ProblemError} (421, 403, 400) for a request that this node does not answer. */
export function checkCaller(request: Request): void {
  const url = new URL(request.url);
  const host = (request.headers.get("host") ?? url.host).toLowerCase();
  // A name that another site's DNS points at this PC arrives here as that name (DNS rebinding).
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/.test(host)) {
    throw new ProblemError(
      toProblem(421, "wrong-host", "Use http://127.0.0.1 or http://localhost on this PC."),
    );
  }
  const origin = request.headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${host}`) throw foreignPage();
  const site = request.headers.get("sec-fetch-site");
  const isApi = url.pathname === "/api" || url.pathname.startsWith("/api/");
  if (isApi && (site === "cross-site" || site === "same-site")) throw foreignPage();
  checkPath(url.pathname);
}

/** Throws 415: a request that changes something must be one that a plain form of another site can't send. */
export function checkContentType(request: Request): void {
  if (isJsonType(request.headers.get("content-type"))) return;
  throw new ProblemError(toProblem(415, "content-type", "Send JSON, with content-type: application/json."));
}

/**
 * Who acts, from the header `Deskmesh-Staff`: 1 to 40 printable characters in UTF-8, percent-encoded where the
 * client can't send others than ASCII. Left out when nobody said. Throws 422.
 */
export function readStaff(request: Request): string | undefined {
  const header = request.headers.get("deskmesh-staff");
  if (header === null) return undefined;
  const staff = decodeHeader(header)?.trim();
  if (staff && [...staff].length <= 40 && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(staff)) return staff;
  const field = "Deskmesh-Staff";
  throw new ProblemError(toInvalid([{ field, text: `${field}: expected 1 to 40 printable characters.` }]));
}

function foreignPage(): ProblemError {
  return new ProblemError(toProblem(403, "foreign-origin", "Only this node's own pages may ask this."));
}

function checkPath(pathname: string): void {
  try {
    decodeURIComponent(pathname);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ProblemError(
      toProblem(400, "malformed-path", "The address has a % that is not followed by UTF-8."),
    );
  }
}

/** Header values arrive as bytes in Latin-1: UTF-8 is read as such, percent-encoding too. */
function decodeHeader(value: string): string | undefined {
  try {
    const bytes = Buffer.from(value, "latin1");
    const utf8 = bytes.toString("utf8");
    return decodeURIComponent(utf8.includes("\ufffd") ? value : utf8);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
