/** The loan rules: as a table, as a schema, and what they come to for one patron and one item. */
import type { Desk } from "../desk/desk.ts";
import { policyJsonSchema } from "../policy/policy-schema.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { loanQuery } from "./schema.ts";
import * as views from "./schema-snapshot.ts";

export function createPolicyRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/policy",
      summary: "The loan rules in force, limits, opening days and what looks wrong in them",
      answers: { 200: { text: "In the order in which they are asked", schema: views.policy } },
      run: async () => answerToResponse(await desk.policy()),
    }),
    defineRoute({
      method: "get",
      path: "/api/policy/try",
      summary: "What if this patron takes this item now? Nothing is recorded",
      query: loanQuery,
      answers: {
        200: {
          text: "The rule that decides, the due date, and what staff would be asked",
          schema: views.tried,
        },
      },
      run: async ({ query }) => answerToResponse(await desk.tryLoan(query)),
    }),
    defineRoute({
      method: "get",
      path: "/api/policy/schema",
      summary: "JSON Schema of policy.json",
      answers: { 200: { text: "JSON Schema, draft 2020-12" } },
      run: () => toJson(policyJsonSchema()),
    }),
  ];
}
