/** What a supervisor reads of an outage: its picture, who did what, the activity as a sheet. */
import type { Desk, TransactionQuery } from "../desk/desk.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { activityQuery, idPath, outagePath } from "./schema.ts";
import * as views from "./schema-office.ts";

export function createOfficeRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/transactions/{id}",
      summary: "What happened to one transaction, and who went ahead over which question",
      params: idPath,
      answers: { 200: { text: "Oldest first", schema: views.trail } },
      problems: [404],
      run: async ({ params }) => answerToResponse(await desk.trail(params.id)),
    }),
    defineRoute({
      method: "get",
      path: "/api/activity",
      summary: "The activity list as a sheet (CSV), oldest first",
      query: activityQuery,
      answers: { 200: { text: "All rows that the filter lets through", mediaType: "text/csv" } },
      run: async ({ query }) =>
        new Response(await desk.activitySheet(query as TransactionQuery), {
          headers: {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": 'attachment; filename="activity.csv"',
          },
        }),
    }),
    defineRoute({
      method: "get",
      path: "/api/audit",
      summary: "Who did what: moves, files, desks, staff, decisions, answers to questions; the newest 500",
      answers: { 200: { text: "Newest first", schema: views.audit } },
      run: async () => toJson(await desk.audit()),
    }),
    defineRoute({
      method: "get",
      path: "/api/outages/{number}/timeline",
      summary: "What each desk did in an outage, minute by minute, without patrons",
      params: outagePath,
      answers: { 200: { text: "By desk", schema: views.timeline } },
      problems: [404],
      run: async ({ params }) => answerToResponse(await desk.timeline(Number(params.number))),
    }),
  ];
}
