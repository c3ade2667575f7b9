/**
 * Who may ask what: one line for each route of the node, in one table. A route that isn't in it is not served.
 */

/**
 * `anyone` of this PC: nothing of a patron is behind it. `reader`: staff who are signed in, or anybody where initials
 * are enough. `staff`: the same, with a name for the record. `supervisor`: signed in as one, or their PIN in `by`.
 */
export type Level = "anyone" | "reader" | "staff" | "supervisor";

export interface RouteRole {
  readonly level: Level;
  /** Whoever started the node (the token in its run file) may ask it too. */
  readonly operator?: true;
}

const anyone: RouteRole = { level: "anyone" };
const reader: RouteRole = { level: "reader" };
const staff: RouteRole = { level: "staff" };
const supervisor: RouteRole = { level: "supervisor" };
const orOperator = (role: RouteRole): RouteRole => ({ ...role, operator: true });

export const roles: Readonly<Record<string, RouteRole>> = {
  "get /healthz": anyone,
  "get /readyz": anyone,
  "get /metrics": anyone,
  "get /api/openapi.json": anyone,
  "get /api/policy/schema": anyone,
  "get /api/state": anyone,
  // Rows are left out for whoever may not read them (`routes-branch.ts`).
  "get /api/events": anyone,
  "get /api/readiness": anyone,
  "get /api/desks": anyone,
  "get /api/outage": anyone,
  "get /api/snapshots": anyone,
  // Once, while this desk belongs to no branch: the desk itself refuses the second time.
  "post /api/branch": anyone,
  "post /api/join": anyone,
  "post /api/joins": anyone,
  "post /api/join/{id}": anyone,
  // Names that PCs give themselves, and words to compare.
  "get /api/joins": anyone,
  "get /api/settings": anyone,
  "get /api/session": anyone,
  "post /api/session": anyone,
  "delete /api/session": anyone,
  // 130 random bits stand before it.
  "post /api/recovery": anyone,

  "get /api/patrons": reader,
  "get /api/patrons/{barcode}": reader,
  "get /api/items": reader,
  "get /api/items/{barcode}": reader,
  "get /api/scan/{barcode}": reader,
  "get /api/registration-form": reader,
  // Records nothing; a body, since names of patrons belong in no address.
  "post /api/registrations/check": reader,
  // A page's own work, given back to the page that has its name.
  "get /api/sittings/{page}": reader,
  "post /api/sittings": reader,
  "get /api/policy": reader,
  "get /api/policy/try": reader,
  "get /api/transactions": reader,
  "get /api/transactions/{id}": reader,
  "get /api/exceptions": reader,
  "get /api/outages": orOperator(reader),
  "get /api/outages/{number}/statistics": orOperator(reader),
  "get /api/outages/{number}/timeline": orOperator(reader),
  "get /api/completeness": orOperator(reader),
  "get /api/batches": orOperator(reader),
  "get /api/batches/preview": orOperator(reader),
  "get /api/batches/{id}": orOperator(reader),
  "get /api/todos": orOperator(reader),
  "get /api/rescan": reader,

  "post /api/transactions": staff,
  "post /api/todos": staff,
  "post /api/readiness/tests": orOperator(staff),
  "post /api/outage/open": orOperator(staff),
  "post /api/outage/desk-done": orOperator(staff),
  "post /api/outage/down-here": orOperator(staff),
  "post /api/outage/works-here": orOperator(staff),
  "post /api/outage/called": orOperator(staff),

  "post /api/snapshots": orOperator(supervisor),
  "post /api/backups": orOperator(supervisor),
  "post /api/carry/out": orOperator(supervisor),
  "post /api/carry/in": orOperator(supervisor),
  "post /api/invites": orOperator(supervisor),
  "post /api/joins/{id}": supervisor,
  "post /api/desk/renew": supervisor,
  "post /api/desks/{id}/rename": supervisor,
  "post /api/desks/{id}/retire": supervisor,
  "post /api/desks/{id}/lost": supervisor,
  "post /api/desks/{id}/was-off": supervisor,
  "post /api/outage/closing": supervisor,
  "post /api/outage/open-again": supervisor,
  "post /api/outage/close": supervisor,
  "post /api/outages/{number}/purge": supervisor,
  "post /api/exceptions/{id}": supervisor,
  "post /api/batches": supervisor,
  "get /api/batches/{id}/file": supervisor,
  "get /api/batches/{id}/lines": supervisor,
  "get /api/batches/{id}/extra": supervisor,
  "get /api/batches/{id}/patrons": supervisor,
  "get /api/batches/{id}/due": supervisor,
  "post /api/batches/{id}/loaded": supervisor,
  "post /api/batches/{id}/failed": supervisor,
  "post /api/batches/{id}/replay": supervisor,
  "post /api/batches/{id}/replay/stop": supervisor,
  "get /api/activity": supervisor,
  "get /api/audit": supervisor,
  "post /api/batches/{id}/answer": supervisor,
  "post /api/batches/{id}/reissue": supervisor,
  "post /api/batches/{id}/withdraw": supervisor,
  "get /api/updates": orOperator(supervisor),
  "post /api/updates": supervisor,
  "post /api/updates/withdraw": supervisor,
  "get /api/staff": supervisor,
  "post /api/staff": supervisor,
  "post /api/settings": supervisor,
  "post /api/recovery/renew": supervisor,
};

/** Throws for a route that nobody has given a role: that is a fault of the program, found at its start. */
export function roleOf(route: { readonly method: string; readonly path: string }): RouteRole {
  const name = `${route.method} ${route.path}`;
  const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (!role) throw new Error(`the table of roles has no line for ${name}`);
  return role;
}
