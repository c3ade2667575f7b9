/** What answers about an import and the loan rules look like: the rest of `schema-views.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { type Loose, question, snapshot } from "./schema-views.ts";

const text = z.string();
const maybe = z.string().optional();
const whole = z.int();
const yes = z.boolean();
const instant = z.string().openapi({ format: "date-time" });

export const importReport: Schema<Loose<api.ImportReport>> = z.object({
  snapshot,
  warnings: z.array(text),
  files: z.array(
    z.object({
      name: text,
      read: whole,
      kept: whole,
      refused: whole,
      reasons: z.array(z.object({ line: whole, reason: text })),
    }),
  ),
});

const names = z.array(text);
export const policy: Schema<Loose<api.PolicyView>> = z
  .object({
    hasPolicy: yes,
    rules: z.array(
      z.object({
        number: whole,
        category: names,
        itemType: names,
        location: names,
        length: text,
        limited: yes,
        renewals: whole,
        graceDays: whole,
        dueAt: maybe,
        hardDue: maybe,
      }),
    ),
    limits: z.array(
      z.object({
        category: names,
        itemType: names,
        items: whole,
        role: z.enum(["staff", "supervisor", "nobody"]),
      }),
    ),
    closedDays: z.enum(["ignore", "skip", "push"]),
    hourlyPastClosing: z.enum(["shorten", "next-opening"]),
    calendarOf: text,
    days: z.array(z.object({ day: text, open: z.array(text), reason: maybe })),
    warnings: z.array(text),
  })
  .openapi("PolicyView");
export const tried: Schema<Loose<api.TryView>> = z
  .object({
    patron: text,
    item: text,
    category: text,
    itemType: text,
    location: text,
    rule: whole.optional(),
    due: z.object({ at: instant, words: text, why: text }).optional(),
    questions: z.array(question),
    refusal: z.object({ kind: text, text }).optional(),
  })
  .openapi("TryView");

const field = z.object({
  name: text,
  label: text,
  type: z.enum(["text", "date", "phone", "email", "choice"]),
  required: yes,
  pattern: maybe,
  help: maybe,
  default: maybe,
  choices: z.array(z.object({ code: text, text })).optional(),
});
export const form: Schema<Loose<api.FormView>> = z
  .object({ fromPolicy: yes, fields: z.array(field) })
  .openapi("FormView");
export const formCheck: Schema<Loose<api.FormCheckView>> = z
  .object({
    problems: z.array(z.object({ field: text, text })),
    similar: z.array(
      z.object({
        barcode: text,
        name: text,
        birthYear: maybe,
        category: maybe,
        known: z.enum(["snapshot", "registered"]),
        why: z.enum(["card", "person"]),
        text,
      }),
    ),
  })
  .openapi("FormCheckView");
