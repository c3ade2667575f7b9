/**
 * One route of the API as a value: what it takes and gives, said once. The app mounts it, `/api/openapi.json` shows
 * it, and no request reaches `run` that its schemas did not let through.
 */

import type { Answer } from "../desk/desk.ts";
import { readJson } from "./body.ts";
import { explainIssues } from "./explain.ts";
import { checkContentType, readStaff } from "./guard.ts";
import type { Schema, z } from "./hono.ts";
import { answerToProblem, ProblemError, problemToResponse, toInvalid } from "./problem.ts";
import { noQuery } from "./schema.ts";

export interface AnswerShape {
  readonly text: string;
  /** Left out: the body is `mediaType` without a schema. */
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly mediaType?: string;
}

/** A request that its route's schemas let through. */
export interface Checked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Who acts; POST alone. */
  readonly staff?: string;
  readonly signal: AbortSignal;
}

export interface RouteShape<P, Q, B> {
  readonly method: "get" | "post";
  /** With parameters in braces: `/api/items/{barcode}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Schema<P>;
  /** Left out: no query parameter is known. */
  readonly query?: Schema<Q>;
  readonly body?: Schema<B>;
  /** Bodies that the schema lets through, by name; shown in the document. */
  readonly examples?: Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Statuses that come as problem documents, beside those that every route has. */
  readonly problems?: readonly number[];
  readonly run: (checked: Checked<P, Q, B>) => Response | Promise<Response>;
}

/** A route whose types are settled: only the app and the document look at it. */
export interface Route extends Omit<RouteShape<unknown, unknown, unknown>, "run"> {
  /** Checks the request and runs it. Throws a {@link ProblemError} for one that may not pass. */
  readonly answer: (request: Request, params: Readonly<Record<string, string>>) => Promise<Response>;
}

export function defineRoute<P, Q, B>(shape: RouteShape<P, Q, B>): Route {
  const { run, ...described } = shape;
  return {
    ...described,
    answer: async (request, params) => {
      if (shape.method === "post") checkContentType(request);
      const staff = shape.method === "post" ? readStaff(request) : undefined;
      const checkedParams = shape.params ? check(shape.params, params, "address") : (undefined as P);
      const query = check(shape.query ?? (noQuery as Schema<Q>), readQuery(request), "query");
      const body = shape.body ? check(shape.body, await readJson(request), "body") : (undefined as B);
      return run({
        params: checkedParams,
        query,
        body,
        ...(staff !== undefined && { staff }),
        signal: request.signal,
      });
    },
  };
}

export function toJson(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}

/** A desk's answer: its value as JSON with `status`, or a problem document. */
export function answerToResponse(answer: Answer<unknown>, status = 200): Response {
  return answer.kind === "done" ? toJson(answer.value, status) : problemToResponse(answerToProblem(answer));
}

function check<T>(schema: Schema<T>, input: unknown, whole: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ProblemError(toInvalid(explainIssues(result.error.issues, input, whole)));
}

function readQuery(request: Request): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(query, name)) {
      throw new ProblemError(toInvalid([{ field: "query", text: "query: a name is given twice." }]));
    }
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true });
  }
  return query;
}
