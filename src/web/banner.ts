/**
 * What the top line, the node-down bar and "May I export?" say. Pure: the words must not depend on who asks.
 */

import type { DeskView, OutageRecordView, OutageState, StateView } from "../node/http/api.ts";
import { nameOfIls, withIls } from "./ils.ts";
import { t } from "./language.ts";
import type { Model } from "./store.ts";
import { timezoneOf } from "./store.ts";
import { countToText, instantToDayOf, instantToTime, sinceToText } from "./words.ts";

export interface Banner {
  readonly tone: "calm" | "wait" | "good";
  readonly lead: string;
  readonly text: string;
  /** What can be done about it at once: say whether it is down here too, or print what is to be scanned again. */
  readonly asks?: "down" | "rescan";
}

/** The lifecycle of the outage in words. */
export function modelToBanner(model: Model, now: number): Banner {
  const { outage } = model.state ?? {};
  const zone = timezoneOf(model);
  const said = (instant: string | undefined): string =>
    instant === undefined ? "" : sinceToText(instant, zone, now);
  if (outage?.question !== undefined)
    return {
      tone: "wait",
      lead: outage.question,
      text: t`Ask before you answer: every desk is told.`,
      asks: "down",
    };
  const name = nameOfIls(model);
  switch (outage?.state) {
    case "open":
      return {
        tone: "wait",
        lead: outage.since === undefined ? t`Outage` : t`Outage since ${said(outage.since)}`,
        text:
          name === undefined
            ? t`Record everything here, not in the library system.`
            : t`Record everything here, not in ${name}.`,
      };
    case "closing":
      return {
        tone: "wait",
        lead: name === undefined ? t`The library system is back` : t`${name} is back`,
        text: `${untilTold(outage.record)}${unfinishedText(model.state)}`,
      };
    case "loading":
      return {
        tone: "wait",
        lead: t`The file is being loaded`,
        text:
          name === undefined
            ? t`Do not use the library system for loans yet. New scans go into the next file.`
            : t`Do not use ${name} for loans yet. New scans go into the next file.`,
      };
    default:
      return standbyBanner(model, now, name);
  }
}

/** For so long after its end an outage is still what matters: the bin is not empty yet. */
const JUST_CLOSED_MS = 24 * 3_600_000;

function standbyBanner({ state }: Model, now: number, name: string | undefined): Banner {
  const { outage, branch } = state ?? {};
  const closedAt = justClosedAt(state, now);
  const missing = [...new Set((outage?.missing ?? []).map((desk) => desk.name))].join(", ");
  const late = missing === "" ? "" : t` Not in yet: scans of ${missing}.`;
  if (closedAt !== undefined) {
    const at = sinceToText(closedAt, branch?.timezone ?? "UTC", now);
    const back =
      name === undefined
        ? t`Go back to the library system. Re-scan the items in the bin.`
        : t`Go back to ${name}. Re-scan the items in the bin.`;
    return {
      tone: late === "" ? "good" : "wait",
      lead: t`All loaded at ${at}`,
      text: `${back}${late}`,
      asks: "rescan",
    };
  }
  const up =
    name === undefined
      ? t`The library system is up: use it. A scan here asks to start an outage.`
      : t`${name} is up: use it. A scan here asks to start an outage.`;
  return { tone: late === "" ? "calm" : "wait", lead: t`Standby`, text: `${up}${late}` };
}

function justClosedAt(state: StateView | undefined, now: number): string | undefined {
  const { outage } = state ?? {};
  const closedAt = outage?.state === "closed" ? outage.changedAt : outage?.before?.closedAt;
  const isJust = closedAt !== undefined && now - Date.parse(closedAt) < JUST_CLOSED_MS;
  return isJust ? closedAt : undefined;
}

function untilTold(record: OutageRecordView | undefined): string {
  const by = record?.moves.findLast(({ to }) => to === "closing")?.by;
  return by === undefined
    ? t`Keep recording here until your supervisor tells you.`
    : t`Keep recording here until your supervisor (${by}) tells you.`;
}

/** Who has not said "Done at this desk", and who is away. */
function unfinishedText(state: StateView | undefined): string {
  const names = (wanted: readonly DeskView[]): string => wanted.map(({ name }) => name).join(", ");
  const desks = state?.desks.desks ?? [];
  const away = desks.filter(
    ({ verdict, linked, self }) => verdict === "away" || (verdict === "unknown" && !linked && !self),
  );
  const open = desks.filter(
    (desk) => desk.verdict !== "finished" && desk.verdict !== "lost" && !away.includes(desk),
  );
  const toFinish = open.length === 0 ? "" : t` Still to finish: ${names(open)}.`;
  if (away.length === 0) return toFinish;
  return `${toFinish}${t` ${names(away)} ${away.length === 1 ? t`is` : t`are`} away.`}`;
}

/** Step by step, in each state of the outage. */
function whatToDo(model: Pick<Model, "state">, state: OutageState): readonly string[] {
  switch (state) {
    case "open":
      return [
        t`Scan the library card, then the items. Every row says where it is saved.`,
        t`Check in: every return goes to the RE-SCAN bin.`,
        withIls(
          model,
          (name) => t`Do not record anything in ${name}, even if it seems to work at your desk.`,
          t`Do not record anything in the library system, even if it seems to work at your desk.`,
        ),
        t`Somebody else comes to this desk? Ctrl+Shift+L: their initials then stand in the record.`,
        t`Leave this PC on. If the program stops, use another desk or the paper form.`,
      ];
    case "closing":
      return [
        t`Keep recording here until your supervisor tells you.`,
        t`Bring desks that are away back on the network, or switch them on.`,
        t`Do not erase or restart a desk that is away.`,
      ];
    case "loading":
      return [
        withIls(
          model,
          (name) => t`Do not use ${name} for loans yet.`,
          t`Do not use the library system for loans yet.`,
        ),
        t`Scans made here now go into the next file.`,
      ];
    case "closed":
      return [
        withIls(model, (name) => t`Go back to ${name}.`, t`Go back to the library system.`),
        t`Re-scan the items in the RE-SCAN bin there.`,
      ];
    default:
      return [
        withIls(model, (name) => t`Use ${name} as usual.`, t`Use the library system as usual.`),
        t`If it stops answering, scan here: the first scan asks whether to start an outage.`,
        t`Tell the other desks. They see it on their screens as well.`,
      ];
  }
}

/** What to do now, in order: as the banner has it. */
export function stepsNow(model: Model, now: number): readonly string[] {
  const { state } = model;
  const isJustClosed = justClosedAt(state, now) !== undefined;
  return whatToDo(model, isJustClosed ? "closed" : (state?.outage.state ?? "standby"));
}

/** What to do while the program on this PC is not running, in order. */
export function downSteps({ state }: Model): readonly string[] {
  const others = state?.desks.desks.filter((desk) => !desk.self).map((desk) => desk.name) ?? [];
  const { contacts = [], helpDesk = "" } = state?.settings ?? {};
  const phones = [...contacts.map(({ who, reach }) => `${who} ${reach}`), helpDesk].filter(
    (each) => each !== "",
  );
  const call = phones.length === 0 ? t`whoever looks after this PC` : phones.join(" · ");
  return [
    t`Wait half a minute: the program usually starts again by itself, and this page goes on.`,
    others.length === 0 ? t`Use another desk, if there is one.` : t`Use another desk: ${others.join(", ")}.`,
    t`No other desk? Write on the paper form: print it here, while it can be printed.`,
    t`Call ${call}. The program is started by its shortcut, or by: deskmesh start.`,
  ];
}

export interface ExportAnswer {
  readonly may: boolean;
  /** Only a file named PARTIAL can be made. */
  readonly needsPartial: boolean;
  readonly text: string;
  readonly reasons: readonly ExportReason[];
}

/** A desk that may hold scans which nobody else has, and what is known of it. */
export interface ExportReason {
  readonly desk: DeskView;
  readonly lead: string;
  readonly text: string;
}

/** "May I export?": one answer, and every reason that stands against it. */
export function stateToExportAnswer(state: StateView, now: number): ExportAnswer {
  const zone = state.branch?.timezone ?? "UTC";
  const lacking = state.desks.desks.filter((desk) => desk.verdict === "away" || desk.verdict === "unknown");
  const reasons = lacking.map((desk) => deskToReason(desk, zone, now));
  const { mustDecide } = state.exceptions;
  if (mustDecide > 0) {
    const text = t`${countToText(mustDecide, t`exception needs`, t`exceptions need`)} a decision first.`;
    return { may: false, needsPartial: false, text: t`Not yet: ${text}`, reasons };
  }
  if (lacking.length > 0) {
    const who = lacking.length === 1 ? t`one desk may hold scans` : t`${lacking.length} desks may hold scans`;
    return { may: false, needsPartial: true, text: t`Not yet: ${who} that nobody else has.`, reasons };
  }
  if (state.waiting === 0) {
    return {
      may: false,
      needsPartial: false,
      text: t`There is nothing to export: no scan is waiting.`,
      reasons,
    };
  }
  const scans = countToText(state.waiting, t`scan is`, t`scans are`);
  return { may: true, needsPartial: false, text: t`Yes: ${scans} waiting, and every desk is here.`, reasons };
}

function deskToReason(desk: DeskView, zone: string, now: number): ExportReason {
  const heard = desk.lastHeard === undefined ? undefined : sinceToText(desk.lastHeard, zone, now);
  const missing = desk.made - desk.here;
  return {
    desk,
    lead:
      heard === undefined
        ? t`${desk.name} has not been heard in this outage.`
        : t`${desk.name} has not been heard since ${heard}.`,
    text:
      missing > 0
        ? t`${countToText(missing, t`scan`, t`scans`)} that it made ${missing === 1 ? t`is` : t`are`} not here. It may have made more.`
        : desk.made === 0
          ? t`It had made no scan by then. It may have made some since.`
          : t`${desk.made === 1 ? t`The 1 scan` : t`All ${desk.made} scans`} that it had made by then ${desk.made === 1 ? t`is` : t`are`} here. It may have made more.`,
  };
}

/** `Sat 21 Nov, 10:04`, with the year where it is another: sheets lie in files. */
export function instantToMoment(instant: string, zone: string, now = Date.now()): string {
  return `${instantToDayOf(instant, zone, now)}, ${instantToTime(instant, zone)}`;
}
