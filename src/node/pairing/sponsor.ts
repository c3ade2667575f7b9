/**
 * The desk that may admit others: takes whoever knocks through an invite or through the four words. Until the answer is
 * yes it says no more than the branch's id and name; what it says then is durable in the log first.
 */
import type { HybridTime } from "../../crdt/log/hybrid-clock.ts";
import type { Clock, Random, WireSocket } from "../ports.ts";
import type { Invites } from "./invites.ts";
import { type Applicant, parseApplicant } from "./join-request.ts";
import { createTalk, type Said, type Talk } from "./talk.ts";
import { commitTo, wordsOf } from "./words.ts";

export interface SponsorOptions {
  readonly branch: string;
  readonly branchName: () => string;
  readonly desk: string;
  /** Of this desk's certificate. */
  readonly fingerprint: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly invites: Invites;
  /** Writes the admission; it is durable when this resolves. A text says why it can't be. */
  readonly admit: (
    applicant: Applicant,
    staff?: string,
  ) => Promise<{ readonly admittedAt: HybridTime } | string>;
  readonly onChanged: () => void;
  /** In words for the log. */
  readonly onTrouble: (text: string) => void;
}

/** A desk that waits for somebody to compare the words. */
export interface JoinRequest {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly words: readonly string[];
}

export interface Sponsor {
  /** A desk knocks. `settled`: it needn't be counted among the unknown any more. */
  receive(socket: WireSocket, settled: () => void): void;
  requests(): readonly JoinRequest[];
  /** `null`: done. A text says why not. `undefined`: there is no such request (any more). */
  decide(id: string, admits: boolean, staff?: string): Promise<string | null | undefined>;
  /** Nobody may ask at the moment. */
  readonly locked: boolean;
  close(): void;
}

const messageMs = 2_000;
/** People walk from one PC to the other. */
const requestMs = 5 * 60_000;
const maxRequests = 8;
/** Words that didn't match, or proofs that were wrong, until nobody may ask for a while. */
const maxMismatches = 5;
const lockMs = 60_000;

interface Waiting extends JoinRequest {
  readonly applicant: Applicant;
  readonly talk: Talk;
}

export function createSponsor(options: SponsorOptions): Sponsor {
  const { clock, random } = options;
  const waiting = new Map<string, Waiting>();
  /** Exchanging nonces at this moment. */
  let agreeing = 0;
  let mismatches = 0;
  let lockedUntil = 0;
  const isLocked = (): boolean => clock.monotonic() < lockedUntil;

  function countMismatch(): void {
    mismatches++;
    if (mismatches < maxMismatches) return;
    mismatches = 0;
    lockedUntil = clock.monotonic() + lockMs;
    options.onTrouble(`${maxMismatches} desks were refused: nobody may ask to join for a minute.`);
    options.onChanged();
  }

  function refuse(talk: Talk, code: string): void {
    talk.say({ say: "refused", code });
    talk.end();
  }

  async function admit(talk: Talk, applicant: Applicant, staff?: string): Promise<string | null> {
    const admitted = await options.admit(applicant, staff);
    if (typeof admitted === "string") {
      refuse(talk, "not-admitted");
      return admitted;
    }
    const { ms, n } = admitted.admittedAt;
    talk.say({ say: "admitted", branch: options.branch, desk: options.desk, clock: [ms, n] });
    talk.end();
    options.onChanged();
    return null;
  }

  async function takeInvite(talk: Talk, said: Said, applicant: Applicant): Promise<void> {
    const { branch, fingerprint } = options;
    const of = { branch, joiner: talk.peerFingerprint, sponsor: fingerprint, key: applicant.key };
    const verdict = await options.invites.redeem(String(said.invite).slice(0, 64), of, said.proof);
    if (verdict === "good") {
      await admit(talk, applicant);
      return;
    }
    options.onTrouble(`An invite was refused to ${talk.host}: ${verdict}.`);
    refuse(talk, verdict);
  }

  async function takeRequest(talk: Talk, said: Said, applicant: Applicant): Promise<void> {
    if (isLocked()) return refuse(talk, "locked");
    if (waiting.size + agreeing >= maxRequests) return refuse(talk, "busy");
    agreeing++;
    const words = await agreeOnWords(talk, said, applicant).finally(() => agreeing--);
    if (!words) {
      countMismatch();
      return refuse(talk, "mismatch");
    }
    const id = Buffer.from(random.bytes(8)).toString("hex");
    for (const [other, one] of waiting) if (one.applicant.desk === applicant.desk) giveUp(other, "again");
    waiting.set(id, { id, name: applicant.name, host: talk.host, words, applicant, talk });
    options.onChanged();
    // It has nothing more to say: whatever comes, or nothing for so long, ends the request.
    await talk.hear(requestMs);
    giveUp(id, "expired");
  }

  /** `null`: it revealed another nonce than the one that it had bound itself to. */
  async function agreeOnWords(talk: Talk, said: Said, { key }: Applicant): Promise<readonly string[] | null> {
    const { branch, fingerprint: sponsor } = options;
    const sponsorNonce = Buffer.from(random.bytes(32)).toString("hex");
    talk.say({ say: "nonce", nonce: sponsorNonce, branch, name: options.branchName() });
    const revealed = await talk.hear(messageMs);
    const joinerNonce = revealed?.say === "reveal" ? revealed.nonce : undefined;
    if (typeof joinerNonce !== "string" || joinerNonce.length !== 64) return null;
    if (commitTo(joinerNonce, key) !== said.commit) return null;
    return wordsOf({ branch, joiner: talk.peerFingerprint, sponsor, key, joinerNonce, sponsorNonce });
  }

  /** Counted like a mismatch: whoever sits between could ask until the words happen to be equal. */
  function giveUp(id: string, code: string): void {
    if (waiting.has(id)) countMismatch();
    drop(id, code);
  }

  function drop(id: string, code: string): void {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    refuse(one.talk, code);
    options.onChanged();
  }

  async function converse(talk: Talk, settled: () => void): Promise<void> {
    const said = await talk.hear(messageMs);
    const applicant = said && parseApplicant(said, talk.peerFingerprint, options.fingerprint);
    settled();
    if (!said || !applicant) return refuse(talk, "malformed");
    if (said.say === "invite") await takeInvite(talk, said, applicant);
    else if (said.say === "ask") await takeRequest(talk, said, applicant);
    else refuse(talk, "malformed");
  }

  return {
    receive(socket, settled) {
      const talk = createTalk(socket, clock, settled);
      converse(talk, settled).catch((why: unknown) => {
        options.onTrouble(`A desk could not be admitted: ${String(why)}`);
        talk.end();
      });
    },
    requests: () => [...waiting.values()].map(({ id, name, host, words }) => ({ id, name, host, words })),
    async decide(id, admits, staff) {
      const one = waiting.get(id);
      if (!one) return undefined;
      waiting.delete(id);
      if (admits) return admit(one.talk, one.applicant, staff);
      refuse(one.talk, "refused");
      countMismatch();
      options.onChanged();
      return null;
    },
    get locked() {
      return isLocked();
    },
    close() {
      for (const id of [...waiting.keys()]) drop(id, "ending");
    },
  };
}
