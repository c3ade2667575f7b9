/**
 * The node's HTTP face as a value: routes, checks and pages over one desk, tested without a port. Only this folder
 * knows status codes. Addresses of requests are never logged, since they hold barcodes.
 */
import type { Desk } from "../desk/desk.ts";
import type { Host } from "../operating/host.ts";
import type { Log } from "../operating/messages.ts";
import type { Clock, Random } from "../ports.ts";
import { type Access, createAccess } from "./access.ts";
import { checkCaller, securityHeaders } from "./guard.ts";
import { type App, createHono } from "./hono.ts";
import { describeRoutes } from "./openapi.ts";
import { ProblemError, problemToResponse, toProblem } from "./problem.ts";
import { createLimiter, type Rate, usualRate } from "./rate.ts";
import { roleOf } from "./roles.ts";
import { defineRoute, type Route, toJson } from "./route.ts";
import { createAnswerRoutes } from "./routes-answer.ts";
import { createBatchRoutes } from "./routes-batches.ts";
import { createBranchRoutes } from "./routes-branch.ts";
import { createDeskRoutes } from "./routes-desks.ts";
import { createHealthRoutes } from "./routes-health.ts";
import { createOfficeRoutes } from "./routes-office.ts";
import { createOutageRoutes } from "./routes-outages.ts";
import { createPairingRoutes } from "./routes-pairing.ts";
import { createPolicyRoutes } from "./routes-policy.ts";
import { createReadinessRoutes } from "./routes-readiness.ts";
import { createRecordRoutes } from "./routes-records.ts";
import { createRegistrationRoutes } from "./routes-registration.ts";
import { createSittingRoutes } from "./routes-sittings.ts";
import { createStaffRoutes } from "./routes-staff.ts";
import { createTransactionRoutes } from "./routes-transactions.ts";
import { createUpdateRoutes } from "./routes-updates.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { servePage } from "./static.ts";

export interface AppParts {
  readonly desk: Desk;
  /** The operator's, for `Authorization: Bearer`; empty: there is no operator. */
  readonly token: string;
  /** Folder of the built pages. */
  readonly webRoot: string;
  readonly version: string;
  readonly clock: Clock;
  /** Draws session tokens, and the reference that ties a fault's answer to its line in the log. */
  readonly random: Random;
  /** This PC; left out where nothing is known of it. */
  readonly host?: Host;
  /** How many requests it takes; the usual ones where left out. */
  readonly rate?: Rate;
  /** Takes one line; never a patron's data. */
  readonly log: Log;
}

export function createApp(parts: AppParts): App {
  const app = createHono();
  const takes = createLimiter(parts.rate ?? usualRate, parts.clock);
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value);
    if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
  });
  app.use(async (context, next) => {
    checkCaller(context.req.raw);
    // After it: a page of another site must not use up what the desk needs for its scans.
    if (!takes()) throw tooMany();
    await next();
  });
  const doors = createDoors(parts);
  const routes = listRoutes(parts, doors);
  for (const route of routes) {
    const role = roleOf(route);
    app.on(route.method.toUpperCase(), toPattern(route.path), (context) =>
      answerSafely(parts, `${route.method} ${route.path}`, async () => {
        const { raw } = context.req;
        return route.answer(raw, context.req.param(), doors.access.claim(raw, role));
      }),
    );
  }
  for (const [path, methods] of listMethods(routes)) {
    app.all(toPattern(path), () => wrongMethod(methods));
  }
  app.all("/api/*", () =>
    problemToResponse(toProblem(404, "not-found", "There is no such address in the API.")),
  );
  app.on("GET", "*", (context) =>
    answerSafely(parts, "get a page", () => servePage(parts.webRoot, context.req.path)),
  );
  app.all("*", () => wrongMethod(["GET", "HEAD"]));
  app.onError((error) => errorToResponse(parts, "a request", error));
  return app;
}

/** What decides who may come in. */
export interface Doors {
  readonly access: Access;
  readonly sessions: Sessions;
}

export function createDoors({ desk, clock, random, token }: AppParts): Doors {
  const sessions = createSessions({ staff: desk.staff, clock, random });
  return { sessions, access: createAccess({ desk, sessions, token }) };
}

/** All routes of the node, the document of them included. */
export function listRoutes(parts: AppParts, doors: Doors = createDoors(parts)): readonly Route[] {
  const { desk, clock, log, version } = parts;
  const routes: Route[] = [
    ...createHealthRoutes(desk, parts.host),
    ...createReadinessRoutes(desk, clock, parts.host),
    ...createBranchRoutes(desk, doors.access, clock, log),
    ...createStaffRoutes(desk, doors.access, doors.sessions),
    ...createTransactionRoutes(desk),
    ...createSittingRoutes(clock),
    ...createRecordRoutes(desk),
    ...createPolicyRoutes(desk),
    ...createRegistrationRoutes(desk),
    ...createDeskRoutes(desk),
    ...createPairingRoutes(desk),
    ...createBatchRoutes(desk),
    ...createAnswerRoutes(desk),
    ...createOutageRoutes(desk),
    ...createOfficeRoutes(desk),
    ...createUpdateRoutes(desk),
  ];
  let document: unknown;
  routes.push(
    defineRoute({
      method: "get",
      path: "/api/openapi.json",
      summary: "This description",
      answers: { 200: { text: "OpenAPI 3.1" } },
      run: () => {
        document ??= describeRoutes(routes, version);
        return toJson(document);
      },
    }),
  );
  return routes;
}

async function answerSafely(
  parts: AppParts,
  what: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    return errorToResponse(parts, what, error);
  }
}

/** A refused request is a problem; anything else thrown is a fault, told by a reference alone. */
function errorToResponse(parts: AppParts, what: string, error: unknown): Response {
  if (error instanceof ProblemError) return problemToResponse(error.problem, error.headers);
  const reference = Buffer.from(parts.random.bytes(6)).toString("hex");
  parts.log(`fault ${reference} in ${what}: ${describeError(error)}`, "error");
  const text = `Something broke in this node. The log has it under ${reference}.`;
  return problemToResponse(toProblem(503, "fault", text, { fault: { kind: "unexpected", text } }));
}

/** Kind, code and place of an error. Its message is left out: it may quote what was being worked on. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const code = (error as NodeJS.ErrnoException).code;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [code ? `${error.name} ${code}` : error.name, ...frames.map((line) => line.trim())].join(" | ");
}

function wrongMethod(methods: readonly string[]): Response {
  const allow = methods.join(", ");
  return problemToResponse(toProblem(405, "wrong-method", `This address takes ${allow}.`), { allow });
}

function tooMany(): ProblemError {
  const text = "This PC is asked too much at once. Try again in a second.";
  return new ProblemError(toProblem(429, "too-many", text), { "retry-after": "1" });
}

function listMethods(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const taken = route.method === "get" ? ["GET", "HEAD"] : [route.method.toUpperCase()];
    methods.set(route.path, [...(methods.get(route.path) ?? []), ...taken]);
  }
  return methods;
}

function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
