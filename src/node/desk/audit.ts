/**
 * Who did what: the branch document's entries and, of the outages that are held, decisions, voidings and answers to
 * questions, in words. Items are named by their barcodes; patrons never.
 */
import type { BranchEntry, BranchFact, OutageMove } from "../../crdt/circulation/branch-fact.ts";
import { parseDetails } from "../../crdt/circulation/outage-state.ts";
import type { Override, Recorded } from "../../crdt/circulation/transaction.ts";
import type { AuditRow, TrailView } from "../http/api.ts";
import { isVersion } from "../operating/package-file.ts";
import { readBranchHistory } from "./branch-history.ts";
import type { Answer } from "./desk.ts";
import { ownIlsName } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { isOfferName } from "./updates.ts";

/** More than that nobody reads; the branch document has it all. */
const rowsAtMost = 500;

/** Newest first. */
export function listAudit(parts: DeskParts): AuditRow[] {
  const acts = [
    ...readBranchHistory(parts).flatMap((entry) => branchEntryToAct(parts, entry) ?? []),
    ...parts.ledger.fold.all().flatMap((recorded) => factToActs(parts, recorded)),
  ];
  return acts
    .sort((a, b) => b.ms - a.ms)
    .slice(0, rowsAtMost)
    .map(({ ms, desk, by, subject, text }) => ({
      at: parts.times().rfc3339(ms),
      desk: parts.roster.nameOf(desk),
      ...(by === undefined ? {} : { by }),
      subject,
      text,
    }));
}

interface Act {
  readonly ms: number;
  readonly desk: string;
  readonly by: string | undefined;
  readonly subject: string;
  readonly text: string;
}

function branchEntryToAct(parts: DeskParts, entry: BranchEntry): Act | null {
  const said = branchFactToWords(parts, entry.fact);
  if (said === null) return null;
  const [subject, text] = said;
  return { ms: entry.at, desk: entry.desk, by: entry.staff, subject, text };
}

type Said = readonly [subject: string, text: string];

/** `ilsName`: as staff call their ILS; `undefined`: they have no name for it. */
function moveToWords(move: OutageMove, ilsName: string | undefined): string {
  switch (move) {
    case "open":
      return "opened";
    case "closing":
      return ilsName === undefined
        ? "is ending: the library system is back"
        : `is ending: ${ilsName} is back`;
    case "open-again":
      return "opened again";
    case "close":
      return "closed";
  }
}

function outageWordToWords(
  { says, who }: Extract<BranchFact, { kind: "outage-word" }>,
  ilsName: string | undefined,
): string {
  if (says === "called") return `Called ${who ?? "somebody"}`;
  if (ilsName === undefined)
    return says === "down"
      ? "Said: the library system is down here too"
      : "Said: the library system works here";
  return says === "down" ? `Said: ${ilsName} is down here too` : `Said: ${ilsName} works here`;
}

/** Null: nobody did it, or it says nothing by itself. */
function branchFactToWords(parts: DeskParts, fact: BranchFact): Said | null {
  const name = (desk: string): string => parts.roster.nameOf(desk);
  const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`);
  switch (fact.kind) {
    case "branch":
      return ["outage", `Branch ${fact.code} was created`];
    case "outage":
      return [
        "outage",
        `Outage ${fact.outage} ${moveToWords(fact.to, ownIlsName(parts))}${detailsToWords(fact.details)}`,
      ];
    case "outage-word":
      return ["outage", outageWordToWords(fact, ownIlsName(parts))];
    case "batch":
      return [
        "file",
        `File ${fact.id} made for ${fact.format}: ${fact.lines} lines${fact.partial ? ", PARTIAL" : ""}${because(fact.reason)}`,
      ];
    case "outcome": {
      const job = fact.job === undefined ? "" : `, job ${fact.job}`;
      return [
        "file",
        `File ${fact.batch} marked as ${fact.state}${job}${fact.byHand ? ", by hand" : ""}${because(fact.note)}`,
      ];
    }
    case "answer": {
      const refused = fact.results.filter(({ outcome }) => outcome === "refused").length;
      return [
        "file",
        `What became of ${fact.batch}: ${fact.results.length} lines answered, ${refused} refused`,
      ];
    }
    case "ticked":
      return [
        "file",
        `${fact.todos.length} to-dos ${fact.undone ? "opened again" : "ticked off"}${because(fact.note)}`,
      ];
    case "replay":
      return ["file", `Sending ${fact.batch} line by line ${fact.act === "begin" ? "began" : "ended"}`];
    case "statement":
      return ["desk", `${name(fact.desk)} ${fact.says === "lost" ? "is lost" : "was off"}: ${fact.reason}`];
    case "admit":
      return ["desk", `${fact.name} was let in`];
    case "rename":
      return ["desk", `A desk is called ${fact.name} now`];
    case "retire":
      return ["desk", `${name(fact.desk)} was retired${because(fact.reason)}`];
    case "snapshot":
      return ["data", `Patron data of ${parts.times().day(fact.takenAt)} came into use`];
    case "purge":
      return ["data", `Outage ${fact.outage} was forgotten${because(fact.reason)}`];
    case "user":
      return ["staff", `${fact.user}: ${fact.role}${fact.disabled ? ", disabled" : ""}`];
    case "unlock":
      return ["staff", `${fact.user} was unlocked`];
    case "setting":
      return packageToWords(fact);
    case "recovery":
      return ["staff", "A new recovery code was made"];
    case "settings":
      return ["staff", settingsToWords(fact)];
    default:
      return null;
  }
}

/** Of what is set for all desks, what brings another program onto them. */
function packageToWords({ name, value }: Extract<BranchFact, { kind: "setting" }>): Said | null {
  if (!isOfferName(name)) return null;
  const version = (value as { readonly version?: unknown } | null)?.version;
  return [
    "desk",
    isVersion(version) ? `Version ${version} was offered to all desks` : "An update was taken back",
  ];
}

function settingsToWords({ openDesks, retentionDays }: Extract<BranchFact, { kind: "settings" }>): string {
  const said = [
    ...(openDesks === undefined
      ? []
      : [openDesks ? "Initials are enough to record" : "Staff sign in to record"]),
    ...(retentionDays === undefined ? [] : [`Scans are kept ${retentionDays} days after loading`]),
  ];
  return said.join("; ");
}

/** Whom somebody told, and why. */
function detailsToWords(details: string | undefined): string {
  const { reason, toldBy, called = [] } = parseDetails(details);
  const said = [reason, toldBy && `told by ${toldBy}`, ...called.map(({ who }) => `called ${who}`)].filter(
    Boolean,
  );
  return said.length === 0 ? "" : `: ${said.join(", ")}`;
}

function factToActs(parts: DeskParts, recorded: Recorded): readonly Act[] {
  const { fact, at, staff, position } = recorded;
  const act = (subject: string, text: string): Act => ({
    ms: at,
    desk: position.desk,
    by: staff,
    subject,
    text,
  });
  if (fact.kind === "settlement") return [act("decision", `Decided "${fact.decision}": ${fact.reason}`)];
  if (fact.kind === "voiding") {
    const target = parts.ledger.fold.recordedById(fact.voids)?.fact;
    const item = target && "item" in target ? ` of ${target.item}` : "";
    return [act("void", `Voided a ${target?.kind ?? "record"}${item}: ${fact.reason}`)];
  }
  const item = "item" in fact ? ` for ${fact.item}` : "";
  return (fact.overrides ?? []).map((one) => act("override", `${overrideToWords(one)}${item}`));
}

function overrideToWords({ code, reason, by, acknowledged }: Override): string {
  const words = code.replaceAll("-", " ");
  const read = acknowledged && reason === undefined ? "read and confirmed" : "went ahead";
  return `${words}: ${read}${reason === undefined ? "" : `, "${reason}"`}${by === undefined ? "" : `, by ${by}`}`;
}

/** What happened to one transaction, oldest first. */
export function readTrail(parts: DeskParts, id: string): Answer<TrailView> {
  const { fold } = parts.ledger;
  const recorded = fold.recordedById(id);
  if (!recorded) return { kind: "not-found", text: "There is no such record here." };
  const steps: TrailView["steps"][number][] = [];
  const add = (from: { at: number; staff?: string; position: { desk: string } }, text: string): void => {
    const by = from.staff === undefined ? {} : { by: from.staff };
    steps.push({
      at: parts.times().rfc3339(from.at),
      ...by,
      desk: parts.roster.nameOf(from.position.desk),
      text,
    });
  };
  const { fact } = recorded;
  add(recorded, `Recorded${fact.source === undefined ? "" : ` (${fact.source})`}`);
  if (fact.effective !== undefined) add(recorded, `Counted as of ${parts.times().rfc3339(fact.effective)}`);
  for (const override of fact.overrides ?? []) add(recorded, `Question: ${overrideToWords(override)}`);
  const repeat = fold.repeatOf(id);
  if (repeat !== undefined) add(recorded, "The same scan again: it counts once");
  const voiding = fold.voidingOf(id);
  if (voiding) add(voiding, `Voided: ${voiding.fact.reason}`);
  for (const exception of fold.exceptionsOf(id)) {
    for (const one of exception.settlements) add(one, `Decided "${one.fact.decision}": ${one.fact.reason}`);
  }
  return { kind: "done", value: { id, steps } };
}
