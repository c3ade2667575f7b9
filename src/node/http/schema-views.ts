/**
 * What answers look like, for `/api/openapi.json` and for tests that hold a desk's answers to it. Each schema is tied
 * to its type in `api.ts` by the compiler.
 */

import { transactionKinds } from "../../crdt/circulation/transaction.ts";
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { outage } from "./schema-outages.ts";
import { settingValues } from "./schema-settings.ts";

/** A type with its optional members as a schema gives them: there as `undefined`, or left out. */
export type Loose<T> = T extends readonly (infer U)[]
  ? readonly Loose<U>[]
  : T extends object
    ? { [K in keyof T]: Loose<T[K]> | (object extends Pick<T, K> ? undefined : never) }
    : T;

const text = z.string();
const maybe = z.string().optional();
const number = z.number();
const whole = z.int();
const yes = z.boolean();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });
const refusal = z.object({ kind: text, text });

export const row: Schema<Loose<api.TransactionRow>> = z
  .object({
    id: text,
    kind: z.enum(transactionKinds),
    at: instant,
    effective: instant.optional(),
    desk: z.object({ id: text, name: text }),
    staff: maybe,
    patron: maybe,
    patronName: maybe,
    item: maybe,
    title: maybe,
    due: instant.optional(),
    count: whole.optional(),
    amount: whole.optional(),
    currency: maybe,
    type: maybe,
    voids: maybe,
    reason: maybe,
    voided: z.object({ by: maybe, at: instant }).optional(),
    exceptions: z.array(text),
    batch: maybe,
    coverage: z.object({ desks: whole, of: whole }),
    position: z.object({ outage: whole, desk: text, run: text, seq: whole }),
  })
  .openapi("TransactionRow");
export const rowPage: Schema<Loose<api.Page<api.TransactionRow>>> = z.object({
  rows: z.array(row),
  next: maybe,
});

const from = z.enum(["snapshot", "desk"]);
export const patron: Schema<Loose<api.PatronView>> = z
  .object({
    barcode: text,
    name: text,
    category: maybe,
    expires: maybe,
    expired: yes,
    birthDate: maybe,
    phone: maybe,
    email: maybe,
    address: maybe,
    blocks: z.array(z.object({ code: text, text })),
    message: maybe,
    known: z.enum(["snapshot", "registered", "unknown"]),
    asOf: instant.optional(),
    loans: z.array(
      z.object({ item: text, title: maybe, due: text, since: text, overdue: yes, from, desk: maybe }),
    ),
    holds: z.array(z.object({ title: maybe, item: maybe, status: text, shelfUntil: maybe })),
  })
  .openapi("PatronView");
export const patronHits: Schema<readonly Loose<api.PatronHit>[]> = z.array(
  z.object({
    barcode: text,
    name: text,
    birthYear: maybe,
    category: maybe,
    known: z.enum(["snapshot", "registered"]),
  }),
);
export const item: Schema<Loose<api.ItemView>> = z
  .object({
    barcode: text,
    known: yes,
    title: maybe,
    author: maybe,
    callNumber: maybe,
    itemType: maybe,
    location: maybe,
    status: maybe,
    opacMessage: maybe,
    loan: z.object({ patron: maybe, due: text, since: text, from }).optional(),
    holds: whole,
    asOf: instant.optional(),
  })
  .openapi("ItemView");
export const items = z.array(item);
export const scan: Schema<Loose<api.ScanView>> = z.object({
  patron: patron.optional(),
  item: item.optional(),
  looksLike: z.enum(["patron", "item", "isbn"]).optional(),
});

export const recorded: Schema<Loose<api.RecordedAnswer>> = z
  .object({
    receipt: z.object({
      id: text,
      desk: text,
      run: text,
      seq: whole,
      at: instant,
      due: instant.optional(),
      durable: z.literal(true),
    }),
    view: z.object({
      row,
      patron: patron.optional(),
      item: item.optional(),
      notes: z.array(z.object({ code: text, severity: z.enum(["success", "info", "attention"]), text })),
      slip: z.array(text).optional(),
    }),
  })
  .openapi("RecordedAnswer");

export const verdictMembers = {
  desk: text,
  name: text,
  made: whole,
  here: whole,
  lastHeard: instant.optional(),
  verdict: z.enum(["finished", "all-here", "away", "lost", "unknown"]),
};
export const question: Schema<Loose<api.Question>> = z.object({
  code: text,
  ref: text,
  text,
  role: z.enum(["staff", "supervisor"]),
  severity: z.enum(["info", "acknowledge", "override", "stop"]),
  since: maybe,
  tick: maybe,
  needsDue: z.literal(true).optional(),
});
export const problem: Schema<Loose<api.Problem>> = z
  .object({
    type: text,
    title: text,
    status: whole,
    code: maybe,
    detail: maybe,
    errors: z.array(z.object({ field: text, text })).optional(),
    position: z.object({ offset: whole, line: whole, column: whole }).optional(),
    questions: z.array(question).optional(),
    byRule: z.object({ at: instant, words: text, why: text }).optional(),
    scan: scan.optional(),
    refusal: refusal.optional(),
    fault: refusal.optional(),
    incomplete: z.array(z.object(verdictMembers)).optional(),
    undecided: z.array(text).optional(),
    obstacles: z.array(text).optional(),
  })
  .openapi("Problem");

export const desks: Schema<Loose<api.DesksView>> = z
  .object({
    desks: z.array(
      z.object({
        ...verdictMembers,
        self: yes,
        linked: yes,
        address: maybe,
        version: maybe,
        offsetMs: number.optional(),
        roundTripMs: number.optional(),
        freeBytes: whole.optional(),
        runs: z.array(text),
        aside: z.object({ count: whole, reason: text }).optional(),
        twin: yes,
        standing: z.enum(["admitted", "retired", "unknown"]),
      }),
    ),
    matrix: z.array(z.object({ made: text, held: z.array(z.object({ by: text, count: whole })) })),
  })
  .openapi("DesksView");
export const snapshot: Schema<Loose<api.SnapshotView>> = z
  .object({
    sha256: text,
    takenAt: instant,
    ageHours: number,
    patrons: whole,
    items: whole,
    loans: whole,
    holds: whole,
    state: z.enum(["in-force", "fetching", "missing"]),
    refusedRows: whole.optional(),
  })
  .openapi("SnapshotView");
export const snapshots = z.array(snapshot);
export const backup: Schema<Loose<api.BackupView>> = z
  .object({
    path: z.string(),
    entries: z.number(),
    snapshots: z.number(),
    bytes: z.number(),
    openedBy: z.enum(["passphrase", "identity"]),
    withIdentity: z.boolean(),
  })
  .openapi("BackupView");
export const invite: Schema<Loose<api.InviteView>> = z
  .object({ invite: text, expires: instant })
  .openapi("InviteView");
export const joins: Schema<Loose<api.JoinsView>> = z
  .object({
    heard: z.array(z.object({ branch: text, name: text })),
    asked: z.object({ id: text, branch: text, name: text, words: z.array(text), confirmed: yes }).optional(),
    failure: maybe,
    requests: z.array(z.object({ id: text, name: text, address: text, words: z.array(text) })),
    locked: yes,
  })
  .openapi("JoinsView");

export const state: Schema<Loose<api.StateView>> = z
  .object({
    ready: yes,
    branch: z.object({ id: text, name: text, code: text, timezone: text }).optional(),
    desk: z.object({ id: text, name: text, run: text }).optional(),
    version: text,
    outage,
    desks,
    joins,
    snapshot: snapshot.optional(),
    watch: z.object({ ok: yes, text, at: maybe }).optional(),
    waiting: whole,
    exceptions: z.object({ mustDecide: whole, lookAt: whole }),
    fault: refusal.optional(),
    staff: z.object({ openDesks: yes, supervisors: whole }),
    settings: settingValues.optional(),
    firstRun: z.object({ name: text, code: text, timezone: text, desk: text }).optional(),
    defaultDue: instant.optional(),
    pc: z
      .object({
        erases: z.literal(true).optional(),
        update: z.object({ version: text, isHere: yes }).optional(),
      })
      .optional(),
  })
  .openapi("StateView");

const role = z.enum(["staff", "supervisor"]);
export const staff: Schema<readonly Loose<api.StaffView>[]> = z.array(
  z.object({ user: text, role, disabled: yes, locked: yes }),
);
export const session: Schema<Loose<api.SessionView>> = z.object({ user: maybe, role: role.optional() });
export const recoveryCode = z.object({ recoveryCode: text });
export const signedIn = z.object({ user: text, role, token: text });
export const created = z.intersection(state, recoveryCode);
