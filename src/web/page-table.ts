/**
 * Which element shows which page, and how it comes here. Check out, check in and renew are part of the first load;
 * every other page is fetched from the own node when somebody goes there, or a moment after the start.
 *
 * A new page: its route in `routes.ts`, its line here. Sections of a page are imported by that page.
 */
import { html, type TemplateResult } from "./lit.ts";
import type { Route } from "./routes.ts";
import type { Model } from "./store.ts";

export interface PageEntry {
  /** Defines the page's element. Left out: it is there from the start. */
  readonly load?: () => Promise<unknown>;
  readonly render: (model: Model) => TemplateResult;
}

export const PAGE_TABLE: Readonly<Record<Route, PageEntry>> = {
  out: { render: (model) => html`<dm-desk .model=${model} .mode=${"out"}></dm-desk>` },
  in: { render: (model) => html`<dm-desk .model=${model} .mode=${"in"}></dm-desk>` },
  renew: { render: (model) => html`<dm-desk .model=${model} .mode=${"renew"}></dm-desk>` },
  find: {
    load: () => import("./pages/find-page.ts"),
    render: (model) => html`<dm-find .model=${model}></dm-find>`,
  },
  register: {
    load: () => import("./pages/register-page.ts"),
    render: (model) => html`<dm-register .model=${model}></dm-register>`,
  },
  "in-house": {
    load: () => import("./pages/in-house-page.ts"),
    render: (model) => html`<dm-in-house .model=${model}></dm-in-house>`,
  },
  paper: {
    load: () => import("./pages/paper-page.ts"),
    render: (model) => html`<dm-paper .model=${model}></dm-paper>`,
  },
  payment: {
    load: () => import("./pages/payment-page.ts"),
    render: (model) => html`<dm-payment .model=${model}></dm-payment>`,
  },
  activity: {
    load: () => import("./pages/activity-page.ts"),
    render: (model) => html`<dm-activity .model=${model}></dm-activity>`,
  },
  rules: {
    load: () => import("./pages/rules-page.ts"),
    render: (model) => html`<dm-rules .model=${model}></dm-rules>`,
  },
  readiness: {
    load: () => import("./pages/readiness-page.ts"),
    render: (model) => html`<dm-readiness .model=${model}></dm-readiness>`,
  },
  desks: {
    load: () => import("./pages/desks-page.ts"),
    render: (model) => html`<dm-desks .model=${model}></dm-desks>`,
  },
  exceptions: {
    load: () => import("./pages/exceptions-page.ts"),
    render: (model) => html`<dm-exceptions .model=${model}></dm-exceptions>`,
  },
  export: {
    load: () => import("./pages/export-page.ts"),
    render: (model) => html`<dm-export .model=${model}></dm-export>`,
  },
  wizard: {
    load: () => import("./pages/wizard-page.ts"),
    render: (model) => html`<dm-wizard .model=${model}></dm-wizard>`,
  },
  batch: {
    load: () => import("./pages/batch-page.ts"),
    render: (model) => html`<dm-batch .model=${model}></dm-batch>`,
  },
  settings: {
    load: () => import("./pages/settings-page.ts"),
    render: (model) => html`<dm-settings .model=${model}></dm-settings>`,
  },
  scanner: {
    load: () => import("./pages/scanner-page.ts"),
    render: (model) => html`<dm-scanner .model=${model}></dm-scanner>`,
  },
  day: {
    load: () => import("./pages/day-page.ts"),
    render: (model) => html`<dm-day .model=${model}></dm-day>`,
  },
  sheet: {
    load: () => import("./pages/sheet-page.ts"),
    render: (model) => html`<dm-sheet .model=${model}></dm-sheet>`,
  },
};

/** The page of a desk that belongs to no branch yet. */
export async function fetchFirstRun(): Promise<void> {
  await import("./pages/first-run-page.ts").catch(() => setTimeout(fetchFirstRun, 1_000));
}

const loaded = new Set<PageEntry>();

/** Resolves true when the page can be shown; false: the node doesn't give it now. */
export async function fetchPage(route: Route): Promise<boolean> {
  const entry = PAGE_TABLE[route];
  if (entry.load === undefined || loaded.has(entry)) return true;
  try {
    await entry.load();
  } catch {
    // The node is down, or was replaced by another version: the shell says so, and tries again.
    return false;
  }
  loaded.add(entry);
  return true;
}

/** True when the page's element is defined. */
export function isFetched(route: Route): boolean {
  const entry = PAGE_TABLE[route];
  return entry.load === undefined || loaded.has(entry);
}

/** Fetches what is left, one after the other: a node that dies later takes no page with it. */
export async function fetchAllPages(): Promise<void> {
  for (const route of Object.keys(PAGE_TABLE) as Route[]) await fetchPage(route);
}
