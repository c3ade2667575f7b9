/** What pages ask of the node about desks that join, leave or change their name. */

import type { DeskView, InviteView } from "../node/http/api.ts";
import type { Tools } from "./acts.ts";
import { t } from "./language.ts";
import type { HttpAnswer } from "./request.ts";

export type JoinIntent =
  /** First run: with an invite. */
  | { readonly kind: "join-invite"; readonly invite: string; readonly desk: string }
  /** First run: asks a branch that was heard, or an address. */
  | { readonly kind: "join-ask"; readonly branch?: string; readonly address?: string; readonly desk: string }
  /** On both sides: do the words match? */
  | { readonly kind: "join-decide"; readonly id: string; readonly matches: boolean }
  | { readonly kind: "invite" }
  /** This PC has another's identity: it becomes a desk of its own. */
  | { readonly kind: "renew-desk"; readonly name: string }
  | { readonly kind: "rename-desk"; readonly desk: DeskView; readonly name: string }
  | {
      readonly kind: "state-desk";
      readonly desk: DeskView;
      readonly what: "retire" | "lost" | "was-off";
      readonly reason: string;
    };

const kinds: ReadonlySet<string> = new Set<JoinIntent["kind"]>([
  "join-invite",
  "join-ask",
  "join-decide",
  "invite",
  "renew-desk",
  "rename-desk",
  "state-desk",
]);

export function isJoinIntent(intent: { readonly kind: string }): intent is JoinIntent {
  return kinds.has(intent.kind);
}

type Tell = (route: "first-run" | "desks", answer: HttpAnswer | undefined, good: string) => void;

/** Resolves when its answer is shown. */
export async function runJoinIntent(tools: Tools, intent: JoinIntent, tell: Tell): Promise<void> {
  const { connection, store } = tools;
  const page = store.get().state?.branch === undefined ? "first-run" : "desks";
  switch (intent.kind) {
    case "join-invite": {
      const { invite, desk } = intent;
      tell(
        page,
        await connection.post("join", { invite, desk }),
        t`This desk has joined. Scan a library card to begin.`,
      );
      break;
    }
    case "join-ask": {
      const { branch, address, desk } = intent;
      const target = branch === undefined ? { address } : { branch };
      tell(page, await connection.post("joins", { ...target, desk }), t`Compare the words on both screens.`);
      break;
    }
    case "join-decide": {
      const decision = intent.matches ? "confirm" : "refuse";
      const path = page === "first-run" ? "join" : "joins";
      const answer = await connection.post(`${path}/${encodeURIComponent(intent.id)}`, { decision });
      tell(page, answer, intent.matches ? t`Said: the words match.` : t`Refused. Nothing was joined.`);
      break;
    }
    case "invite": {
      const answer = await connection.post("invites", {});
      if (answer?.status === 201) store.set({ ...store.get(), invite: answer.body as InviteView });
      tell(page, answer, t`The invite is below. It lets in one desk, once.`);
      break;
    }
    case "renew-desk":
      tell(
        page,
        await connection.post("desk/renew", { desk: intent.name }),
        t`This PC is ${intent.name} now, a desk of its own. Every scan is kept.`,
      );
      break;
    case "rename-desk":
      tell(
        page,
        await postAct(tools, intent.desk, "rename", { name: intent.name }),
        t`Renamed, at every desk.`,
      );
      break;
    case "state-desk": {
      const { desk, what, reason } = intent;
      tell(
        page,
        await postAct(tools, desk, what, { reason }),
        t`Written: ${desk.name} is ${stateWords[what]}.`,
      );
      break;
    }
  }
}

const stateWords = { retire: t`retired`, lost: t`lost`, "was-off": t`taken as having been off` } as const;

function postAct(tools: Tools, desk: DeskView, what: string, body: object): Promise<HttpAnswer | undefined> {
  return tools.connection.post(`desks/${encodeURIComponent(desk.desk)}/${what}`, body);
}
