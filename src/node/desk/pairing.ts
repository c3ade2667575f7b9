/** What this desk does for others that want to join: invites, and requests with four words (issue text: "Admission"). */

import type { InviteView, JoinsView } from "../http/api.ts";
import { type Invite, inviteToText } from "../pairing/invite.ts";
import { type Invites, openInvites } from "../pairing/invites.ts";
import { createSponsor, type Sponsor } from "../pairing/sponsor.ts";
import type { Clock, Random, Vault } from "../ports.ts";
import type { Answer } from "./desk.ts";
import { admitDesk } from "./desk-acts.ts";
import type { Ledger } from "./ledger.ts";
import type { DeskParts } from "./parts.ts";

export interface PairingOptions {
  readonly branch: string;
  readonly desk: string;
  readonly fingerprint: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Vault;
  readonly ledger: Ledger;
  readonly onChanged: () => void;
  readonly onTrouble: (text: string) => void;
}

export interface Pairing {
  readonly invites: Invites;
  readonly sponsor: Sponsor;
}

export async function openPairing({ ledger, vault, ...options }: PairingOptions): Promise<Pairing> {
  const invites = await openInvites(vault, options.clock, options.random);
  const sponsor = createSponsor({
    ...options,
    invites,
    branchName: () => ledger.branch.branch?.name ?? "",
    admit: (applicant, staff) => admitDesk(ledger, applicant, staff),
  });
  return { invites, sponsor };
}

export async function makeInvite(parts: DeskParts, ttlMs: number): Promise<Answer<InviteView>> {
  const { fingerprint, port } = parts.reach;
  const { id, secret, expiresAt } = await parts.pairing.invites.make(ttlMs);
  const hosts = parts.reach.hosts().slice(0, 12);
  const invite: Invite = { branch: parts.branchId, hosts, port, fingerprint, id, secret, expiresAt };
  return { kind: "done", value: { invite: inviteToText(invite), expires: parts.times().rfc3339(expiresAt) } };
}

export function viewRequests(parts: DeskParts): JoinsView {
  const requests = parts.pairing.sponsor
    .requests()
    .map(({ id, name, host, words }) => ({ id, name, address: host, words }));
  return { heard: [], requests, locked: parts.pairing.sponsor.locked };
}

export async function decideRequest(
  parts: DeskParts,
  id: string,
  matches: boolean,
  staff?: string,
): Promise<Answer<JoinsView>> {
  const why = await parts.pairing.sponsor.decide(id, matches, staff);
  if (why === undefined) return { kind: "not-found", text: "Nobody asks under that id (any more)." };
  if (why !== null) return { kind: "conflict", code: "not-admitted", text: why };
  return { kind: "done", value: viewRequests(parts) };
}
