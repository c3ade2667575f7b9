/**
 * How desks come to belong to the branch and leave it: invites, the four words, and what a supervisor does about a desk.
 */
import { parsePeer } from "../config.ts";
import type { Desk, DeskAct } from "../desk/desk.ts";
import { ProblemError, toInvalid } from "./problem.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { deskPath, idPath } from "./schema.ts";
import {
  answerBody,
  askBody,
  decideBody,
  inviteBody,
  joinBody,
  reasonBody,
  renameBody,
  renewBody,
  retireBody,
} from "./schema-desks.ts";
import * as views from "./schema-views.ts";

const minuteMs = 60_000;
const defaultTtlMinutes = 10;

export function createPairingRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/invites",
      summary: "One line of text that lets one desk in, once",
      body: inviteBody,
      examples: { "ten minutes": {}, "a day": { ttlMinutes: 1440 } },
      answers: { 201: { text: "The line; it is told once", schema: views.invite } },
      problems: [409],
      run: async ({ body, staff }) =>
        answerToResponse(await desk.invite((body.ttlMinutes ?? defaultTtlMinutes) * minuteMs, staff), 201),
    }),
    defineRoute({
      method: "post",
      path: "/api/join",
      summary: "Join a branch by an invite: first run only",
      body: joinBody,
      examples: { "desk 2": { invite: "deskmesh1.eyJiIjoi…", desk: "Desk 2" } },
      answers: { 201: { text: "Joined: the state now", schema: views.state } },
      problems: [409],
      run: async ({ body }) => answerToResponse(await desk.join(body.invite, body.desk), 201),
    }),
    defineRoute({
      method: "get",
      path: "/api/joins",
      summary: "First run: branches heard, and what was asked. Afterwards: desks that ask",
      answers: { 200: { text: "Both sides of the four words", schema: views.joins } },
      run: () => toJson(desk.joins()),
    }),
    defineRoute({
      method: "post",
      path: "/api/joins",
      summary: "Ask a branch to let this desk in: first run only",
      body: askBody,
      examples: {
        heard: { branch: "3f9a0c1e5b7d48a2960f1e2d3c4b5a69", desk: "Desk 2" },
        typed: { address: "192.168.1.20:8471", desk: "Desk 2" },
      },
      answers: { 201: { text: "Asked: compare the words", schema: views.joins } },
      problems: [409],
      run: async ({ body }) => {
        const address = body.address === undefined ? undefined : parseAddress(body.address);
        const target = {
          ...(body.branch === undefined ? {} : { branch: body.branch }),
          ...(address && { address }),
        };
        return answerToResponse(await desk.askToJoin(target, body.desk), 201);
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/join/{id}",
      summary: "First run: the words match on both screens, or they don't",
      params: idPath,
      body: answerBody,
      examples: { match: { decision: "confirm" }, differ: { decision: "refuse" } },
      answers: { 200: { text: "Said", schema: views.joins } },
      problems: [404, 409],
      run: async ({ params, body }) =>
        answerToResponse(await desk.answerJoin(params.id, body.decision === "confirm")),
    }),
    defineRoute({
      method: "post",
      path: "/api/joins/{id}",
      summary: "At an admitted desk: the words match on both screens, or they don't",
      params: idPath,
      body: decideBody,
      examples: { match: { decision: "confirm" }, differ: { decision: "refuse" } },
      answers: { 200: { text: "Done", schema: views.joins } },
      problems: [404, 409],
      run: async ({ params, body, staff }) =>
        answerToResponse(await desk.decideJoin(params.id, body.decision === "confirm", staff)),
    }),
    ...createActRoutes(desk),
  ];
}

function createActRoutes(desk: Desk): readonly Route[] {
  const act = async (id: string, done: DeskAct, staff: string | undefined): Promise<Response> =>
    answerToResponse(await desk.actOnDesk(id, done, staff));
  const common = {
    method: "post",
    params: deskPath,
    answers: { 200: { text: "Written; the desks now", schema: views.desks } },
    problems: [404, 409],
  } as const;
  return [
    defineRoute({
      ...common,
      path: "/api/desks/{id}/rename",
      summary: "Give a desk another name",
      body: renameBody,
      examples: { rename: { name: "Children's desk" } },
      run: ({ params, body, staff }) => act(params.id, { kind: "rename", name: body.name }, staff),
    }),
    defineRoute({
      ...common,
      path: "/api/desks/{id}/retire",
      summary: "No longer admitted, for good: what this desk holds of it counts, nothing else ever will",
      body: retireBody,
      examples: { "no reason": {}, stolen: { reason: "The PC was stolen" } },
      run: ({ params, body, staff }) =>
        act(
          params.id,
          { kind: "retire", ...(body.reason === undefined ? {} : { reason: body.reason }) },
          staff,
        ),
    }),
    defineRoute({
      method: "post",
      path: "/api/desk/renew",
      summary: "Another PC has this desk's identity (a copied disk): make this one a new desk",
      body: renewBody,
      examples: { "a name": { desk: "Desk 4" } },
      answers: { 200: { text: "It is a new desk: the state now", schema: views.state } },
      problems: [409],
      run: async ({ body, staff }) => answerToResponse(await desk.renew(body.desk, staff)),
    }),
    ...(["lost", "was-off"] as const).map((kind) =>
      defineRoute({
        ...common,
        path: `/api/desks/{id}/${kind}`,
        summary:
          kind === "lost"
            ? "Its PC is broken, nothing more will come: export is whole without it and names it"
            : "It was off during the outage: it made nothing",
        body: reasonBody,
        examples: { reason: { reason: "Its disk is broken" } },
        run: ({ params, body, staff }) => act(params.id, { kind, reason: body.reason }, staff),
      }),
    ),
  ];
}

function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const address = parsePeer(text);
  if (address) return address;
  const field = "address";
  throw new ProblemError(toInvalid([{ field, text: `${field}: expected ADDRESS or ADDRESS:PORT.` }]));
}
