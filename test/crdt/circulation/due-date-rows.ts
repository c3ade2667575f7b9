/** The branches of the due date table, and how a row of it is worked out. */
import { createCalendar } from "../../../src/crdt/circulation/calendar.ts";
import { computeDue, type DueDate } from "../../../src/crdt/circulation/due-date.ts";
import { type LoanRule, type Policy, parseLength } from "../../../src/crdt/circulation/policy.ts";
import {
  createZone,
  msToRfc3339,
  parseLocal,
  type Zone,
  zoneToWallClock,
} from "../../../src/export/local-time.ts";

export interface DueRow {
  readonly zone: string;
  readonly calendar: string;
  /** `push`, `skip shorten`, … */
  readonly modes: string;
  /** `21 days`, with ` at HH:MM`, ` hard DAY`, ` always DAY`, ` to DAY` (the card's end); or `no rule`. */
  readonly rule: string;
  /** Local time of the zone. */
  readonly lent: string;
}

const zones = {
  Berlin: "Europe/Berlin",
  NewYork: "America/New_York",
  LordHowe: "Australia/Lord_Howe",
  Beirut: "Asia/Beirut",
  Santiago: "America/Santiago",
  Apia: "Pacific/Apia",
  Kolkata: "Asia/Kolkata",
  UTC: "UTC",
};

const week = hours(
  "tue 10:00-18:00, wed 10:00-18:00, thu 10:00-20:00, fri 10:00-18:00, sat 10:00-14:00, sun -, mon -",
);
const night = hours(
  "sun -, mon 10:00-18:00, tue 10:00-18:00, wed 10:00-18:00, thu 10:00-18:00, fri 18:00-02:00, sat 18:00-02:00",
);
const feasts = [
  { start: "2026-04-03T12:00", end: "2026-04-03T23:59", reason: "Good Friday afternoon" },
  { start: "2026-05-01", end: "2026-05-01", reason: "May Day" },
  { start: "2026-12-24", end: "2027-01-01", reason: "Winter holidays" },
];
const lunchDays = ["mon", "tue", "wed", "thu", "fri"].map((day) => `${day} 10:00-12:00, ${day} 14:00-18:00`);

export const calendars = {
  none: createCalendar([], []),
  closings: createCalendar([], feasts),
  week: createCalendar(week, []),
  feast: createCalendar(week, feasts),
  daily: createCalendar(
    hours(["sun", "mon", "tue", "wed", "thu", "fri", "sat"].map((day) => `${day} 09:00-18:00`).join(", ")),
    [],
  ),
  night: createCalendar(night, []),
  nightfeast: createCalendar(night, [{ start: "2026-11-21", end: "2026-11-21", reason: "Concert" }]),
  lunch: createCalendar(hours(`${lunchDays.join(", ")}, sat -, sun -`), []),
  wrong: createCalendar(
    hours(
      "sun 00:00-00:00, mon 09:00-18:00, tue 09:00-08:30, wed 09:00-18:00, thu 09:00-08:30, fri 09:00-06:30, sat 11:00-06:30",
    ),
    [],
  ),
  shut: createCalendar(hours("sun -, mon -, tue -, wed -, thu -, fri -, sat -"), []),
  partial: createCalendar(hours("mon 10:00-18:00, tue 10:00-18:00"), []),
};

export function zoneOf(name: string): Zone {
  const zone = zones[name as keyof typeof zones];
  if (zone === undefined) throw new Error(`no zone ${name}`);
  return createZone(zone);
}

export function dueOf(row: DueRow): DueDate {
  const zone = zoneOf(row.zone);
  const calendar = calendars[row.calendar as keyof typeof calendars];
  const loanAt = parseLocal(row.lent, zone);
  if (calendar === undefined || loanAt === null) throw new Error(`not a row: ${JSON.stringify(row)}`);
  const { rule, expires } = parseRule(row.rule);
  const [closedDays, hourlyPastClosing = "shorten"] = row.modes.split(" ");
  const policy = { closedDays, hourlyPastClosing } as Policy;
  const number = rule === undefined ? undefined : 4;
  return computeDue({ rule, number, loanAt, expires }, { calendar, clock: zoneToWallClock(zone), policy });
}

/** `2026-12-12 23:59:59 +01:00` */
export function localOf(ms: number, zone: string): string {
  const text = msToRfc3339(ms, zoneOf(zone));
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${text.slice(19)}`;
}

function parseRule(text: string): { readonly rule: LoanRule | undefined; readonly expires: string } {
  if (text === "no rule") return { rule: undefined, expires: "" };
  const [count, unit, ...more] = text.split(" ");
  const length = parseLength(`${count} ${unit}`);
  if (length === null) throw new Error(`no length: ${text}`);
  const said = new Map<string, string>();
  for (let at = 0; at < more.length; at += 2) said.set(more[at] ?? "", more[at + 1] ?? "");
  const time = said.get("at");
  const on = said.get("hard") ?? said.get("always");
  const rule: LoanRule = {
    category: ["*"],
    itemType: ["*"],
    location: ["*"],
    length,
    renewals: 0,
    graceDays: 0,
    ...(time !== undefined && { dueAtMinute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) }),
    ...(on !== undefined && { hardDue: { on, when: said.has("hard") ? "latest" : "always" } }),
  };
  return { rule, expires: said.get("to") ?? "" };
}

/** `tue 10:00-18:00, sun -` */
function hours(text: string) {
  return text.split(", ").map((part) => {
    const [day = "", times = ""] = part.split(" ");
    const [open = "", close = ""] = times.split("-");
    return { day, open, close };
  });
}
