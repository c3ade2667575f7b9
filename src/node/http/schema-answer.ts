/** What requests and answers about the ILS's report, to-dos and the re-scan list look like; tied to `api-answer.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { by, closed, text as pattern, words } from "./schema.ts";
import { report } from "./schema-batches.ts";
import { batch } from "./schema-closing.ts";
import { type Loose, row } from "./schema-views.ts";

const text = z.string();
const maybe = z.string().optional();
const whole = z.int();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });

export const todo: Schema<Loose<api.TodoView>> = z
  .object({
    id: text,
    kind: z.enum([
      "refused",
      "due-date",
      "new-patron",
      "by-hand",
      "void-after-export",
      "overtaken",
      "not-here",
    ]),
    outage: whole,
    batch: maybe,
    line: whole.optional(),
    text,
    words: maybe,
    row: row.optional(),
    done: z.object({ by: maybe, at: instant, note: maybe }).optional(),
  })
  .openapi("TodoView");
export const todos = z.array(todo);

export const answer: Schema<Loose<api.AnswerView>> = z
  .object({
    batch,
    done: whole,
    refused: whole,
    unmatched: z.array(z.object({ line: whole, words: text, why: text })),
    todos,
  })
  .openapi("AnswerView");

const symbology = z.enum(["codabar", "code39", "code128"], { error: "one of codabar, code39, code128" });
export const rescan: Schema<Loose<api.RescanView>> = z
  .object({
    outage: whole,
    items: whole,
    groups: z.array(
      z.object({
        destination: text,
        items: z.array(z.object({ item: text, title: maybe, at: instant, desk: text, symbology, svg: text })),
      }),
    ),
  })
  .openapi("RescanView");

export const carriedOut: Schema<Loose<api.CarriedOutView>> = z
  .object({ path: text, entries: whole, outages: whole, bytes: whole })
  .openapi("CarriedOutView");
export const carriedIn: Schema<Loose<api.CarriedInView>> = z
  .object({
    from: z.object({ desk: text, name: text }),
    madeAt: instant,
    entries: whole,
    leftOut: whole,
    purged: whole,
  })
  .openapi("CarriedInView");
const passphraseText = "the passphrase of the file, as text of at most 1000 characters";
export const carryBody = closed({
  path: words(4096),
  passphrase: z.string({ error: passphraseText }).max(1_000, passphraseText),
  by,
});

const outageNumber = pattern(/^[1-9]\d{0,5}$/, "the number of an outage").optional();
const batchId = pattern(/^[!-~]{1,120}$/, "the id of a batch").optional();
export const todoQuery = closed({ outage: outageNumber, batch: batchId });
export const rescanQuery = closed({ outage: outageNumber, batch: batchId, symbology: symbology.optional() });

export const answerBody = closed({ report, by });

const port = z
  .int({ error: "a port from 1 to 65535" })
  .min(1, "a port from 1 to 65535")
  .max(65_535, "a port from 1 to 65535");
const lineNumbers = z
  .array(z.int({ error: "numbers of lines" }).min(1, "numbers of lines"), { error: "numbers of lines" })
  .max(1_000, "at most 1000 lines");
const sip2Secret = z
  .string({ error: "text of at most 100 characters" })
  .max(100, "text of at most 100 characters");
const yes = z.boolean({ error: "true or false" }).optional();
const lineRate = "a number from 0.1 to 20";
const wait = "seconds from 1 to 120";
export const replayBody = closed({
  host: pattern(/^[A-Za-z0-9._:-]{1,253}$/, "the name or address of the SIP2 server"),
  port,
  tls: yes,
  login: closed({ user: words(100), password: sip2Secret }).optional(),
  institution: words(100).optional(),
  location: words(100).optional(),
  rate: z.number({ error: lineRate }).min(0.1, lineRate).max(20, lineRate).optional(),
  answerWithin: z.number({ error: wait }).min(1, wait).max(120, wait).optional(),
  goOn: yes,
  takeOver: yes,
  alone: yes,
  anyway: yes,
  again: lineNumbers.optional(),
  there: lineNumbers.optional(),
  leave: yes,
  by,
});
export const stopBody = closed({ by });
export const replayed = batch;

const todoId = pattern(/^[0-9a-f]{16}$/, "the id of a to-do");
export const tickBody = closed({
  todos: z
    .array(todoId, { error: "a list of ids of to-dos" })
    .min(1, { error: "a list of ids of to-dos" })
    .max(5_000, { error: "at most 5000 ids" }),
  note: words(200).optional(),
  undone: z.literal(true, { error: "true" }).optional(),
  by,
});
