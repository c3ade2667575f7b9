/** Sends a batch line by line over SIP2, or stops that. A password passes through to the node and is kept nowhere. */
import { t } from "./language.ts";
import type { ReplayIntent } from "./office-intent.ts";
import type { Connection, HttpAnswer } from "./request.ts";

type Tell = (answer: HttpAnswer | undefined, good: string) => void;

/** Resolves when its answer is shown. */
export async function runReplayAct(
  { post }: Pick<Connection, "post">,
  intent: ReplayIntent,
  tell: Tell,
): Promise<void> {
  const path = `batches/${encodeURIComponent(intent.id)}/replay`;
  if (intent.kind === "office-replay")
    tell(await post(path, intent.request), t`It is being sent. How far it is stands below.`);
  else tell(await post(`${path}/stop`, {}), t`Stopped after the line that was under way.`);
}
