/**
 * The outages that there have been: what was done in them, and purging their scans.
 */
import type { Desk } from "../desk/desk.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { outagePath, purgeBody } from "./schema.ts";
import * as views from "./schema-outages.ts";

export function createOutageRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/outages",
      summary: "Outages that there have been, and what becomes of their scans",
      answers: { 200: { text: "Newest first", schema: views.pastOutages } },
      run: async () => toJson(await desk.outages()),
    }),
    defineRoute({
      method: "get",
      path: "/api/outages/{number}/statistics",
      summary: "How much was done by desk, kind and hour, without patrons",
      params: outagePath,
      answers: { 200: { text: "By hour", schema: views.statistics } },
      problems: [404],
      run: async ({ params }) => answerToResponse(await desk.statistics(Number(params.number))),
    }),
    defineRoute({
      method: "post",
      path: "/api/outages/{number}/purge",
      summary: "Destroy the scans of an outage on every desk, now; what is not loaded is refused",
      params: outagePath,
      body: purgeBody,
      examples: { now: {}, "with a reason": { reason: "Desk 9 was never ours" } },
      answers: { 200: { text: "The receipt, without names", schema: views.pastOutage } },
      problems: [404, 409],
      run: async ({ params, body, staff }) =>
        answerToResponse(await desk.purge(Number(params.number), body.reason, staff)),
    }),
  ];
}
