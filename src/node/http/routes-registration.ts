/** The branch's registration form, and a look at one that is being filled in. */
import type { Desk } from "../desk/desk.ts";
import { answerToResponse, defineRoute, type Route } from "./route.ts";
import { registrationDraft } from "./schema.ts";
import * as views from "./schema-snapshot.ts";

export function createRegistrationRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/registration-form",
      summary: "What to ask a new patron: the fields of this branch's form, in order",
      answers: { 200: { text: "The form", schema: views.form } },
      run: async () => answerToResponse(await desk.registrationForm()),
    }),
    defineRoute({
      method: "post",
      path: "/api/registrations/check",
      summary: "What is wrong with a form so far, and who may be in the list already. Nothing is recorded",
      body: registrationDraft,
      examples: {
        "half filled in": {
          patron: "99999000001",
          fields: { surname: "Example", given_names: "Ada", birth_date: "2001-02-03" },
        },
      },
      answers: { 200: { text: "Problems and similar patrons", schema: views.formCheck } },
      run: async ({ body }) => answerToResponse(await desk.checkRegistration(body)),
    }),
  ];
}
