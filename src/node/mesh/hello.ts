/** The first words on a link, in both directions, before any sync: who is there, of which branch, which protocol. */

/** Raised when frames or entries change their meaning. */
export const protocolVersion = 1;

export interface Hello {
  readonly protocol: number;
  readonly branch: string;
  readonly document: string;
  readonly desk: string;
  readonly run: string;
  readonly name: string;
  /** Of the program. */
  readonly version: string;
  /** Where the sender accepts links. */
  readonly meshPort: number;
}

/**
 * Why a link is closed. 4400–4499 are final for y-websocket's provider; the others are tried again.
 */
export const closeCodes = {
  notThisBranch: 4400,
  /** Another link of this pair is kept. */
  duplicate: 4501,
  /** The document isn't known here yet. */
  notYet: 4503,
  self: 4504,
  silent: 4505,
  slow: 4506,
  ending: 4507,
  noHello: 4508,
  otherProtocol: 4510,
  faultOfForm: 4520,
} as const;

export type HelloVerdict =
  | { readonly kind: "hello"; readonly hello: Hello }
  | { readonly kind: "refused"; readonly code: number; readonly why: string };

/** Reads what claims to be a hello and holds it to ours. */
export function judgeHello(value: unknown, own: Pick<Hello, "branch" | "run" | "protocol">): HelloVerdict {
  const hello = parseHello(value);
  if (!hello) return { kind: "refused", code: closeCodes.noHello, why: "it didn't say hello" };
  if (hello.protocol !== own.protocol) {
    const why = `it speaks protocol ${hello.protocol}, this desk ${own.protocol}: update the older program`;
    return { kind: "refused", code: closeCodes.otherProtocol, why };
  }
  if (hello.branch !== own.branch)
    return { kind: "refused", code: closeCodes.notThisBranch, why: "another branch" };
  if (hello.run === own.run) return { kind: "refused", code: closeCodes.self, why: "this desk itself" };
  return { kind: "hello", hello };
}

function parseHello(value: unknown): Hello | null {
  if (typeof value !== "object" || value === null) return null;
  const { protocol, branch, document, desk, run, name, version, meshPort } = value as Record<string, unknown>;
  const texts = [branch, document, desk, run, name, version];
  if (!texts.every((text) => typeof text === "string" && text.length <= 120)) return null;
  if (!Number.isSafeInteger(protocol) || !Number.isSafeInteger(meshPort)) return null;
  if (!/^[0-9a-f]{32}$/.test(desk as string) || !/^[0-9a-f]{16}$/.test(run as string)) return null;
  return value as Hello;
}
