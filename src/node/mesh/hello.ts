/**
 * The first words on a link. A hello names the branch and the run and goes to anybody; a card says which desk this is,
 * and goes to desks alone that show an admitted certificate.
 */

/** Raised when frames or entries change their meaning. */
export const protocolVersion = 2;
/** From this one on a live update says that its author holds it, and one end asks for both (decision 0167). */
export const quietProtocol = 2;
/**
 * The oldest that this program still speaks: desks are brought to a new version one after the other, so each speaks the
 * version before its own, too. With a desk that says neither, the older of both versions is spoken.
 */
export const oldestProtocol = 1;

export const meshPath = "/deskmesh/1";
/** Where a desk knocks that wants to join the branch. */
export const joinPath = `${meshPath}/join`;

export interface Hello extends Protocols {
  readonly branch: string;
  readonly run: string;
}

export interface Protocols {
  /** The newest that it speaks. */
  readonly protocol: number;
  /** The oldest; none but that one where it is left out. */
  readonly oldest?: number;
}

export interface Card {
  readonly desk: string;
  readonly name: string;
  /** Of the program. */
  readonly version: string;
  /** Where the sender accepts links. */
  readonly meshPort: number;
}

/** Who is at the other end of a link. */
export interface Peer extends Hello, Card {
  readonly document: string;
  /** Of its certificate. */
  readonly fingerprint: string;
}

/**
 * Why a link is closed. 4400–4499 are final for y-websocket's provider; the others are tried again.
 */
export const closeCodes = {
  notThisBranch: 4400,
  /** Until the branch document says something new. */
  retired: 4401,
  /** Another link of this pair is kept. */
  duplicate: 4501,
  /** The document isn't known here yet. */
  notYet: 4503,
  /** The document is destroyed, and never taken or given again. */
  purged: 4502,
  self: 4504,
  silent: 4505,
  slow: 4506,
  ending: 4507,
  noHello: 4508,
  otherProtocol: 4510,
  /** Its certificate is none that this desk knows (yet). */
  notAdmitted: 4511,
  faultOfForm: 4520,
} as const;

export interface Objection {
  readonly code: number;
  readonly why: string;
}

export type Trusted =
  | { readonly kind: "admitted"; readonly desk: string }
  | { readonly kind: "retired" | "unknown" };
/** Which desk, if any, may show this certificate. */
export type Trust = (fingerprint: string) => Trusted;

export function objectToPeer({ kind }: Trusted): Objection | null {
  if (kind === "admitted") return null;
  if (kind === "retired") return { code: closeCodes.retired, why: "this desk is retired" };
  return { code: closeCodes.notAdmitted, why: "not admitted" };
}

/** What is said against it; `null`: nothing. */
export function objectToHello(hello: Hello, own: Hello): Objection | null {
  if (hello.protocol < oldestOf(own) || oldestOf(hello) > own.protocol) {
    const why = `it speaks protocol ${hello.protocol}, this desk ${own.protocol}: update the older program`;
    return { code: closeCodes.otherProtocol, why };
  }
  if (hello.branch !== own.branch) return { code: closeCodes.notThisBranch, why: "another branch" };
  return hello.run === own.run ? { code: closeCodes.self, why: "this desk itself" } : null;
}

export function parseHello(value: unknown): Hello | null {
  const { protocol, oldest, branch, run } = fieldsOf(value);
  if (!Number.isSafeInteger(protocol) || !isText(branch) || !isHex(run, 16)) return null;
  const hello = { protocol: protocol as number, branch, run };
  if (oldest === undefined) return hello;
  if (!Number.isSafeInteger(oldest) || (oldest as number) > hello.protocol) return null;
  return { ...hello, oldest: oldest as number };
}

/** The newest that both speak. */
export function spokenBy(one: Protocols, other: Protocols): number {
  return Math.min(one.protocol, other.protocol);
}

function oldestOf({ protocol, oldest }: Protocols): number {
  return oldest ?? protocol;
}

export function parseCard(value: unknown): Card | null {
  const { desk, name, version, meshPort } = fieldsOf(value);
  if (!isHex(desk, 32) || !isText(name) || !isText(version) || !Number.isSafeInteger(meshPort)) return null;
  return { desk, name, version, meshPort: meshPort as number };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= 120;
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/.test(value);
}
