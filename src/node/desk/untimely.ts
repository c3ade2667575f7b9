/** What is said to whoever asks too early, before there is a branch, or too late, while the desk is being switched off. */
import type { Conflict, Refusal } from "./desk.ts";
import { noBranch } from "./first-run.ts";

export const beingEnded: Conflict = {
  kind: "conflict",
  code: "ending",
  text: "This desk is being switched off. Nothing was changed: do it again when it is on.",
};

export const notYet: Refusal = { kind: "refused", refusal: { kind: "no-branch", text: noBranch.text } };
export const notNow: Refusal = { kind: "refused", refusal: { kind: "ending", text: beingEnded.text } };
