/**
 * One route of the API as a value: what it takes and gives, said once. The app mounts it, `/api/openapi.json` shows
 * it, and no request reaches `run` that its schemas did not let through.
 */

import type { Answer, Role } from "../desk/desk.ts";
import type { Acting, Authority, Claim } from "./access.ts";
import { isMediaType, readJson, readUpload } from "./body.ts";
import { explainIssues } from "./explain.ts";
import { checkContentType } from "./guard.ts";
import type { Schema, z } from "./hono.ts";
import { answerToProblem, ProblemError, problemToResponse, toInvalid } from "./problem.ts";
import { authority, noQuery } from "./schema.ts";

export interface AnswerShape {
  readonly text: string;
  /** Left out: the body is `mediaType` without a schema. */
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly mediaType?: string;
}

export interface Upload {
  /** One that a plain form of another site can't send. */
  readonly mediaType: string;
  readonly mostBytes: number;
  readonly run: (
    bytes: AsyncIterable<Uint8Array>,
    acting: Acting,
    params: Readonly<Record<string, string>>,
    /** When the file was written, ms, where the request says it (`Last-Modified`). */
    changedAt: number | undefined,
  ) => Promise<Response>;
}

/** A request that its route's schemas let through. */
export interface Checked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Who acts, where somebody is named. */
  readonly staff?: string;
  readonly role: Role;
  /** Checks a PIN that rode along deeper in the body. Throws a {@link ProblemError} where it doesn't count. */
  readonly prove: (by: Authority) => Promise<Acting>;
  readonly request: Request;
}

export interface RouteShape<P, Q, B> {
  readonly method: "get" | "post" | "delete";
  /** With parameters in braces: `/api/items/{barcode}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Schema<P>;
  /** Left out: no query parameter is known. */
  readonly query?: Schema<Q>;
  readonly body?: Schema<B>;
  /** Bodies that the schema lets through, by name; shown in the document. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** Bytes of a media type that may come instead of a body of JSON. */
  readonly upload?: Upload;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Statuses that come as problem documents, beside those that every route has. */
  readonly problems?: readonly number[];
  readonly run: (checked: Checked<P, Q, B>) => Response | Promise<Response>;
}

/** A route whose types are settled: only the app and the document look at it. */
export interface Route extends Omit<RouteShape<unknown, unknown, unknown>, "run"> {
  /** Checks the request and runs it. Throws a {@link ProblemError} for one that may not pass. */
  readonly answer: (
    request: Request,
    params: Readonly<Record<string, string>>,
    claim: Claim,
  ) => Promise<Response>;
}

export function defineRoute<P, Q, B>(shape: RouteShape<P, Q, B>): Route {
  const { run, ...described } = shape;
  return {
    ...described,
    answer: async (request, params, claim) => {
      if (shape.upload && isMediaType(request, shape.upload.mediaType)) {
        if (!claim.acting) throw claim.refuse();
        if (shape.params) check(shape.params, params, "address");
        const changedAt = Date.parse(request.headers.get("last-modified") ?? "");
        const bytes = readUpload(request, shape.upload.mostBytes);
        return shape.upload.run(bytes, claim.acting, params, Number.isNaN(changedAt) ? undefined : changedAt);
      }
      if (shape.method === "post") checkContentType(request);
      const input = shape.body && (await readJson(request));
      const by = readAuthority(input);
      if (!claim.acting && !by) throw claim.refuse();
      const checkedParams = shape.params ? check(shape.params, params, "address") : (undefined as P);
      const query = check(shape.query ?? (noQuery as Schema<Q>), readQuery(request), "query");
      const body = shape.body ? check(shape.body, input, "body") : (undefined as B);
      // The PIN comes last: a request of the wrong form costs nobody a try.
      const acting = by ? await actWith(claim, by) : claim.acting!;
      const rest = by ? withoutAuthority(body) : body;
      return run({ params: checkedParams, query, body: rest, ...acting, prove: claim.prove, request });
    },
  };
}

/** A supervisor's PIN in the body. What isn't of that form is left to the route's own schema to name. */
function readAuthority(input: unknown): Authority | null {
  const by = typeof input === "object" && input !== null ? (input as { by?: unknown }).by : undefined;
  const parsed = authority.safeParse(by);
  return parsed.success ? parsed.data : null;
}

/** Who records stays the one at the desk; the supervisor's role counts for this request. */
async function actWith(claim: Claim, by: Authority): Promise<Acting> {
  const supervisor = await claim.prove(by);
  const staff = claim.acting?.staff;
  return staff === undefined ? supervisor : { staff, role: supervisor.role };
}

/** No PIN goes further than here. */
function withoutAuthority<B>(body: B): B {
  if (typeof body !== "object" || body === null) return body;
  const { by: _, ...rest } = body as B & { by?: unknown };
  return rest as B;
}

export function toJson(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
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
