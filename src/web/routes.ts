/**
 * The pages and their addresses. An address names a page and nothing else: never a patron, never an item.
 */

export type Route =
  | "out"
  | "in"
  | "renew"
  | "find"
  | "register"
  | "activity"
  | "rules"
  | "desks"
  | "exceptions"
  | "export";

export interface PageName {
  readonly route: Route;
  readonly word: string;
  readonly keys: string;
  /** Daily work, or looking after it: the rail draws a line between them. */
  readonly group: "desk" | "branch";
}

export const PAGES: readonly PageName[] = [
  { route: "out", word: "Check out", keys: "F1", group: "desk" },
  { route: "in", word: "Check in", keys: "F2", group: "desk" },
  { route: "renew", word: "Renew", keys: "F3", group: "desk" },
  { route: "find", word: "Find patron", keys: "F4", group: "desk" },
  { route: "register", word: "Register", keys: "⇧F1", group: "desk" },
  { route: "activity", word: "Activity", keys: "Alt A", group: "branch" },
  { route: "rules", word: "Loan rules", keys: "Alt L", group: "branch" },
  { route: "desks", word: "Desks", keys: "Alt M", group: "branch" },
  { route: "exceptions", word: "Exceptions", keys: "Alt X", group: "branch" },
  { route: "export", word: "Supervisor", keys: "Alt S", group: "branch" },
];

/** `#/out` → `out`; anything unknown is check out. */
export function hashToRoute(hash: string): Route {
  const name = hash.replace(/^#\/?/, "");
  return PAGES.find((page) => page.route === name)?.route ?? "out";
}

export function routeToHash(route: Route): string {
  return `#/${route}`;
}

export function routeToWord(route: Route): string {
  return PAGES.find((page) => page.route === route)?.word ?? "";
}
