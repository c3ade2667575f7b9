/**
 * What pages ask of the node beside scans: lists, searches, decisions, files. Each answer goes into the model.
 */
import type {
  Page,
  PatronView,
  PolicyView,
  Problem,
  StaffView,
  StateView,
  TransactionRow,
  TryView,
} from "../node/http/api.ts";
import type { Intent } from "./intent.ts";
import { isJoinIntent, runJoinIntent } from "./joining.ts";
import { problemToText } from "./reply.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import type { Route } from "./routes.ts";
import type { Input } from "./session.ts";
import type { Signing } from "./signing.ts";
import { addRows, isSupervisor, type Model, type Outcome } from "./store.ts";

export interface Store {
  get(): Model;
  set(model: Model): void;
}

export interface Tools {
  readonly store: Store;
  /** Asks whoever is at the desk to sign in where the node wants that. */
  readonly connection: Connection;
  /** The same without asking. */
  readonly raw: Connection;
  readonly signing: Signing;
  readonly createId: () => string;
  readonly now: () => number;
  readonly keepStaff: (initials: string) => void;
  readonly saveFile: (file: Blob, name: string) => void;
}

export type Feed = (input: Input) => void;

/** Does one thing that a page asked for. Resolves when its answer is shown. */
export async function runAct(tools: Tools, feed: Feed, intent: Intent): Promise<void> {
  const { store, connection } = tools;
  const model = store.get();
  if (isJoinIntent(intent))
    return runJoinIntent(tools, intent, (route, answer, good) => tell(tools, route, answer, good));
  if (intent.kind === "purge") return purge(tools, intent.outage, intent.reason);
  switch (intent.kind) {
    case "go":
      goTo(tools, intent.route);
      break;
    case "find":
      await findPatrons(tools, intent.query);
      break;
    case "open-patron":
      goTo(tools, "out");
      await refreshPatron(tools, feed, intent.barcode, true);
      break;
    case "try-loan":
      await tryLoan(tools, intent.patron, intent.item);
      break;
    case "filter-activity":
      store.set({ ...model, activity: { filter: intent.filter, ids: [], isLoaded: false } });
      await loadActivity(tools);
      break;
    case "more-activity":
      await loadActivity(tools, model.activity.next);
      break;
    case "settle": {
      const { id, decision, transaction, reason } = intent;
      const body = { decision, reason, ...(transaction === undefined ? {} : { transaction }) };
      const answer = await connection.post(`exceptions/${encodeURIComponent(id)}`, body);
      tell(tools, "exceptions", answer, "Decided. It is in the record, with its reason.");
      break;
    }
    case "export": {
      const partial =
        intent.partialReason === undefined ? {} : { partial: true, reason: intent.partialReason };
      const answer = await connection.post("batches", { format: intent.format, ...partial });
      const none =
        answer?.status === 404 ? { ...answer, body: { detail: "There is nothing new to export." } } : answer;
      tell(tools, "export", none, "The file is made. Give it to the library system, once.");
      break;
    }
    case "mark-batch": {
      const { id, state, job, byHand } = intent;
      const body = { ...(job === undefined ? {} : { job }), ...(byHand === undefined ? {} : { byHand }) };
      const answer = await connection.post(`batches/${encodeURIComponent(id)}/${state}`, body);
      tell(tools, "export", answer, `Marked as ${state}.`);
      break;
    }
    case "move-outage": {
      const answer = await connection.post(`outage/${intent.move}`, {});
      tell(tools, "export", answer, "Done. Every desk shows it.");
      break;
    }
    case "create-branch":
      await createBranch(tools, intent.form);
      break;
  }
}

async function createBranch(
  tools: Tools,
  form: Extract<Intent, { kind: "create-branch" }>["form"],
): Promise<void> {
  const { store } = tools;
  const answer = await tools.connection.post("branch", form);
  if (answer?.status === 201 || answer?.status === 200) {
    const { recoveryCode, ...state } = answer.body as StateView & { recoveryCode: string };
    // Whoever made the branch is at the desk: the first scan asks nobody.
    const staff = form.supervisor;
    tools.keepStaff(staff);
    if (state.branch !== undefined) store.set({ ...store.get(), state, staff, recoveryCode, link: "up" });
  }
  tell(tools, "first-run", answer, "The branch is made. Scan a library card to begin.");
}

async function purge(tools: Tools, outage: number, reason: string | undefined): Promise<void> {
  const body = reason === undefined ? {} : { reason };
  const answer = await tools.connection.post(`outages/${outage}/purge`, body);
  tell(tools, "purge", answer, `Outage ${outage} is forgotten. The receipt is below.`);
}

async function findPatrons({ store, connection }: Tools, query: string): Promise<void> {
  store.set({ ...store.get(), find: { query, hits: [], isDone: false } });
  const answer = await connection.get(`patrons?q=${encodeURIComponent(query)}`);
  if (answer === undefined || store.get().find.query !== query) return;
  store.set({ ...store.get(), find: { query, hits: listOf(answer), isDone: true } });
}

/** Asks what a loan would come to, and shows it beside the rules. */
async function tryLoan(tools: Tools, patron: string, item: string): Promise<void> {
  const answer = await tools.connection.get(`policy/try?${new URLSearchParams({ patron, item })}`);
  const { outcome: _, tried: __, ...rest } = tools.store.get();
  tools.store.set(rest);
  if (answer?.status === 200) tools.store.set({ ...rest, tried: answer.body as TryView });
  else tell(tools, "rules", answer, "");
}

/** Reads a patron anew; `isOpening`: makes it the one at the desk. */
export async function refreshPatron(
  tools: Tools,
  feed: Feed,
  barcode: string,
  isOpening = false,
): Promise<void> {
  const answer = await tools.connection.get(`patrons/${encodeURIComponent(barcode)}`);
  if (answer?.status !== 200) return;
  const patron = answer.body as PatronView;
  feed({ kind: isOpening ? "opened" : "refreshed", patron });
}

export function goTo(tools: Tools, route: Route): void {
  const { outcome: _, invite: __, tried: ___, ...rest } = tools.store.get();
  // A list that nobody looks at doesn't grow: it is read anew when somebody comes back.
  const activity = { filter: rest.activity.filter, ids: [], isLoaded: false };
  tools.store.set({ ...rest, route, activity });
  loadPage(tools, route);
}

/** Reads the lists of a page. */
export function loadPage(tools: Tools, route: Route): void {
  if (route === "activity") void loadActivity(tools);
  if (route === "exceptions" || route === "export") {
    void load(tools, "exceptions", (model, answer) => ({ ...model, exceptions: listOf(answer) }));
  }
  if (route === "rules")
    void load(tools, "policy", (model, answer) => ({ ...model, policy: answer.body as PolicyView }));
  if (route === "export" && isSupervisor(tools.store.get())) void loadStaff(tools);
  if (route === "export") {
    void load(tools, "batches", (model, answer) => ({ ...model, batches: listOf(answer) }));
    void load(tools, "outages", (model, answer) => ({ ...model, outages: listOf(answer) }));
  }
}

/** Not by way of the dialog: a list in the background asks nobody for a PIN. */
export async function loadStaff(tools: Tools): Promise<void> {
  const answer = await tools.raw.get("staff");
  const { people: _, ...rest } = tools.store.get();
  if (answer?.status === 200) tools.store.set({ ...rest, people: answer.body as readonly StaffView[] });
  else tools.store.set(rest);
}

async function load(
  tools: Tools,
  path: string,
  take: (model: Model, answer: HttpAnswer) => Model,
): Promise<void> {
  const answer = await tools.connection.get(path);
  if (answer?.status === 200) tools.store.set(take(tools.store.get(), answer));
}

/** The first page of activity, or the one behind `after`. */
async function loadActivity(tools: Tools, after?: string): Promise<void> {
  const { filter } = tools.store.get().activity;
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  if (after !== undefined) query.set("after", after);
  await load(tools, `transactions?${query}`, (model, answer) => {
    if (model.activity.filter !== filter) return model;
    const page = answer.body as Page<TransactionRow>;
    const shown = after === undefined ? [] : model.activity.ids;
    const ids = [...new Set([...shown, ...page.rows.map((row) => row.id)])];
    const next = page.next === undefined ? {} : { next: page.next };
    return { ...addRows(model, page.rows), activity: { filter, ids, isLoaded: true, ...next } };
  });
}

/** Says on a page what an act came to, and reads its lists anew. */
export function tell(
  tools: Tools,
  route: Outcome["route"],
  answer: HttpAnswer | undefined,
  good: string,
): void {
  const model = tools.store.get();
  const isGood = answer !== undefined && answer.status < 300;
  const problem = (answer?.body ?? {}) as Partial<Problem>;
  const text =
    answer === undefined
      ? "The program on this PC does not answer."
      : isGood
        ? good
        : problemToText(problem, answer.status);
  tools.store.set({ ...model, outcome: { route, isGood, text, ...(isGood ? {} : { problem }) } });
  loadPage(tools, model.route);
}

function listOf<T>(answer: HttpAnswer): readonly T[] {
  return Array.isArray(answer.body) ? (answer.body as readonly T[]) : [];
}
