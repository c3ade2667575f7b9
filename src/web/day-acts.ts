/** Reads what the end of a day shows: this outage's minutes, and the payments of the day. */
import type { Page, TransactionRow } from "../node/http/api.ts";
import type { Tools } from "./acts.ts";
import { todayIn } from "./days.ts";
import { timezoneOf } from "./store.ts";

/** Pages of 200: more than a branch takes in a week. */
const PAGES_MAX = 20;

export async function loadPayments(tools: Tools): Promise<void> {
  const { store, connection } = tools;
  if ((store.get().state?.settings?.payments ?? "off") === "off") return;
  const from = `${todayIn(timezoneOf(store.get()), tools.now())}T00:00`;
  const rows: TransactionRow[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = new URLSearchParams({ kind: "payment", from, limit: "200", ...(after ? { after } : {}) });
    const answer = await connection.get(`transactions?${query}`);
    if (answer?.status !== 200) return;
    const { rows: more, next } = answer.body as Page<TransactionRow>;
    rows.push(...more);
    after = next;
    if (after === undefined) break;
  }
  const model = store.get();
  store.set({ ...model, office: { ...model.office, payments: rows } });
}
