/**
 * "Make this a new desk": a PC that was copied with its identity becomes a desk of its own. Its old run ends in order, and
 * everything that it wrote stays; its last word under the old identity is to admit the new one. Another desk must have
 * heard that word first: nobody would ever link with the new one to hear it.
 */
import { feedKey } from "../../crdt/log/feed-name.ts";
import { type DraftIdentity, draftIdentity, stageIdentity } from "../renewal.ts";
import type { Answer, Conflict } from "./desk.ts";
import type { DeskPorts } from "./desk-ports.ts";
import { isTwin } from "./live-twins.ts";
import { finishRun } from "./outages.ts";
import type { DeskParts } from "./parts.ts";

const heardMs = 5_000;

/** When it is done the new identity is this PC's; it is in use once the desk has been opened anew. */
export async function prepareRenewal(
  parts: DeskParts,
  ports: Pick<DeskPorts, "random" | "vault">,
  name: string,
  staff?: string,
): Promise<Answer<DraftIdentity>> {
  const { ledger, own } = parts;
  if (!isTwin(parts, own.desk)) return noTwin;
  if (parts.mesh.links("branch").length === 0) return alone;
  const draft = await draftIdentity(ports.random);
  const { desk } = draft.signer;
  const { fingerprint } = draft.link;
  const { ms, n, run, seq } = await ledger.appendBranch({ kind: "admit", desk, fingerprint, name }, staff);
  if (!(await isHeard(parts, feedKey(own.desk, run), seq))) {
    await ledger.appendBranch({ kind: "retire", desk, frontier: new Map(), reason: "Not made" }, staff);
    return alone;
  }
  await finishRun(parts, staff);
  await stageIdentity(ports.vault, draft, { branch: parts.branchId, desk: name, admittedAt: { ms, n } });
  return { kind: "done", value: draft };
}

async function isHeard({ mesh, clock }: DeskParts, feed: string, seq: number): Promise<boolean> {
  const until = clock.monotonic() + heardMs;
  const holds = (): boolean =>
    mesh.links("branch").some(({ peerFrontier }) => (peerFrontier.get(feed)?.count ?? 0) > seq);
  while (!holds() && clock.monotonic() < until)
    await new Promise<void>((resolve) => clock.after(20, resolve));
  return holds();
}

const noTwin: Conflict = {
  kind: "conflict",
  code: "no-twin",
  text: "No other PC has this desk's identity: there is nothing to mend.",
};

const alone: Conflict = {
  kind: "conflict",
  code: "alone",
  text: "No other desk is linked at the moment, and one must hear of it first. Nothing was changed.",
};
