/**
 * One line of a batch as a SIP2 request, and what the server's answer says of it. For whatever server speaks the
 * published layout of SIP2 2.00: check-out 11/12, check-in 09/10, renew 29/30, all with *no block* `Y`, since what they
 * tell has happened already.
 */
import type { LineResult } from "../crdt/circulation/answer-fact.ts";
import { adviceOf } from "./advice.ts";
import type { BatchLine } from "./batch.ts";
import { isCalendarTime, msToLocal, type Zone } from "./local-time.ts";
import { maskWords } from "./masking.ts";
import { fieldsOf, type Sip2Message } from "./sip2.ts";

/** What every message of one replay says. */
export interface Sip2Setting {
  /** AO: the institution; empty where the server doesn't ask for it. */
  readonly institution: string;
  /** AP and CP: where this is. */
  readonly location: string;
  readonly zone: Zone;
}

export type Sip2Request =
  /** `body`: up to the end of its last field. */
  | { readonly kind: "request"; readonly body: string; readonly answer: "10" | "12" | "30" }
  /** `reason`: plain words for a person. */
  | { readonly kind: "not-sent"; readonly reason: string };

export function loginBody(user: string, password: string, location: string): string {
  return `9300CN${user}|CO${password}|CP${location}|`;
}

/** Status 0 (all is well), lines of 80, version 2.00. */
export const statusBody = "9900802.00";

/** Asks for the last answer again. */
export const resendBody = "97";

/** Text that can stand in a field. */
export function isFieldText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a field can't hold
  return !/[|\u0000-\u001f\u007f]/.test(text);
}

export function lineToRequest({ recorded, time }: BatchLine, setting: Sip2Setting): Sip2Request {
  const { fact } = recorded;
  if (fact.kind !== "checkout" && fact.kind !== "renewal" && fact.kind !== "checkin")
    return notSent("SIP2 has no message for it");
  if (!isCalendarTime(time) || ("due" in fact && !isCalendarTime(fact.due)))
    return notSent("The clock of this desk gave a time that cannot be written as a date");
  const patron = fact.kind === "checkin" ? "" : fact.patron;
  if (patron === undefined) return notSent("It names no patron, and SIP2 asks for one");
  if (!isFieldText(fact.item) || !isFieldText(patron))
    return notSent("A barcode with a vertical bar cannot be sent over SIP2");
  const { institution, location, zone } = setting;
  const at = toSip2Time(time, zone);
  if (fact.kind === "checkin") {
    const body = `09Y${at}${at}AP${location}|AO${institution}|AB${fact.item}|AC|`;
    return { kind: "request", body, answer: "10" };
  }
  const due = toSip2Time(fact.due, zone);
  if (fact.kind === "checkout") {
    const body = `11NY${at}${due}AO${institution}|AA${patron}|AB${fact.item}|AC|`;
    return { kind: "request", body, answer: "12" };
  }
  return {
    kind: "request",
    body: `29NY${at}${due}AO${institution}|AA${patron}|AB${fact.item}|AC|`,
    answer: "30",
  };
}

function notSent(reason: string): Sip2Request {
  return { kind: "not-sent", reason };
}

/** `YYYYMMDD    HHMMSS`: four blanks mean local time. */
export function toSip2Time(ms: number, zone: Zone): string {
  const text = msToLocal(ms, zone);
  return `${text.slice(0, 10).replaceAll("-", "")}    ${text.slice(11, 19).replaceAll(":", "")}`;
}

export interface LoginAnswer {
  readonly ok: boolean;
}

/** 94. `null`: no such answer. */
export function readLogin({ code, body }: Sip2Message): LoginAnswer | null {
  const [, ok] = (code === "94" && /^([01])/.exec(body)) || [];
  return ok === undefined ? null : { ok: ok === "1" };
}

export interface StatusAnswer {
  readonly online: boolean;
  /** It may take what was done while it was away (*off-line ok*); many servers don't say so and take it all the same. */
  readonly offlineOk: boolean;
  readonly checkin: boolean;
  readonly checkout: boolean;
  /** As the server writes it. */
  readonly version: string;
  /** The institution (AO) that it says it is. */
  readonly institution?: string;
}

/** 98. `null`: no such answer. */
export function readStatus({ code, body }: Sip2Message): StatusAnswer | null {
  const found =
    code === "98" && /^([YN])([YN])([YN])[YN][YN]([YN])[\d ]{6}[\dZ ]{18}(\d\.\d\d)(.*)$/s.exec(body);
  if (!found) return null;
  const [, online, checkin, checkout, offline, version = "", rest = ""] = found;
  const institution = fieldsOf(rest).get("AO");
  return {
    online: online === "Y",
    checkin: checkin === "Y",
    checkout: checkout === "Y",
    offlineOk: offline === "Y",
    version,
    ...(institution ? { institution } : {}),
  };
}

/** Another due date than was promised: to be set by hand. A word of `LineResult.advice` of a line that is done. */
export const otherDue = "other-due";

/**
 * What an answer says of the line that was sent. `null`: it is no answer to it (another message, another item or
 * patron, or no SIP2 after its code), so nobody knows what became of the line.
 */
export function readLineAnswer(
  { code, body }: Sip2Message,
  { recorded, patronName }: BatchLine,
  expected: string,
  zone: Zone,
): LineResult | null {
  const [, ok, rest] = (code === expected && /^([01])[YNU]{3}[\dZ ]{18}(.*)$/s.exec(body)) || [];
  if (ok === undefined || rest === undefined) return null;
  const { fact } = recorded;
  const fields = fieldsOf(rest);
  const item = "item" in fact ? fact.item : "";
  const patron = "patron" in fact && fact.patron !== undefined ? fact.patron : "";
  if (!isSame(fields.get("AB"), item)) return null;
  if (patron !== "" && !isSame(fields.get("AA"), patron)) return null;
  const words = maskWords(fields.get("AF") ?? "", [item, patron, patronName]);
  const said = words === "" ? {} : { words };
  if (ok === "0")
    return { transaction: fact.id, outcome: "refused", advice: adviceOf(words) ?? "other", ...said };
  const due = "due" in fact ? dayOf(fields.get("AH")) : null;
  const isOther = due !== null && "due" in fact && due !== msToLocal(fact.due, zone).slice(0, 10);
  return { transaction: fact.id, outcome: "done", ...(isOther ? { advice: otherDue, ...said } : {}) };
}

/** Servers leave it out, or give it with other letters; none of that makes it another one. */
function isSame(said: string | undefined, sent: string): boolean {
  return said === undefined || said === "" || said.toLowerCase() === sent.trim().toLowerCase();
}

/** The day of a due date as servers write it (SIP2's own form, or ISO 8601), where that is certain. */
function dayOf(text: string | undefined): string | null {
  const [, year, month, day] = /^(\d{4})-?(\d\d)-?(\d\d)(?:\D|$)/.exec(text ?? "") ?? [];
  return year === undefined ? null : `${year}-${month}-${day}`;
}
