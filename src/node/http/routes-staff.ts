/**
 * Signing in and out, the staff of the branch, the recovery code, and whether initials are enough to record.
 */
import type { BranchSettings, Desk, RecoveryForm, StaffChange } from "../desk/desk.ts";
import { type Access, readAnyToken, sessionCookieName } from "./access.ts";
import type { SessionView } from "./api.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { authorityBody, recoveryBody, sessionBody, staffBody } from "./schema.ts";
import { settings, settingsBody } from "./schema-settings.ts";
import * as views from "./schema-views.ts";
import type { Sessions } from "./sessions.ts";

const pin = "example-pin";
const code = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV";

export function createStaffRoutes(desk: Desk, access: Access, sessions: Sessions): readonly Route[] {
  return [
    ...createSessionRoutes(access, sessions),
    defineRoute({
      method: "get",
      path: "/api/staff",
      summary: "Who works at the desks",
      answers: { 200: { text: "By name", schema: views.staff } },
      run: () => toJson(desk.staff.list()),
    }),
    defineRoute({
      method: "post",
      path: "/api/staff",
      summary: "Add a user (with PIN and role), or change what is given: PIN, role, disabled, unlock",
      body: staffBody,
      examples: {
        add: { user: "mk", pin, role: "staff" },
        disable: { user: "mk", disabled: true },
        unlock: { user: "mk", unlock: true },
      },
      answers: { 200: { text: "All staff after it", schema: views.staff } },
      problems: [404, 409],
      run: async ({ body, staff }) => answerToResponse(await desk.staff.change(body as StaffChange, staff)),
    }),
    defineRoute({
      method: "get",
      path: "/api/settings",
      summary: "What is set for all desks of the branch, and by whom",
      answers: { 200: { text: "All settings", schema: settings } },
      run: () => toJson(desk.staff.settings()),
    }),
    defineRoute({
      method: "post",
      path: "/api/settings",
      summary: "Set something for all desks of the branch: what is given changes",
      body: settingsBody,
      examples: {
        "sign in": { openDesks: false },
        "two weeks": { retentionDays: 14 },
        koha: { ilsName: "Koha", ilsProfile: "koha", helpDesk: "IT, 555 0100, 8 to 20" },
      },
      answers: { 200: { text: "All settings after it", schema: settings } },
      problems: [409],
      run: async ({ body, staff }) =>
        answerToResponse(await desk.staff.changeSettings(body as BranchSettings, staff)),
    }),
    ...createRecoveryRoutes(desk),
  ];
}

function createSessionRoutes(access: Access, sessions: Sessions): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/session",
      summary: "Who is signed in",
      answers: { 200: { text: "Empty: nobody", schema: views.session } },
      run: ({ request }) => {
        const token = readAnyToken(request);
        const signedIn = token === null ? null : sessions.find(token, false);
        const view: SessionView = signedIn ? { user: signedIn.user, role: signedIn.role } : {};
        return toJson(view);
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/session",
      summary: "Sign in",
      body: sessionBody,
      examples: { "initials and PIN": { user: "mk", pin } },
      answers: { 200: { text: "Signed in: cookie, and token for programs", schema: views.signedIn } },
      problems: [423],
      run: async ({ body, request }) => {
        const { user, role } = await access.signIn(body);
        const before = readAnyToken(request);
        if (before !== null) sessions.close(before);
        const token = sessions.open(user);
        return toJson({ user, role, token }, 200, { "set-cookie": cookie(request, token) });
      },
    }),
    defineRoute({
      method: "delete",
      path: "/api/session",
      summary: "Sign out",
      answers: { 200: { text: "Nobody is signed in", schema: views.session } },
      run: ({ request }) => {
        const token = readAnyToken(request);
        if (token !== null) sessions.close(token);
        return toJson({}, 200, { "set-cookie": `${cookie(request, "")}; Max-Age=0` });
      },
    }),
  ];
}

function createRecoveryRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/recovery",
      summary: "Make a supervisor with the sealed recovery code, which is then used up",
      body: recoveryBody,
      examples: { code: { code, user: "mk", pin } },
      answers: { 201: { text: "Made; this is the new code, told once", schema: views.recoveryCode } },
      problems: [409],
      run: async ({ body }) => answerToResponse(await desk.staff.recover(body as RecoveryForm), 201),
    }),
    defineRoute({
      method: "post",
      path: "/api/recovery/renew",
      summary: "A new recovery code; the one before no longer counts",
      body: authorityBody,
      examples: { empty: {} },
      answers: { 201: { text: "The new code, told once", schema: views.recoveryCode } },
      problems: [409],
      run: async ({ staff }) =>
        answerToResponse(await desk.staff.renewRecoveryCode(staff ?? "supervisor"), 201),
    }),
  ];
}

/** Not for scripts of a page, nor for requests that another site begins; gone with the browser. */
function cookie(request: Request, token: string): string {
  return `${sessionCookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
}
