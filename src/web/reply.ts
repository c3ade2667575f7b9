/**
 * What a POST of a transaction came to, as one of four things; pure, so that no page has to know status codes.
 */

import type { DueView, Problem, Question, RecordedAnswer } from "../node/http/api.ts";
import { t } from "./language.ts";

export type Reply =
  | { readonly kind: "recorded"; readonly answer: RecordedAnswer }
  | { readonly kind: "questions"; readonly questions: readonly Question[]; readonly byRule?: DueView }
  | { readonly kind: "refused"; readonly code?: string; readonly text: string }
  /** The authority that rode along doesn't count: wrong PIN, locked, or not a supervisor. */
  | { readonly kind: "unproven"; readonly text: string }
  /** Not saved, or nobody knows: to be tried again under the same id. */
  | { readonly kind: "fault"; readonly text: string };

/** Status and parsed body of an answer that arrived; `undefined` body: not JSON. */
export function answerToReply(status: number, body: unknown): Reply {
  if (status === 200 || status === 201) {
    return isRecorded(body) ? { kind: "recorded", answer: body } : { kind: "fault", text: UNREADABLE };
  }
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  if (status === 409 && problem.questions !== undefined && problem.questions.length > 0) {
    const { questions, byRule } = problem;
    return { kind: "questions", questions, ...(byRule === undefined ? {} : { byRule }) };
  }
  if (UNPROVEN.has(problem.code ?? "")) return { kind: "unproven", text: problemToText(problem, status) };
  // Asked too much at once it has looked at nothing: that is no word on this scan, and the next try may be taken.
  if (status >= 500 || problem.code === "too-many") {
    return {
      kind: "fault",
      text: problem.fault?.text ?? problem.detail ?? problem.title ?? t`Error ${status}`,
    };
  }
  const code = problem.code === undefined ? {} : { code: problem.code };
  return { kind: "refused", ...code, text: problemToText(problem, status) };
}

/** The one sentence of a problem that staff should read. */
export function problemToText(problem: Partial<Problem>, status: number): string {
  const text = problem.refusal?.text ?? problem.fault?.text ?? problem.detail ?? problem.title;
  return text ?? t`This was not accepted (${status}).`;
}

const UNPROVEN: ReadonlySet<string> = new Set(["wrong-pin", "locked", "busy", "not-supervisor"]);

const UNREADABLE = t`The answer could not be read, so it may not be saved. Scan it again: it will not count twice.`;

function isRecorded(body: unknown): body is RecordedAnswer {
  return typeof body === "object" && body !== null && "receipt" in body && "view" in body;
}
