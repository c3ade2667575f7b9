/** What requests about batches must look like, as `schema.ts` has it for all others. */
import { z } from "./hono.ts";
import { authority, by, closed, text, words } from "./schema.ts";

const formats = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"] as const;
export const batchBody = closed({
  format: z.enum(formats, { error: `one of ${formats.join(", ")}` }),
  partial: z.boolean({ error: "true or false" }).optional(),
  reason: words(200).optional(),
  split: z.boolean({ error: "true or false" }).optional(),
  by,
});
export const previewQuery = closed({
  format: z.enum(formats, { error: `one of ${formats.join(", ")}` }),
  split: z.enum(["true", "false"], { error: "true or false" }).optional(),
});
export const formatQuery = closed({
  format: z.enum(formats, { error: `one of ${formats.join(", ")}` }).optional(),
});
export const partQuery = closed({ part: text(/^[1-9][0-9]?$/, "a whole number from 1 to 99").optional() });
export const outageQuery = closed({
  outage: text(/^[1-9][0-9]{0,5}$/, "the number of an outage").optional(),
});
/** The id typed again, why, and a PIN even of somebody who is signed in. */
export const guardedBody = closed({
  confirm: text(/^[!-~]{1,120}$/, "the id of the batch, typed again"),
  reason: words(200),
  by: authority,
});

const reportText = "the report of the library system, as text of at most 200000 characters";
export const report = z
  .string({ error: reportText })
  .min(1, { error: reportText })
  .max(200_000, { error: reportText });

export const loadedBody = closed({
  job: words(100).optional(),
  // Who said so; or, as anywhere, a supervisor's PIN.
  by: z.union([z.literal("helpdesk"), authority], { error: "helpdesk, or a user and their PIN" }).optional(),
  byHand: z.literal(true, { error: "true" }).optional(),
  withErrors: z.literal(true, { error: "true" }).optional(),
  too: z.literal(true, { error: "true" }).optional(),
  note: words(2000).optional(),
  errors: report.optional(),
}).refine((body) => body.job !== undefined || body.by === "helpdesk" || body.byHand !== undefined, {
  path: ["job"],
  error: 'the job id of the ILS, or "by": "helpdesk", or "byHand": true',
});
export const failedBody = closed({ note: words(2000).optional(), by });
