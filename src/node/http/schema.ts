/**
 * What requests must look like. The same schemas check each request and make `/api/openapi.json`.
 * Every message says what was expected, as the end of "item: expected …" (`explain.ts` makes the sentence).
 */
import { isUserName } from "../../crdt/circulation/staff-fact.ts";
import { transactionKinds } from "../../crdt/circulation/transaction.ts";
import { isTimezone } from "../../export/local-time.ts";
import { transactionStates } from "../desk/activity.ts";
import { isPin } from "../staff/pin.ts";
import { z } from "./hono.ts";
import { isDay, parseInstant } from "./instant.ts";

export const barcode = text(
  /^[!-~](?:[ -~]{0,78}[!-~])?$/,
  "1 to 80 printable ASCII characters, without a space at either end",
);
const transactionId = text(
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/,
  "a UUID of version 7",
);
const instant = z
  .string({ error: "a time as RFC 3339 with an offset, such as 2026-07-22T21:00:00-04:00" })
  .refine((value) => parseInstant(value) !== null, {
    error: "a time as RFC 3339 with an offset, such as 2026-07-22T21:00:00-04:00",
  });
const due = z
  .string({ error: "a day as YYYY-MM-DD, or a time as RFC 3339 with an offset" })
  .refine((value) => isDay(value) || parseInstant(value) !== null, {
    error: "a day as YYYY-MM-DD, or a time as RFC 3339 with an offset",
  });
const count = z.int({ error: "a whole number from 1 to 99" }).min(1, "a whole number from 1 to 99").max(99, {
  error: "a whole number from 1 to 99",
});

const initials = "initials: 1 to 20 letters, digits, dots, hyphens, underscores";
const userName = z.string({ error: initials }).refine(isUserName, { error: initials });
const pin = z.string({ error: "4 to 64 characters" }).refine(isPin, { error: "4 to 64 characters" });
/** A supervisor's PIN, riding along for one request. */
export const authority = closed({ user: userName, pin });
export const by = authority.optional();

const override = closed({
  code: text(/^[a-z][a-z0-9-]{0,39}$/, "the code that came with the question"),
  ref: text(/^[!-~]{1,80}$/, "the ref that came with the question"),
  reason: words(200).optional(),
  acknowledged: z.boolean({ error: "true or false" }).optional(),
  by,
});

const common = {
  id: transactionId,
  effective: instant.optional(),
  source: z.enum(["scan", "typed", "paper"], { error: "one of scan, typed, paper" }).optional(),
  overrides: z.array(override, { error: "a list of overrides" }).max(20, "at most 20 overrides").optional(),
  by,
};

const fieldValue = words(300);
const registrationFields = z
  .record(text(/^[a-z][a-z0-9_]{0,39}$/, "a field name such as given_names"), fieldValue, {
    error: 'an object of texts, such as {"surname": "…"}',
  })
  .refine((fields) => Object.keys(fields).length <= 40, { error: "at most 40 fields" });

/** Fields are empty while nobody has typed in them. */
export const registrationDraft = closed({
  patron: barcode.optional(),
  fields: z
    .record(
      text(/^[a-z][a-z0-9_]{0,39}$/, "a field name such as given_names"),
      z
        .string({ error: "text" })
        .max(300, "at most 300 characters")
        .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), { error: "no control characters" }),
      { error: 'an object of texts, such as {"surname": "…"}' },
    )
    .refine((fields) => Object.keys(fields).length <= 40, { error: "at most 40 fields" }),
});

export const transactionBody = z
  .discriminatedUnion(
    "kind",
    [
      closed({
        kind: z.literal("checkout"),
        ...common,
        patron: barcode,
        item: barcode,
        due: due.optional(),
        note: words(200).optional(),
        onlyItem: z.literal(true, { error: "true, or left out" }).optional(),
      }),
      closed({
        kind: z.literal("renewal"),
        ...common,
        item: barcode,
        patron: barcode.optional(),
        due: due.optional(),
      }),
      closed({ kind: z.literal("checkin"), ...common, item: barcode }),
      closed({ kind: z.literal("registration"), ...common, patron: barcode, fields: registrationFields }),
      closed({ kind: z.literal("in-house-use"), ...common, item: barcode, count }),
      closed({
        kind: z.literal("non-catalogued"),
        ...common,
        patron: barcode,
        type: words(80),
        count,
        due: due.optional(),
      }),
      closed({
        kind: z.literal("payment"),
        ...common,
        patron: barcode,
        amount: z
          .int({ error: "a whole number of cents from 1 to 9999999" })
          .min(1, "a whole number of cents from 1 to 9999999")
          .max(9_999_999, "a whole number of cents from 1 to 9999999"),
        currency: text(/^[A-Z]{3}$/, "three capital letters, such as EUR"),
      }),
      closed({ kind: z.literal("voiding"), ...common, voids: transactionId, reason: words(200) }),
    ],
    {
      error: (issue) => (isObject(issue.input) ? `one of ${transactionKinds.join(", ")}` : "a JSON object"),
    },
  )
  .openapi("TransactionBody");

export type TransactionBody = z.output<typeof transactionBody>;

const minute = z
  .string({ error: "a time of the branch as YYYY-MM-DDTHH:MM" })
  .refine((value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) && parseInstant(`${value}:00Z`) !== null, {
    error: "a time of the branch as YYYY-MM-DDTHH:MM",
  });
const activityFilter = {
  kind: z.enum(transactionKinds, { error: `one of ${transactionKinds.join(", ")}` }).optional(),
  desk: text(/^[!-~]{1,80}$/, "a desk id").optional(),
  patron: barcode.optional(),
  item: barcode.optional(),
  from: minute.optional(),
  to: minute.optional(),
  state: z.enum(transactionStates, { error: `one of ${transactionStates.join(", ")}` }).optional(),
  text: words(80).optional(),
};
export const activityQuery = closed(activityFilter);
export const transactionQuery = closed({
  ...activityFilter,
  after: text(/^[!-~]{1,400}$/, "the next of the page before").optional(),
  limit: text(/^(?:[1-9][0-9]?|1[0-9]{2}|200)$/, "a whole number from 1 to 200").optional(),
});

export const searchQuery = closed({ q: words(100) });
export const loanQuery = closed({ patron: barcode, item: barcode });
export const noQuery = closed({});
export const barcodePath = closed({ barcode });
export const idPath = closed({ id: text(/^[!-~]{1,120}$/, "an id") });

export const outagePath = closed({ number: text(/^[!-~]{1,20}$/, "the number of an outage") });

/** An id, or a name with its blanks. */
export const deskPath = closed({ id: words(80) });

const person = words(80);
const calls = z
  .array(closed({ who: person, at: instant.optional(), by: person.optional() }), { error: "a list of calls" })
  .max(20, "at most 20 calls");
export const calledBody = closed({ called: calls.min(1, "at least one call") });
export const toldBody = closed({ toldBy: person.optional(), at: instant.optional() });
export const outageBody = closed({
  scope: z
    .enum(["this-desk", "branch", "several", "unknown"], {
      error: "one of this-desk, branch, several, unknown",
    })
    .optional(),
  called: calls.optional(),
  toldBy: person.optional(),
  at: instant.optional(),
  reason: words(200).optional(),
  by,
});
export const emptyBody = closed({});

/** A name, never an offset such as +02:00, which knows no daylight-saving time. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;
export const branchBody = closed({
  name: words(80),
  code: text(/^[A-Za-z]{2,8}$/, "2 to 8 letters"),
  timezone: z
    .string({ error: "a time zone such as Europe/Berlin" })
    .refine((value) => zoneName.test(value) && isTimezone(value), {
      error: "a time zone such as Europe/Berlin",
    }),
  desk: words(40),
  supervisor: userName,
  pin,
  openDesks: z.boolean({ error: "true or false" }).optional(),
});

export const sessionBody = closed({ user: userName, pin });
export const staffBody = closed({
  user: userName,
  pin: pin.optional(),
  role: z.enum(["staff", "supervisor"], { error: "staff or supervisor" }).optional(),
  disabled: z.boolean({ error: "true or false" }).optional(),
  unlock: z.literal(true, { error: "true" }).optional(),
  by,
});
export const recoveryBody = closed({
  code: text(/^[0-9A-Za-z -]{1,60}$/, "the recovery code, letters and digits"),
  user: userName,
  pin,
});
export const authorityBody = closed({ by });

export const purgeBody = closed({ reason: words(200).optional(), by });
const decided = { reason: words(200), by };
export const settleBody = z.discriminatedUnion(
  "decision",
  [
    closed({ decision: z.literal("keep-both"), ...decided }),
    closed({ decision: z.literal("void"), transaction: transactionId, ...decided }),
    closed({ decision: z.literal("correct"), transaction: transactionId, barcode, ...decided }),
    closed({ decision: z.literal("note"), ...decided }),
    closed({ decision: z.literal("accept"), ...decided }),
    closed({ decision: z.literal("leave-out"), ...decided }),
    closed({ decision: z.literal("by-hand"), ...decided }),
    closed({ decision: z.literal("load"), ...decided }),
  ],
  {
    error: (issue) =>
      isObject(issue.input)
        ? "one of keep-both, void, correct, note, accept, leave-out, by-hand, load"
        : "a JSON object",
  },
);

export const snapshotBody = closed({ path: words(4096), by });
export const backupBody = closed({
  path: words(4096),
  passphrase: z.string({ error: "text" }).max(1_000, "at most 1000 characters").optional(),
  withIdentity: z.boolean({ error: "true or false" }).optional(),
  by,
});

/** An object without other fields; the message of an unknown one lists the known names for `explain.ts`. */
export function closed<S extends z.ZodRawShape>(shape: S) {
  const names = Object.keys(shape).join(",");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? names : "a JSON object"),
  });
}

export function text(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

/** Free text of people: no control characters, no half characters, no blanks alone. */
export function words(longest: number) {
  const expected = `1 to ${longest} characters without control characters`;
  return z
    .string({ error: expected })
    .min(1, expected)
    .max(longest, expected)
    .refine((value) => /\S/u.test(value) && !/[\p{Cc}\p{Cs}]/u.test(value), { error: expected });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
