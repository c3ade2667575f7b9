/** What the supervisor's pages ask of the node; each answer goes into the model. */

import type {
  AnswerView,
  AuditRow,
  BatchPreview,
  BatchView,
  CarriedInView,
  CarriedOutView,
  RescanView,
  TimelineView,
  TodoView,
  TrailView,
} from "../node/http/api.ts";
import { load, type Tools, tell } from "./acts.ts";
import { parseSheet } from "./csv-sheet.ts";
import { FORMATS, madeToText } from "./formats.ts";
import { t } from "./language.ts";
import type { Office } from "./office.ts";
import type { OfficeIntent, ReplayIntent } from "./office-intent.ts";
import { runReplayAct } from "./replay-acts.ts";
import type { HttpAnswer } from "./request.ts";
import type { Route } from "./routes.ts";
import { isSupervisor, outageToShow } from "./store.ts";
import { offerUpdate, withdrawOffer } from "./update-acts.ts";
import { countToText } from "./words.ts";

/** How often it is asked whether every linked desk holds a batch, and how long. */
const RELEASE_EVERY_MS = 300;
const RELEASE_TRIES = 60;

export async function runOfficeAct(tools: Tools, intent: OfficeIntent): Promise<void> {
  if (intent.kind === "office-offer") return offerUpdate(tools, intent.path);
  if (intent.kind === "office-withdraw-offer") return withdrawOffer(tools);
  if (intent.kind === "office-replay" || intent.kind === "office-stop-replay")
    return runReplayAct(tools.connection, intent, (answer, good) => tell(tools, "batch", answer, good));
  return runOutageAct(tools, intent);
}

type OutageIntent = Exclude<
  OfficeIntent,
  ReplayIntent | { readonly kind: "office-offer" | "office-withdraw-offer" }
>;

async function runOutageAct(tools: Tools, intent: OutageIntent): Promise<void> {
  switch (intent.kind) {
    case "office-draft":
      change(tools, { draft: { ...tools.store.get().office.draft, ...intent.change } });
      if (tools.store.get().route === "wizard") loadPreview(tools);
      break;
    case "office-write":
      await writeBatch(tools);
      break;
    case "office-open-batch":
      openBatch(tools, intent.id);
      break;
    case "office-open-trail":
      await openTrail(tools, intent.id);
      break;
    case "office-choose": {
      const { chosen: _, ...rest } = tools.store.get().office;
      const office = intent.id === undefined ? rest : { ...rest, chosen: intent.id };
      tools.store.set({ ...tools.store.get(), office });
      break;
    }
    case "office-seen":
      await seeAll(tools, intent.ids, intent.reason);
      break;
    case "office-answer":
      await takeAnswer(tools, intent.id, intent.report);
      break;
    case "office-tick": {
      const { note } = intent;
      const done = note === undefined ? {} : { note };
      const body = { todos: [intent.todo], ...(intent.isDone ? done : { undone: true }) };
      const answer = await tools.connection.post("todos", body);
      if (answer?.status === 200) change(tools, { todos: answer.body as readonly TodoView[] });
      else tell(tools, "batch", answer, "");
      break;
    }
    case "office-guarded": {
      const { id, act, confirm, reason, proof } = intent;
      const path = `batches/${encodeURIComponent(id)}/${act}`;
      const answer = await tools.connection.post(path, { confirm, reason, by: proof });
      tell(
        tools,
        "batch",
        answer,
        act === "reissue"
          ? t`The copy is below. Its name says REISSUE.`
          : t`Withdrawn: its lines go into the next file.`,
      );
      break;
    }
    case "office-sheet":
      change(tools, { sheet: intent.sheet });
      go(tools, "sheet");
      break;
    case "office-carry":
      await carry(tools, intent.way, intent.path, intent.passphrase);
      break;
    case "office-call":
      await noteCall(tools, intent.who);
      break;
    case "office-move":
      tell(
        tools,
        "export",
        await tools.connection.post(`outage/${intent.move}`, intent.body),
        t`Done. Every desk shows it.`,
      );
      break;
  }
}

async function carry(tools: Tools, way: "out" | "in", path: string, passphrase: string): Promise<void> {
  const answer = await tools.connection.post(`carry/${way}`, { path, passphrase });
  const { entries = 0 } = (answer?.body ?? {}) as Partial<CarriedOutView & CarriedInView>;
  const { from, leftOut = 0 } = (answer?.body ?? {}) as Partial<CarriedInView>;
  const more = leftOut > 0 ? t` ${leftOut} parts have another content here and were left out.` : "";
  const good =
    way === "out"
      ? t`Written: ${countToText(entries, t`record`, t`records`)}. Take the stick to another desk.`
      : t`Taken in from ${from?.name ?? ""}: ${countToText(entries, t`new record`, t`new records`)}.${more}`;
  tell(tools, "desks", answer, good);
}

async function noteCall(tools: Tools, who: string): Promise<void> {
  const { staff } = tools.store.get();
  const by = staff === "" ? {} : { by: staff };
  const called = [{ who, at: new Date(tools.now()).toISOString(), ...by }];
  const answer = await tools.connection.post("outage/called", { called });
  tell(tools, "export", answer, t`Noted. Every desk has it.`);
}

/** Reads what a page of the supervisor's shows. */
export function loadOffice(tools: Tools, route: Route): void {
  adoptProfile(tools);
  const { office, state } = tools.store.get();
  if (route === "export" || route === "sheet" || route === "day") {
    const number = state === undefined ? 1 : outageToShow(state);
    void load(tools, `outages/${number}/timeline`, (model, answer) => ({
      ...model,
      office: { ...model.office, timeline: answer.body as TimelineView },
    }));
  }
  if (route === "export" && isSupervisor(tools.store.get())) void loadAudit(tools);
  if (route === "batch" && office.batch !== undefined) void loadLines(tools, office.batch);
  if (route === "wizard") loadPreview(tools);
  if (route === "batch" || route === "sheet") {
    void load(tools, "todos", (model, answer) => ({
      ...model,
      office: { ...model.office, todos: answer.body as readonly TodoView[] },
    }));
  }
  if (route === "sheet") {
    // Once an outage is closed the bin is still full of what came back in it.
    const number = state?.outage.before?.number ?? state?.outage.number;
    void load(tools, number === undefined ? "rescan" : `rescan?outage=${number}`, (model, answer) => ({
      ...model,
      office: { ...model.office, rescan: answer.body as RescanView },
    }));
  }
}

/** Only where a step shows it: it renders the whole file. */
function loadPreview(tools: Tools): void {
  const { step, format, split } = tools.store.get().office.draft;
  if (step !== 3 && step !== 4) return;
  void load(tools, `batches/preview?format=${format}${split ? "&split=true" : ""}`, (model, answer) => ({
    ...model,
    office: { ...model.office, preview: answer.body as BatchPreview },
  }));
}

async function takeAnswer(tools: Tools, id: string, report: string | Blob): Promise<void> {
  // As bytes, since a report may be longer than a form.
  const bytes = new Blob([report], { type: "application/octet-stream" });
  const answer = await tools.connection.post(`batches/${encodeURIComponent(id)}/answer`, bytes);
  if (answer?.status === 200) change(tools, { answer: answer.body as AnswerView });
  tell(tools, "batch", answer, t`The report is read. What is left to do is below.`);
}

/** Until somebody chooses another one, the format is that of the branch's library system. */
function adoptProfile(tools: Tools): void {
  const { office, state } = tools.store.get();
  const profile = state?.settings?.ilsProfile;
  if (office.draft.format !== "" || profile === undefined) return;
  const format = FORMATS.find((each) => each.format === profile)?.format ?? "csv";
  change(tools, { draft: { ...office.draft, format } });
}

function change(tools: Tools, office: Partial<Office>): void {
  const model = tools.store.get();
  tools.store.set({ ...model, office: { ...model.office, ...office } });
}

function go(tools: Tools, route: Route): void {
  const { outcome: _, ...rest } = tools.store.get();
  tools.store.set({ ...rest, route });
  loadOffice(tools, route);
}

function openBatch(tools: Tools, batch: string): void {
  const { lines: _, ...rest } = tools.store.get().office;
  tools.store.set({ ...tools.store.get(), office: { ...rest, batch } });
  go(tools, "batch");
}

/** Not by way of the dialog: a list in the background asks nobody for a PIN. */
async function loadAudit(tools: Tools): Promise<void> {
  const answer = await tools.raw.get("audit");
  if (answer?.status === 200) change(tools, { audit: answer.body as readonly AuditRow[] });
}

async function loadLines(tools: Tools, batch: string): Promise<void> {
  const answer = await tools.connection.download(`batches/${encodeURIComponent(batch)}/lines`);
  if (answer?.status !== 200 || !(answer.body instanceof Blob)) return;
  const rows = parseSheet(await answer.body.text());
  if (tools.store.get().office.batch === batch) change(tools, { lines: { batch, rows } });
}

async function openTrail(tools: Tools, id: string | undefined): Promise<void> {
  const { trail: _, ...rest } = tools.store.get().office;
  tools.store.set({ ...tools.store.get(), office: rest });
  if (id === undefined) return;
  const answer = await tools.connection.get(`transactions/${encodeURIComponent(id)}`);
  if (answer?.status === 200) change(tools, { trail: answer.body as TrailView });
}

/** One after the other: each is an entry of the record. */
async function seeAll(tools: Tools, ids: readonly string[], reason: string): Promise<void> {
  let last: HttpAnswer | undefined;
  for (const id of ids) {
    last = await tools.connection.post(`exceptions/${encodeURIComponent(id)}`, { decision: "note", reason });
    if (last === undefined || last.status >= 300) break;
  }
  tell(tools, "exceptions", last, t`Seen. It is in the record, with the reason.`);
}

/** Makes the file, then fetches it from the node as staff would, and compares it with what the record says. */
async function writeBatch(tools: Tools): Promise<void> {
  const { draft } = tools.store.get().office;
  change(tools, {
    check: { state: "writing", text: t`Making the file: reading, ordering and checking each line…` },
  });
  const body = {
    format: draft.format,
    ...(draft.split ? { split: true } : {}),
    ...(draft.isPartial ? { partial: true, reason: draft.reason } : {}),
  };
  const answer = await tools.connection.post("batches", body);
  if (answer?.status !== 201) {
    const { check: _, ...rest } = tools.store.get().office;
    tools.store.set({ ...tools.store.get(), office: rest });
    const none =
      answer?.status === 404 ? { ...answer, body: { detail: t`There is nothing new to export.` } } : answer;
    tell(tools, "wizard", none, "");
    return;
  }
  const batch = answer.body as BatchView;
  change(tools, {
    batch: batch.id,
    check: { state: "reading", text: t`Reading it again and comparing…`, batch: batch.id },
  });
  const check = { ...(await compare(tools, batch)), batch: batch.id };
  // The file is made whatever the comparison came to: nothing may make it twice.
  const { draft: before } = tools.store.get().office;
  change(tools, { check, draft: { ...before, step: 5, isPartial: false, reason: "", ticked: [] } });
  tell(tools, "wizard", answer, madeToText(tools.store.get(), batch.id));
}

async function compare(tools: Tools, batch: BatchView): Promise<NonNullable<Office["check"]>> {
  const path = `batches/${encodeURIComponent(batch.id)}`;
  for (let tries = 0; tries < RELEASE_TRIES; tries++) {
    const now = await tools.connection.get(path);
    if ((now?.body as BatchView | undefined)?.released) break;
    await new Promise((resolve) => setTimeout(resolve, RELEASE_EVERY_MS));
  }
  const parts = batch.files.filter((file) => file.role === "main").length;
  const texts: Blob[] = [];
  for (let part = 1; part <= parts; part++) {
    const answer = await tools.connection.download(`${path}/file${parts > 1 ? `?part=${part}` : ""}`);
    if (answer?.status !== 200 || !(answer.body instanceof Blob))
      return {
        state: "bad",
        text: t`It could not be read again yet. Fetch it below; its SHA-256 must be the one shown.`,
      };
    texts.push(answer.body);
  }
  const whole = await new Blob(texts).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === batch.sha256
    ? { state: "good", text: t`Read again: every byte is as the record says.` }
    : {
        state: "bad",
        text: t`STOP. The file that was read again is another than the one that was made. Do not load it.`,
      };
}
