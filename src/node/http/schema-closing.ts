/** What answers about an outage's end look like; tied to `api-closing.ts` as those in `schema-views.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { type Loose, row, verdictMembers } from "./schema-views.ts";

const text = z.string();
const maybe = z.string().optional();
const whole = z.int();
const yes = z.boolean();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });

export const completeness: Schema<Loose<api.CompletenessView>> = z
  .object({
    outage: whole,
    complete: yes,
    waiting: whole,
    desks: z.array(
      z.object({
        ...verdictMembers,
        runs: z.array(
          z.object({
            run: text,
            made: whole,
            here: whole,
            ended: yes,
            heldBy: z.array(z.object({ desk: text, name: text, count: whole })),
          }),
        ),
        said: z
          .object({ says: z.enum(["lost", "was-off"]), reason: text, by: maybe, at: instant })
          .optional(),
      }),
    ),
  })
  .openapi("CompletenessView");

const settled = z.object({
  decision: text,
  transaction: maybe,
  barcode: maybe,
  reason: text,
  by: maybe,
  at: instant,
});
export const exception: Schema<Loose<api.ExceptionView>> = z
  .object({
    id: text,
    kind: text,
    text,
    mustDecide: yes,
    transactions: z.array(row),
    later: maybe,
    settled: settled.optional(),
    settlements: z.array(settled),
    choices: z.array(z.object({ decision: text, text, consequence: maybe, needsTransaction: yes })),
  })
  .openapi("ExceptionView");
export const exceptions = z.array(exception);

const counts = z.array(
  z.object({
    kind: text,
    onScreen: whole,
    written: whole,
    converted: whole,
    extra: whole,
    patrons: whole,
    voided: whole,
    repeated: whole,
  }),
);
const reasons = z.array(
  z.object({
    kind: text,
    into: z.enum(["converted", "extra", "patrons", "due"]),
    reason: text,
    count: whole,
  }),
);
const checklist = z.array(z.object({ code: text, text }));
const states = ["made", "loaded", "loaded-with-errors", "failed", "withdrawn", "re-issued"] as const;

const replay: Schema<Loose<api.ReplayView>> = z
  .object({
    desk: maybe,
    here: yes,
    lines: whole,
    done: whole,
    refused: whole,
    waiting: whole,
    unknown: z.array(
      z.object({ transaction: text, line: whole.optional(), at: instant, sentBy: maybe, words: maybe }),
    ),
    stopped: maybe,
    notes: z.array(text),
  })
  .openapi("ReplayView");

export const batch: Schema<Loose<api.BatchView>> = z
  .object({
    id: text,
    outage: whole,
    format: text,
    state: z.enum(states),
    madeAt: instant,
    by: maybe,
    partial: yes,
    reason: maybe,
    split: z.literal(true).optional(),
    lines: whole,
    counts,
    reasons,
    sha256: text,
    files: z.array(z.object({ role: text, name: text, size: whole, sha256: text, part: whole.optional() })),
    refused: whole.optional(),
    released: yes,
    replay: replay.optional(),
    overlaps: maybe,
    doubled: z.array(z.object({ transaction: text, batch: text })).optional(),
    outcomes: z.array(
      z.object({
        state: z.enum([...states, "loaded-too"]),
        at: instant,
        by: maybe,
        job: maybe,
        byHand: yes.optional(),
        note: maybe,
      }),
    ),
    checklist,
  })
  .openapi("BatchView");
export const batches = z.array(batch);

export const preview: Schema<Loose<api.BatchPreview>> = z
  .object({
    outage: whole,
    format: text,
    lines: whole,
    counts,
    reasons,
    files: z.array(z.object({ role: text, name: text, part: whole.optional() })),
    incomplete: z.array(z.object(verdictMembers)),
    undecided: z.array(text),
    checklist,
  })
  .openapi("BatchPreview");
