/**
 * A page that is loaded anew in the middle of a patron goes on with them. What is in hand is kept by the node, in its
 * memory; the browser keeps only the name of the page, and a stranger to that name gets nothing.
 */
import type { Page, PatronView, TransactionRow } from "../node/http/api.ts";
import type { Feed } from "./acts.ts";
import { sessionToKept } from "./recording.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import type { Kept, Session } from "./session.ts";
import { addRows, type Model } from "./store.ts";

export interface Sitting {
  /** Gives back what this page had in hand. Only once. */
  restore(feed: Feed): Promise<void>;
  /** The work in hand has changed. */
  keep(): void;
}

const PAGE_KEY = "deskmesh-page";
/** Names the last word of a page that goes: the one that comes waits until the node has heard it. */
const LAST_KEY = "deskmesh-page-last";
const LAST_WORD_TRIES = 20;
const LAST_WORD_EVERY_MS = 50;
/** Changes come in bursts, and a scan waits for whatever is sent beside it. A page that goes says its last word by itself. */
const SETTLE_MS = 700;
/** Rows of a sitting that are read back. */
const ROWS_MAX = 200;

export function createSitting(tools: {
  readonly store: { get(): Model; set(model: Model): void };
  readonly connection: Connection;
  readonly createId: () => string;
}): Sitting {
  const { store, connection } = tools;
  const page = pageName(tools.createId);
  /** What the node is known to have: a request that a reload cuts short doesn't count. */
  let sent = "";
  let isSending = false;
  let isRestored = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const unsent = (): string | undefined => {
    const kept = keptText(store.get().session);
    return isRestored && kept !== sent ? kept : undefined;
  };

  /** One at a time, so that the newest is the last to arrive; what changes meanwhile goes out a moment later. */
  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    const kept = unsent();
    const answer = kept === undefined ? undefined : await connection.post("sittings", { page, kept });
    isSending = false;
    // The node is away, or wants nothing of it: the next change tries again.
    if (kept === undefined || answer === undefined || answer.status >= 300) return;
    sent = kept;
    if (unsent() !== undefined) keepSoon();
  }

  /** Not put off by the next change: staff who work fast would keep nothing. */
  function keepSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void send();
    }, SETTLE_MS);
  }

  addEventListener("pagehide", () => {
    clearTimeout(timer);
    timer = undefined;
    const kept = unsent();
    if (kept === undefined) return;
    sent = kept;
    const last = tools.createId();
    sessionStorage.setItem(LAST_KEY, last);
    connection.beacon("sittings", {
      page,
      kept: JSON.stringify({ ...(JSON.parse(kept || "{}") as object), last }),
    });
  });
  return {
    async restore(feed) {
      if (isRestored) return;
      const answer = await readLast(connection, page);
      // Without an answer the node is away, and takes no scan either: asked again when it is back.
      if (answer === undefined || isRestored) return;
      // Refused: somebody must sign in first. Scans go on, and ask for that.
      if (answer.status !== 200) return feed({ kind: "restored" });
      const kept = readKept((answer.body as { readonly kept: string }).kept);
      const known = kept === undefined ? {} : await readKnown(tools, kept);
      if (known === undefined || isRestored) return;
      isRestored = true;
      sessionStorage.removeItem(LAST_KEY);
      feed({ kind: "restored", ...(kept === undefined ? {} : { kept }), ...known });
    },
    keep: keepSoon,
  };
}

/** The last word of the page before may still be on its way when this one asks. */
async function readLast(connection: Connection, page: string): Promise<HttpAnswer | undefined> {
  const last = sessionStorage.getItem(LAST_KEY);
  for (let tries = 0; ; tries++) {
    const answer = await connection.get(`sittings/${page}`);
    const isOld =
      answer?.status === 200 && last !== null && !(answer.body as { kept: string }).kept.includes(last);
    // Lost after all, with the browser or the node that it went to.
    if (!isOld || tries === LAST_WORD_TRIES) return answer;
    await new Promise((resolve) => setTimeout(resolve, LAST_WORD_EVERY_MS));
  }
}

/** Empty: nothing is in hand, and the node forgets the page. */
function keptText(session: Session): string {
  const kept = sessionToKept(session);
  const { listed, scans, pending } = kept;
  const count = listed.out.length + listed.in.length + listed.renew.length + scans.length + pending.length;
  if (count === 0 && kept.patron === undefined && kept.due === undefined && kept.returnDay === undefined)
    return "";
  const short = (ids: readonly string[]): readonly string[] => ids.slice(0, ROWS_MAX);
  return JSON.stringify({
    ...kept,
    listed: { out: short(listed.out), in: short(listed.in), renew: short(listed.renew) },
  });
}

/** Our own text of a moment ago; of another version of the page it may lack something, and is left alone. */
function readKept(text: string): Kept | undefined {
  if (text === "") return undefined;
  const kept = JSON.parse(text) as Partial<Kept>;
  const { listed, scans, pending } = kept;
  return listed !== undefined && scans !== undefined && pending !== undefined
    ? { ...kept, listed, scans, pending }
    : undefined;
}

/** Rows into the model, and the patron as the node has them now; undefined: the node went away meanwhile. */
async function readKnown(
  { store, connection }: Parameters<typeof createSitting>[0],
  kept: Kept,
): Promise<{ readonly patron?: PatronView } | undefined> {
  const { out, in: back, renew } = kept.listed;
  const barcode = kept.patron === undefined ? undefined : encodeURIComponent(kept.patron);
  const queries = [
    ...(out.length > 0 && barcode !== undefined ? [`patron=${barcode}`] : []),
    ...(back.length > 0 ? ["kind=checkin"] : []),
    ...(renew.length > 0 ? ["kind=renewal"] : []),
    ...(out.length + back.length + renew.length > 0 ? ["kind=voiding"] : []),
  ];
  for (const query of queries) {
    const answer = await connection.get(`transactions?${query}&limit=${ROWS_MAX}`);
    if (answer === undefined) return undefined;
    if (answer.status === 200) store.set(addRows(store.get(), (answer.body as Page<TransactionRow>).rows));
  }
  if (barcode === undefined) return {};
  const answer = await connection.get(`patrons/${barcode}`);
  if (answer === undefined) return undefined;
  return answer.status === 200 ? { patron: answer.body as PatronView } : {};
}

function pageName(createId: () => string): string {
  const known = sessionStorage.getItem(PAGE_KEY);
  if (known !== null && /^[0-9a-f-]{36}$/.test(known)) return known;
  const fresh = createId();
  sessionStorage.setItem(PAGE_KEY, fresh);
  return fresh;
}
