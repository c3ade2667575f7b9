/**
 * The desk's state, its event stream, and the first run's form.
 */
import type { BranchForm, Desk } from "../desk/desk.ts";
import type { Clock } from "../ports.ts";
import type { Access } from "./access.ts";
import { streamEvents } from "./events.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { branchBody } from "./schema.ts";
import * as views from "./schema-views.ts";

export function createBranchRoutes(
  desk: Desk,
  access: Access,
  clock: Clock,
  log: (message: string) => void,
): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/state",
      summary: "Everything that a page needs to start",
      answers: { 200: { text: "The state now", schema: views.state } },
      run: () => toJson(desk.state()),
    }),
    defineRoute({
      method: "get",
      path: "/api/events",
      summary: "What happens, as server-sent events: first state, then each change",
      answers: { 200: { text: "Never ends", mediaType: "text/event-stream" } },
      run: ({ request }) => {
        // Asked anew for each row: a session may end while the stream is open.
        const mayRead = () => access.mayRead(request);
        return streamEvents({ desk, clock, mayRead, signal: request.signal, log });
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/branch",
      summary: "Create the branch: first run only",
      body: branchBody,
      examples: {
        riverside: {
          name: "Riverside",
          code: "RIV",
          timezone: "Europe/Berlin",
          desk: "Desk 1",
          supervisor: "mk",
          pin: "example-pin",
        },
      },
      answers: {
        201: { text: "Created: the state now, and the recovery code, told once", schema: views.created },
      },
      problems: [409],
      run: async ({ body }) => {
        const form = { ...body, code: body.code.toUpperCase() } as BranchForm;
        return answerToResponse(await desk.createBranch(form), 201);
      },
    }),
  ];
}
