/**
 * Errors as RFC 9457 problem documents: one shape for everything that isn't a success. No stack trace, no patron data.
 */
import type { Answer, RecordAnswer } from "../desk/desk.ts";
import type { Problem } from "./api.ts";

/** A failure on the way in, before any desk was asked. Thrown by the checks, answered by the app. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.title);
    this.problem = problem;
    this.headers = headers;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: "The request can't be read",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "This address has no such method",
  409: "Not now",
  413: "The request is too large",
  415: "The content type must be application/json",
  421: "This node does not serve that host name",
  422: "The request can't be accepted",
  423: "Locked",
  429: "Too many requests",
  503: "Out of order",
};

/** A problem document. `code` is one word for programs; `detail` one sentence for people. */
export function toProblem(
  status: number,
  code: string,
  detail: string,
  members: Partial<Omit<Problem, "type" | "title" | "status" | "code" | "detail">> = {},
): Problem {
  const title = titles[status] ?? "Error";
  return { type: `urn:deskmesh:problem:${code}`, title, status, code, detail, ...members };
}

/** 422 for a request of the wrong form: what is wrong, field by field. */
export function toInvalid(errors: readonly { readonly field: string; readonly text: string }[]): Problem {
  const text = errors.map((error) => error.text).join(" ");
  return toProblem(422, "invalid", text, { refusal: { kind: "invalid", text }, errors });
}

export function problemToResponse(
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** What a desk's expected failure is in HTTP. */
export function answerToProblem(
  answer: Exclude<Answer<unknown>, { kind: "done" }> | Exclude<RecordAnswer, { kind: "recorded" }>,
): Problem {
  switch (answer.kind) {
    case "questions":
      return toProblem(409, "questions", "Staff must answer before this can be recorded.", {
        questions: answer.questions,
        ...(answer.byRule && { byRule: answer.byRule }),
      });
    case "conflict":
      return toProblem(409, answer.code, answer.text, {
        ...(answer.incomplete && { incomplete: answer.incomplete }),
        ...(answer.undecided && { undecided: answer.undecided }),
        ...(answer.obstacles && { obstacles: answer.obstacles }),
      });
    case "not-found":
      return toProblem(404, "not-found", answer.text);
    case "refused":
      return toProblem(422, answer.refusal.kind, answer.refusal.text, { refusal: answer.refusal });
    case "fault":
      return toProblem(503, "fault", answer.fault.text, { fault: answer.fault });
  }
}
