/** Who may ask what, route by route: the table is said once more here, and tried with each kind of caller. */
import { describe, expect, test } from "vitest";
import { createApp, listRoutes } from "../../../src/node/http/app.ts";
import { roles } from "../../../src/node/http/roles.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import {
  clerkOfTests,
  createDeskDouble,
  createStaffDouble,
  createTestParts,
  initials,
  ownHost,
  signInAt,
  tokenOfTests,
} from "./desk-double.ts";

/** Nobody, somebody with Initials, a Clerk who signed in, a Supervisor, the Operator's token alone. */
const callers = ["N", "I", "C", "S", "O"] as const;
/** First where initials are enough to record, then where staff sign in. */
const expected: Readonly<Record<string, readonly [open: string, closed: string]>> = {
  "get /healthz": ["NICSO", "NICSO"],
  "get /readyz": ["NICSO", "NICSO"],
  "get /metrics": ["NICSO", "NICSO"],
  "get /api/openapi.json": ["NICSO", "NICSO"],
  "get /api/state": ["NICSO", "NICSO"],
  "get /api/events": ["NICSO", "NICSO"],
  "get /api/readiness": ["NICSO", "NICSO"],
  "get /api/desks": ["NICSO", "NICSO"],
  "get /api/outage": ["NICSO", "NICSO"],
  "get /api/snapshots": ["NICSO", "NICSO"],
  "get /api/settings": ["NICSO", "NICSO"],
  "get /api/session": ["NICSO", "NICSO"],
  "post /api/branch": ["NICSO", "NICSO"],
  "post /api/join": ["NICSO", "NICSO"],
  "post /api/joins": ["NICSO", "NICSO"],
  "post /api/join/{id}": ["NICSO", "NICSO"],
  "get /api/joins": ["NICSO", "NICSO"],
  "post /api/session": ["NICSO", "NICSO"],
  "delete /api/session": ["NICSO", "NICSO"],
  "post /api/recovery": ["NICSO", "NICSO"],
  "get /api/patrons": ["NICSO", "CS"],
  "get /api/patrons/{barcode}": ["NICSO", "CS"],
  "get /api/items": ["NICSO", "CS"],
  "get /api/items/{barcode}": ["NICSO", "CS"],
  "get /api/scan/{barcode}": ["NICSO", "CS"],
  "get /api/registration-form": ["NICSO", "CS"],
  "post /api/registrations/check": ["NICSO", "CS"],
  "get /api/sittings/{page}": ["NICSO", "CS"],
  "post /api/sittings": ["NICSO", "CS"],
  "get /api/policy": ["NICSO", "CS"],
  "get /api/policy/try": ["NICSO", "CS"],
  "get /api/policy/schema": ["NICSO", "NICSO"],
  "get /api/transactions": ["NICSO", "CS"],
  "get /api/transactions/{id}": ["NICSO", "CS"],
  "get /api/exceptions": ["NICSO", "CS"],
  "get /api/outages": ["NICSO", "CSO"],
  "get /api/outages/{number}/statistics": ["NICSO", "CSO"],
  "get /api/outages/{number}/timeline": ["NICSO", "CSO"],
  "get /api/completeness": ["NICSO", "CSO"],
  "get /api/batches": ["NICSO", "CSO"],
  "get /api/batches/preview": ["NICSO", "CSO"],
  "get /api/batches/{id}": ["NICSO", "CSO"],
  "get /api/todos": ["NICSO", "CSO"],
  "get /api/rescan": ["NICSO", "CS"],
  "post /api/todos": ["ICS", "CS"],
  "post /api/transactions": ["ICS", "CS"],
  "post /api/readiness/tests": ["ICSO", "CSO"],
  "post /api/outage/open": ["ICSO", "CSO"],
  "post /api/outage/desk-done": ["ICSO", "CSO"],
  "post /api/outage/down-here": ["ICSO", "CSO"],
  "post /api/outage/works-here": ["ICSO", "CSO"],
  "post /api/outage/called": ["ICSO", "CSO"],
  "post /api/snapshots": ["SO", "SO"],
  "post /api/backups": ["SO", "SO"],
  "post /api/carry/out": ["SO", "SO"],
  "post /api/carry/in": ["SO", "SO"],
  "post /api/invites": ["SO", "SO"],
  "get /api/activity": ["S", "S"],
  "get /api/audit": ["S", "S"],
  "post /api/joins/{id}": ["S", "S"],
  "post /api/desk/renew": ["S", "S"],
  "post /api/desks/{id}/rename": ["S", "S"],
  "post /api/desks/{id}/retire": ["S", "S"],
  "post /api/desks/{id}/lost": ["S", "S"],
  "post /api/desks/{id}/was-off": ["S", "S"],
  "post /api/outage/closing": ["S", "S"],
  "post /api/outage/open-again": ["S", "S"],
  "post /api/outage/close": ["S", "S"],
  "post /api/outages/{number}/purge": ["S", "S"],
  "post /api/exceptions/{id}": ["S", "S"],
  "post /api/batches": ["S", "S"],
  "get /api/batches/{id}/file": ["S", "S"],
  "get /api/batches/{id}/lines": ["S", "S"],
  "get /api/batches/{id}/extra": ["S", "S"],
  "get /api/batches/{id}/patrons": ["S", "S"],
  "get /api/batches/{id}/due": ["S", "S"],
  "post /api/batches/{id}/loaded": ["S", "S"],
  "post /api/batches/{id}/failed": ["S", "S"],
  "post /api/batches/{id}/answer": ["S", "S"],
  "post /api/batches/{id}/replay": ["S", "S"],
  "post /api/batches/{id}/replay/stop": ["S", "S"],
  "post /api/batches/{id}/reissue": ["S", "S"],
  "post /api/batches/{id}/withdraw": ["S", "S"],
  "get /api/updates": ["SO", "SO"],
  "post /api/updates": ["S", "S"],
  "post /api/updates/withdraw": ["S", "S"],
  "get /api/staff": ["S", "S"],
  "post /api/staff": ["S", "S"],
  "post /api/settings": ["S", "S"],
  "post /api/recovery/renew": ["S", "S"],
};

const { parts } = createTestParts(createDeskDouble());
const routes = listRoutes(parts);
/** What an address can't be asked without. */
function queryOf(name: string): string {
  if (name.endsWith("/preview")) return "?format=csv";
  return name.endsWith("/patrons") || name.endsWith("/items") ? "?q=x" : "";
}

const nameOf = (route: { method: string; path: string }) => `${route.method} ${route.path}`;

describe("the table of roles", () => {
  test("has a line for each route and no other, here as there", () => {
    const names = routes.map(nameOf).sort();
    expect(Object.keys(roles).sort()).toEqual(names);
    expect(Object.keys(expected).sort()).toEqual(names);
  });

  for (const [index, openDesks] of [true, false].entries()) {
    test.each(routes.map((route) => [nameOf(route), route] as const))(
      `openDesks ${openDesks}: %s`,
      async (name, route) => {
        const allowed: string[] = [];
        const double = createDeskDouble({ staff: createStaffDouble({ openDesks: () => openDesks }) });
        const app = createApp(createTestParts(double, { random: realRandom }).parts);
        const clerk = await signInAt(app, clerkOfTests);
        const supervisor = await signInAt(app);
        const headersOf: Readonly<Record<(typeof callers)[number], Record<string, string>>> = {
          N: {},
          I: { ...initials },
          C: { authorization: `Bearer ${clerk}` },
          S: { authorization: `Bearer ${supervisor}` },
          O: { authorization: `Bearer ${tokenOfTests}` },
        };
        const example = Object.values(route.examples ?? {})[0];
        // A sign-in with a wrong PIN is a 401 of its own: this one is right.
        const { by: _by, ...asked } = (name === "post /api/session" ? clerkOfTests : (example ?? {})) as {
          by?: unknown;
        };
        // Who may ask at all: a PIN that must come along is asked for of them too.
        const body = example === undefined ? undefined : asked;
        const query = queryOf(name);
        const url = `${ownHost}${route.path.replaceAll(/\{\w+\}/g, "x")}${query}`;
        for (const caller of callers) {
          const before = double.calls.length + double.recorded.length;
          const response = await app.request(url, {
            method: route.method.toUpperCase(),
            headers: {
              ...headersOf[caller],
              ...(body === undefined ? {} : { "content-type": "application/json" }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          });
          await response.body?.cancel();
          if (response.status === 401 || response.status === 403) {
            // Refused is refused: the desk was not even asked.
            expect(double.calls.length + double.recorded.length).toBe(before);
          } else {
            allowed.push(caller);
          }
        }
        expect(allowed.join("")).toBe(expected[name]?.[index]);
      },
    );
  }
});
