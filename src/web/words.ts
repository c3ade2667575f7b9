/**
 * Words, dates and numbers as staff read them. Pure; times are shown in the branch's zone, whatever this PC says.
 */

import type { Coverage, Kind, PatronView, TransactionRow, Verdict } from "../node/http/api.ts";
import { dayIn, parts } from "./dates.ts";
import { isOne, languageTag, t } from "./language.ts";

/** `10:04` */
export function instantToTime(instant: string, timezone: string): string {
  const { hour, minute } = parts(instant, timezone);
  return hour === undefined || minute === undefined ? "" : `${hour}:${minute}`;
}

/** `Sat 12 Dec`, `Sa., 12. Dez.`, `sáb, 12 dic` */
export function instantToDay(instant: string, timezone: string): string {
  return dayIn(instant, timezone, { weekday: true });
}

/** `12 Dec`, `23 May 2014` of another year; today's is a time: `16:40`. */
export function instantToShort(instant: string, timezone: string, now: number): string {
  if (dayOf(instant, timezone) === dayOf(new Date(now).toISOString(), timezone))
    return instantToTime(instant, timezone);
  return dateToText(instant, timezone, now);
}

/** `Sat 12 Dec`, and `Sat 2 Jan 2027` where the year is another than now's. */
export function instantToDayOf(instant: string, timezone: string, now: number): string {
  return dayIn(instant, timezone, { weekday: true, ...yearIfOther(instant, timezone, now) });
}

/** `Sat 12 Dec`, or `Today 16:40`. A day loan is due at the end of its day and shows no time. */
export function dueToText(due: string, timezone: string, now: number): string {
  const time = instantToTime(due, timezone);
  const ends = time === "23:59";
  if (dayOf(due, timezone) === dayOf(new Date(now).toISOString(), timezone))
    return ends ? t`Today` : t`Today ${time}`;
  const day = instantToDayOf(due, timezone, now);
  return ends ? day : `${day} ${time}`;
}

/** Since when something is so: `06:00` today, `21 Nov 06:00` else, with the year where it is another. */
export function sinceToText(instant: string, timezone: string, now: number): string {
  const time = instantToTime(instant, timezone);
  if (dayOf(instant, timezone) === dayOf(new Date(now).toISOString(), timezone)) return time;
  return `${dateToText(instant, timezone, now)} ${time}`;
}

/** `YYYY-MM-DD` of an instant in a zone. */
export function dayOf(instant: string, timezone: string): string {
  const { year, monthNumber, dayNumber } = parts(instant, timezone);
  return `${year}-${monthNumber}-${dayNumber}`;
}

/** `Sat 12 Dec` of a calendar day `YYYY-MM-DD`. */
export function dayToText(day: string): string {
  return instantToDay(`${day}T12:00:00Z`, "UTC");
}

/** `…5250`: enough to tell two cards apart, too little to use; of items the last five. */
export function barcodeToTail(barcode: string, length = 4): string {
  return barcode.length <= length ? barcode : `…${barcode.slice(-length)}`;
}

/** `Gregory Jones` → `GJ` */
export function nameToInitials(name: string): string {
  const words = name.split(/[\s,]+/).filter((word) => word !== "");
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A patron's name; of a card that nobody knows, its end. */
export function patronToName(patron: PatronView): string {
  return patron.name.trim() === "" ? t`Card ${barcodeToTail(patron.barcode)}` : patron.name;
}

export function countToText(count: number, one: string, many: string): string {
  return `${count} ${isOne(count) ? one : many}`;
}

const KINDS: Readonly<Record<Kind, string>> = {
  checkout: t`Check out`,
  renewal: t`Renewal`,
  checkin: t`Check in`,
  registration: t`Registration`,
  "in-house-use": t`In-house use`,
  "non-catalogued": t`Not catalogued`,
  payment: t`Payment`,
  voiding: t`Voiding`,
};

const PLURALS: Readonly<Record<Kind, readonly [string, string]>> = {
  checkout: [t`loan`, t`loans`],
  renewal: [t`renewal`, t`renewals`],
  checkin: [t`return`, t`returns`],
  registration: [t`registration`, t`registrations`],
  "in-house-use": [t`in-house use`, t`in-house uses`],
  "non-catalogued": [t`loan without a barcode`, t`loans without a barcode`],
  payment: [t`payment`, t`payments`],
  voiding: [t`voiding`, t`voidings`],
};

/** `150 loans` */
export function kindCountToText(kind: string, count: number): string {
  const words = (PLURALS as Readonly<Record<string, readonly [string, string]>>)[kind];
  return words === undefined ? `${count} ${kind}` : countToText(count, words[0], words[1]);
}

/** `Loans` */
export function kindToPlural(kind: string): string {
  const word = (PLURALS as Readonly<Record<string, readonly [string, string]>>)[kind]?.[1] ?? kind;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

export function kindToWord(kind: string): string {
  return (KINDS as Readonly<Record<string, string>>)[kind] ?? kind;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  finished: t`✓ finished`,
  "all-here": t`✓ all here`,
  away: t`away, may have more`,
  lost: t`lost`,
  unknown: t`not known, may have some`,
};

export function verdictToWord(verdict: Verdict): string {
  return VERDICTS[verdict];
}

/** `on 2 of 3 desks`; `saved` only while the row is nowhere else. */
export function coverageToText(coverage: Coverage): string {
  if (coverage.of <= 1) return t`on this desk`;
  return t`on ${coverage.desks} of ${coverage.of} desks`;
}

const MOVE_WORDS: Readonly<Record<string, string>> = {
  open: t`The outage was opened`,
  closing: t`The library system is back`,
  "open-again": t`It was down again`,
  close: t`The outage was closed`,
};

/** What a move of the outage was. `ilsName`: as staff call their ILS, if they do. */
export function moveToWord(move: string, ilsName?: string): string {
  if (move === "closing" && ilsName !== undefined) return t`${ilsName} is back`;
  return MOVE_WORDS[move] ?? move;
}

/** `812 MB`, `12.3 GB`: as people read sizes of disks. */
export function bytesToText(bytes: number): string {
  const [size, digits, unit] =
    bytes >= 1e9 ? ([bytes / 1e9, 1, "GB"] as const) : ([bytes / 1e6, 0, "MB"] as const);
  const format = new Intl.NumberFormat(languageTag(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${format.format(size)} ${unit}`;
}

/** What a row is about, in one line. */
export function rowToTitle(row: TransactionRow): string {
  if (row.title !== undefined && row.title !== "") return row.title;
  if (row.kind === "registration") return row.patronName ?? t`New patron`;
  if (row.kind === "voiding") return row.reason ?? t`Voided`;
  return row.item === undefined ? kindToWord(row.kind) : t`Unknown item`;
}

/** `7 min ahead`, `3 s behind`, `agrees`: another desk's clock as seen from this one. */
export function offsetToText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  if (seconds < 2) return t`agrees`;
  const size = seconds < 120 ? `${seconds} s` : t`${Math.round(seconds / 60)} min`;
  return `${size} ${offsetMs > 0 ? t`behind` : t`ahead`}`;
}

/** `20 s` in steps of ten, `4 min`, `14 h`, `3 days`: how old something is. */
export function ageToText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours === 0) return t`${Math.floor(seconds / 60)} min`;
  return hours < 48 ? t`${hours} h` : countToText(Math.floor(hours / 24), t`day`, t`days`);
}

/** `3 h 12 min`, `4 min`; `under a minute`. */
export function spanToText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (!(minutes >= 1)) return t`under a minute`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? t`${minutes} min` : t`${hours} h ${minutes % 60} min`;
}

const BATCH_STATES: Readonly<Record<string, string>> = {
  made: t`not loaded yet`,
  loaded: t`loaded`,
  "loaded-with-errors": t`loaded, with errors`,
  failed: t`failed`,
  withdrawn: t`withdrawn`,
  "re-issued": t`issued again`,
};

export function batchStateToWord(state: string): string {
  return BATCH_STATES[state] ?? state;
}

const EXCEPTION_KINDS: Readonly<Record<string, string>> = {
  "double-loan": t`Same item lent to two patrons`,
  "loan-after-void": t`Renewed after its loan was voided`,
  "renewal-without-loan": t`Renewed without a known loan`,
  "renewal-of-other": t`Renewed for one patron while another had it`,
  "checkin-without-loan": t`Returned without a known loan`,
  "duplicate-registration": t`Two registrations that look alike`,
  "over-limit": t`More items than the rules allow, over two desks`,
  "date-promised": t`Due date that the library system won’t keep`,
  overtaken: t`Overtaken by what was exported before`,
  "unknown-patron": t`Card not in our list`,
  "unknown-item": t`Item not in our list`,
  "failed-check-digit": t`Barcode that doesn’t add up`,
  isbn: t`ISBN recorded instead of a barcode`,
  "out-of-range": t`Barcode outside this library’s ranges`,
  "hold-at-checkin": t`Returned, and somebody waits for it`,
  "card-as-item": t`Library card scanned as an item`,
  "override-used": t`Staff went ahead over a question`,
  "twin-desk": t`A desk ran twice`,
  repeat: t`The same scan twice`,
  clock: t`A desk’s clock was wrong`,
  "two-contents": t`Two records under one id`,
  "void-after-export": t`Corrected after it was exported`,
  "retired-desk": t`Recorded at a desk that was retired`,
};

/** What kind of exception it is, in a few words. `ilsName`: as staff call their ILS, if they do. */
export function exceptionKindToWord(kind: string, ilsName?: string): string {
  if (kind === "date-promised" && ilsName !== undefined) return t`Due date that ${ilsName} won’t keep`;
  return EXCEPTION_KINDS[kind] ?? kind.replaceAll("-", " ");
}

/** A loan of 2014 must not look like one of last May. */
function dateToText(instant: string, timezone: string, now: number): string {
  return dayIn(instant, timezone, yearIfOther(instant, timezone, now));
}

function yearIfOther(instant: string, timezone: string, now: number): { readonly year?: true } {
  const isThisYear = parts(instant, timezone).year === parts(new Date(now).toISOString(), timezone).year;
  return isThisYear ? {} : { year: true };
}
