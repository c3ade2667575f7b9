/** The desk that wants to join: by an invite, or by asking and comparing four words. */
import type { Signer } from "../../crdt/log/digest.ts";
import { type HybridTime, isHybridTime } from "../../crdt/log/hybrid-clock.ts";
import { isBranchId } from "../identity.ts";
import { joinPath } from "../mesh/hello.ts";
import type { Clock, Random, Wire } from "../ports.ts";
import { hashSecret, type Invite, proveSecret } from "./invite.ts";
import { describeApplicant } from "./join-request.ts";
import { openTalk, type Said, type Talk } from "./talk.ts";
import { commitTo, wordsOf } from "./words.ts";

export interface JoinerOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  /** This desk's name to be. */
  readonly name: string;
}

export interface Joined {
  readonly kind: "joined";
  readonly branch: string;
  readonly admittedAt: HybridTime;
  readonly sponsor: {
    readonly desk: string;
    readonly fingerprint: string;
    readonly host: string;
    readonly port: number;
  };
}
export interface NotJoined {
  readonly kind: "not-joined";
  readonly code: string;
  /** One sentence for people. */
  readonly text: string;
}

const answerMs = 15_000;
const decisionMs = 6 * 60_000;

export async function joinByInvite(options: JoinerOptions, invite: Invite): Promise<Joined | NotJoined> {
  const { port, fingerprint } = invite;
  let last = notJoined("unreachable");
  for (const host of invite.hosts) {
    const talk = await openTalk(options.wire.dial({ host, port, path: joinPath }), options.clock);
    if (!talk) continue;
    if (talk.peerFingerprint !== fingerprint) {
      talk.end();
      last = notJoined("other-desk");
      continue;
    }
    const joined = await proveInvite(options, invite, talk, host);
    talk.end();
    return joined;
  }
  return last;
}

async function proveInvite(
  options: JoinerOptions,
  invite: Invite,
  talk: Talk,
  host: string,
): Promise<Joined | NotJoined> {
  const { signer, wire } = options;
  const { branch, port, id } = invite;
  const [joiner, sponsor] = [wire.fingerprint, talk.peerFingerprint];
  const proof = proveSecret(hashSecret(invite.secret), { branch, joiner, sponsor, key: signer.publicKey });
  talk.say({
    say: "invite",
    invite: id,
    proof,
    ...describeApplicant(signer, options.name, joiner, sponsor),
  });
  return parseAnswer(await talk.hear(answerMs), branch, { fingerprint: sponsor, host, port });
}

/** Both screens show the words; `confirm` is the person at this one, and `end` gives it up. */
export interface Asking {
  readonly branch: string;
  readonly branchName: string;
  readonly words: readonly string[];
  /** Resolves once the other desk has decided. What it says counts only if somebody here found the words equal. */
  readonly decided: Promise<Joined | NotJoined>;
  end(): void;
}

export async function askToJoin(
  options: JoinerOptions,
  address: { readonly host: string; readonly port: number },
): Promise<Asking | NotJoined> {
  const { wire, clock, random, signer } = options;
  const talk = await openTalk(wire.dial({ ...address, path: joinPath }), clock);
  if (!talk) return notJoined("unreachable");
  const joinerNonce = Buffer.from(random.bytes(32)).toString("hex");
  const [joiner, sponsor, key] = [wire.fingerprint, talk.peerFingerprint, signer.publicKey];
  const commit = commitTo(joinerNonce, key);
  talk.say({ say: "ask", commit, ...describeApplicant(signer, options.name, joiner, sponsor) });
  const answer = await talk.hear(answerMs);
  const { nonce: sponsorNonce, branch, name } = answer ?? {};
  const isNonce = answer?.say === "nonce" && typeof sponsorNonce === "string" && sponsorNonce.length === 64;
  if (!isNonce || !isBranchId(branch) || typeof name !== "string") {
    talk.end();
    return notJoined(answer === null ? "silent" : codeOf(answer));
  }
  talk.say({ say: "reveal", nonce: joinerNonce });
  const words = wordsOf({ branch, joiner, sponsor, key, joinerNonce, sponsorNonce });
  const decided = talk.hear(decisionMs).then((said) => {
    talk.end();
    return parseAnswer(said, branch, { fingerprint: sponsor, ...address });
  });
  return { branch, branchName: name.slice(0, 80), words, decided, end: () => talk.end() };
}

function parseAnswer(
  said: Said | null,
  branch: string,
  at: Omit<Joined["sponsor"], "desk">,
): Joined | NotJoined {
  if (said?.say !== "admitted") return notJoined(said === null ? "silent" : codeOf(said));
  const { desk, clock } = said;
  const [ms, n] = Array.isArray(clock) ? clock : [];
  const isDesk = typeof desk === "string" && /^[0-9a-f]{32}$/.test(desk);
  if (said.branch !== branch || !isDesk || !isHybridTime(ms, n)) return notJoined("malformed");
  return { kind: "joined", branch, admittedAt: { ms, n }, sponsor: { desk, ...at } };
}

const texts: Readonly<Record<string, string>> = {
  unreachable:
    "The other desk can't be reached. Is it on, on the same network, and is its mesh port open in its firewall?",
  "other-desk": "Another desk than the one that made this invite is at its address. Make a new invite.",
  silent: "The other desk gave no answer. Ask again.",
  malformed: "The other desk runs another version of Deskmesh. Update the older one.",
  unknown: "The other desk doesn't know this invite. Make a new one.",
  expired: "This invite or request has ended. Make a new one.",
  used: "This invite was used already. Make a new one: each lets in one desk.",
  wrong: "This invite is not right. Copy the whole line again, or make a new one.",
  locked: "Too many tries. Nobody may ask there for a minute.",
  busy: "Too many desks are asking there at the moment. Try again soon.",
  refused: "The other desk refused: the words did not match, or somebody said no.",
  mismatch: "The other desk refused: the words did not match.",
  again: "This desk asked again meanwhile.",
  ending: "The other desk was switched off.",
  "not-admitted": "The other desk can't admit this PC. Its page says why.",
};

function codeOf(said: Said): string {
  return said.say === "refused" && typeof said.code === "string" && said.code in texts
    ? said.code
    : "malformed";
}

export function notJoined(code: string): NotJoined {
  return { kind: "not-joined", code, text: texts[code] ?? texts.malformed! };
}
