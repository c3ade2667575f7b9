/**
 * What the top line, the node-down bar and "May I export?" say. Pure: the words must not depend on who asks.
 */
import type { DeskView, StateView } from "../node/http/api.ts";
import type { Model } from "./store.ts";
import { timezoneOf } from "./store.ts";
import { countToText, instantToDay, instantToTime, sinceToText } from "./words.ts";

export interface Banner {
  readonly tone: "calm" | "wait" | "good";
  readonly lead: string;
  readonly text: string;
}

/** The lifecycle of the outage in words. */
export function modelToBanner(model: Model, now: number): Banner {
  const outage = model.state?.outage;
  const zone = timezoneOf(model);
  const since = outage?.since === undefined ? "" : sinceToText(outage.since, zone, now);
  switch (outage?.state) {
    case "open":
      return {
        tone: "wait",
        lead: since === "" ? "Outage" : `Outage since ${since}`,
        text: "Record everything here, not in the library system.",
      };
    case "closing":
      return {
        tone: "wait",
        lead: "The library system is back",
        text: `Keep recording here until your supervisor tells you.${awayText(model.state)}`,
      };
    case "loading":
      return {
        tone: "wait",
        lead: "The file is being loaded",
        text: "Do not use the library system for loans yet. New scans go into the next file.",
      };
    case "closed":
      return {
        tone: "good",
        lead: since === "" ? "All loaded" : `All loaded at ${since}`,
        text: "Go back to the library system. Re-scan the items in the bin.",
      };
    default:
      return {
        tone: "calm",
        lead: "Standby",
        text: "The library system is up: use it. A scan here asks to start an outage.",
      };
  }
}

export const WHAT_TO_DO: Readonly<Record<string, readonly string[]>> = {
  standby: [
    "Use the library system as usual.",
    "If it stops answering, scan here: the first scan asks whether to start an outage.",
    "Tell the other desks. They see it on their screens as well.",
  ],
  open: [
    "Scan the library card, then the items. Every row says where it is saved.",
    "Check in: every return goes to the RE-SCAN bin.",
    "Do not record anything in the library system, even if it seems to work at your desk.",
    "Somebody else comes to this desk? Ctrl+Shift+L: their initials then stand in the record.",
    "Leave this PC on. If the program stops, use another desk or the paper form.",
  ],
  closing: [
    "Keep recording here until your supervisor tells you.",
    "Bring desks that are away back on the network, or switch them on.",
    "Do not erase or restart a desk that is away.",
  ],
  loading: ["Do not use the library system for loans yet.", "Scans made here now go into the next file."],
  closed: ["Go back to the library system.", "Re-scan the items in the RE-SCAN bin there."],
};

export interface ExportAnswer {
  readonly may: boolean;
  /** Only a file named PARTIAL can be made. */
  readonly needsPartial: boolean;
  readonly text: string;
  readonly reasons: readonly { readonly lead: string; readonly text: string }[];
}

/** "May I export?": one answer, and every reason that stands against it. */
export function stateToExportAnswer(state: StateView, now: number): ExportAnswer {
  const zone = state.branch?.timezone ?? "UTC";
  const lacking = state.desks.desks.filter((desk) => desk.verdict === "away" || desk.verdict === "unknown");
  const reasons = lacking.map((desk) => deskToReason(desk, zone, now));
  const { mustDecide } = state.exceptions;
  if (mustDecide > 0) {
    const text = `${countToText(mustDecide, "exception needs", "exceptions need")} a decision first.`;
    return { may: false, needsPartial: false, text: `Not yet: ${text}`, reasons };
  }
  if (lacking.length > 0) {
    const who = lacking.length === 1 ? "one desk may hold scans" : `${lacking.length} desks may hold scans`;
    return { may: false, needsPartial: true, text: `Not yet: ${who} that nobody else has.`, reasons };
  }
  if (state.waiting === 0) {
    return {
      may: false,
      needsPartial: false,
      text: "There is nothing to export: no scan is waiting.",
      reasons,
    };
  }
  const scans = countToText(state.waiting, "scan is", "scans are");
  return { may: true, needsPartial: false, text: `Yes: ${scans} waiting, and every desk is here.`, reasons };
}

function deskToReason(desk: DeskView, zone: string, now: number): { lead: string; text: string } {
  const heard = desk.lastHeard === undefined ? undefined : sinceToText(desk.lastHeard, zone, now);
  const missing = desk.made - desk.here;
  return {
    lead:
      heard === undefined
        ? `${desk.name} has not been heard in this outage.`
        : `${desk.name} has not been heard since ${heard}.`,
    text:
      missing > 0
        ? `${countToText(missing, "scan", "scans")} that it made ${missing === 1 ? "is" : "are"} not here. It may have made more.`
        : `All ${countToText(desk.made, "scan", "scans")} that it had made by then are here. It may have made more.`,
  };
}

function awayText(state: StateView | undefined): string {
  const away = (state?.desks.desks ?? []).filter((desk) => desk.verdict === "away");
  if (away.length === 0) return "";
  const names = away.map((desk) => desk.name).join(", ");
  return ` ${names} ${away.length === 1 ? "is" : "are"} away.`;
}

/** `Sat 21 Nov, 10:04` */
export function instantToMoment(instant: string, zone: string): string {
  return `${instantToDay(instant, zone)}, ${instantToTime(instant, zone)}`;
}
