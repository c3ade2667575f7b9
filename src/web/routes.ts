/**
 * The pages and their addresses. An address names a page and nothing else: never a patron, never an item.
 */
import { t } from "./language.ts";

export type Route =
  | "out"
  | "in"
  | "renew"
  | "find"
  | "register"
  | "in-house"
  | "paper"
  | "payment"
  | "activity"
  | "rules"
  | "desks"
  | "readiness"
  | "exceptions"
  | "export"
  | "wizard"
  | "batch"
  | "sheet"
  | "settings"
  | "scanner"
  | "day";

export interface PageName {
  readonly route: Route;
  readonly word: string;
  /** Daily work, or looking after it: the rail draws a line between them. `within`: not in the rail. */
  readonly group: "desk" | "branch" | "within";
}

export const PAGES: readonly PageName[] = [
  { route: "out", word: t`Check out`, group: "desk" },
  { route: "in", word: t`Check in`, group: "desk" },
  { route: "renew", word: t`Renew`, group: "desk" },
  { route: "find", word: t`Find patron`, group: "desk" },
  { route: "register", word: t`Register`, group: "desk" },
  { route: "in-house", word: t`In-house`, group: "desk" },
  { route: "paper", word: t`Type in from paper`, group: "within" },
  { route: "payment", word: t`Payment`, group: "within" },
  { route: "activity", word: t`Activity`, group: "branch" },
  { route: "rules", word: t`Loan rules`, group: "branch" },
  { route: "desks", word: t`Desks`, group: "branch" },
  { route: "readiness", word: t`Readiness`, group: "branch" },
  { route: "settings", word: t`Settings`, group: "branch" },
  { route: "exceptions", word: t`Exceptions`, group: "branch" },
  { route: "export", word: t`Supervisor`, group: "branch" },
  { route: "wizard", word: t`Export`, group: "within" },
  { route: "batch", word: t`File report`, group: "within" },
  { route: "sheet", word: t`Print`, group: "within" },
  { route: "scanner", word: t`Scanner set-up`, group: "within" },
  { route: "day", word: t`End of day`, group: "within" },
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
