/** An update of the program, handed from desk to desk: what is offered, offering, and taking it back. */
import type { Desk } from "../desk/desk.ts";
import type { UpdatesView } from "./api-operating.ts";
import { type Schema, z } from "./hono.ts";
import { answerToResponse, defineRoute, type Route } from "./route.ts";
import { by, closed, words } from "./schema.ts";

const text = z.string();
const view = z
  .object({
    version: text,
    platform: text.optional(),
    offers: z.array(
      z.object({
        platform: text,
        version: text,
        sha256: text,
        size: z.int(),
        at: text.openapi({ format: "date-time" }),
        by: text.optional(),
        state: z.enum(["here", "on-its-way", "not-needed"]),
        have: z.int(),
        newer: z.boolean(),
        file: text.optional(),
      }),
    ),
    hold: text.optional(),
  })
  .openapi("UpdatesView") as unknown as Schema<UpdatesView>;

const answers = { 200: { text: "What is offered, and what of it is here", schema: view } };

export function createUpdateRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/updates",
      summary: "Packages of the program that were offered to all desks, and which of them are here",
      answers,
      problems: [404, 409],
      run: async () => answerToResponse(await desk.updates()),
    }),
    defineRoute({
      method: "post",
      path: "/api/updates",
      summary: "Offer a package of this PC to all desks; each of its kind with an older version fetches it",
      body: closed({ path: words(4096), by }),
      examples: { stick: { path: "/media/stick/deskmesh-0.2.0-linux-x64.tar.gz" } },
      answers,
      problems: [404, 409],
      run: async ({ body: { path }, staff }) => answerToResponse(await desk.offerUpdate(path, staff)),
    }),
    defineRoute({
      method: "post",
      path: "/api/updates/withdraw",
      summary: "Take back what was offered: no desk fetches it, and none keeps it",
      body: closed({ by }),
      examples: { all: {} },
      answers,
      problems: [404, 409],
      run: async ({ staff }) => answerToResponse(await desk.withdrawUpdate(staff)),
    }),
  ];
}
