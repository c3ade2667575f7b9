/**
 * What is known of one patron from the log: the registration, whether the barcode is a library card at all, and
 * which items are out to it. Registrations that repeat, disagree or look alike are found here.
 */
import { type Found, replaceFindings } from "./exceptions.ts";
import { insertByPosition } from "./timeline.ts";
import type { Recorded, Registration, Transaction } from "./transaction.ts";
import { hasAmended, type Layer, patronOf, stands, type World } from "./world.ts";

export interface PatronHistory {
  readonly barcode: string;
  /** In log order, voided ones too. */
  facts: Recorded<Transaction>[];
  /** How many facts were looked at; 0: start over. */
  walked: number;
  /** Those that stand. */
  registrations: readonly Recorded<Registration>[];
  /** Registered here, or known to the snapshot of a desk that lent to it. */
  card: boolean;
  /** Items that are out to it. */
  loans: Set<string> | undefined;
  findings: readonly Found[];
  /** Runs that lent to it under a limit; those of scans that were taken out again stay. */
  limitRuns: Set<string> | undefined;
  /** What was done with loans of its from before the outage, in log order, voided ones too. */
  before: Recorded<Transaction>[];
  limitFindings: readonly Found[];
}

/** What changed about the barcode itself, and so for facts elsewhere. */
export interface PatronChange {
  readonly registered: boolean;
  readonly card: boolean;
}

const NONE: readonly never[] = [];

export function createPatronHistory(barcode: string): PatronHistory {
  return {
    barcode,
    facts: [],
    walked: 0,
    registrations: NONE,
    card: false,
    loans: undefined,
    findings: NONE,
    limitRuns: undefined,
    before: [],
    limitFindings: NONE,
  };
}

/** Brings the patron up to date and the exceptions with it. */
export function walkPatron(world: World, history: PatronHistory): PatronChange {
  const before = { registered: history.registrations.length > 0, card: history.card };
  const registrationsBefore = history.registrations;
  const startsOver = history.walked === 0;
  if (startsOver) {
    history.registrations = NONE;
    history.card = false;
  }
  for (; history.walked < history.facts.length; history.walked++) {
    const recorded = history.facts[history.walked];
    if (recorded !== undefined) look(world, history, recorded, "now");
  }
  if (startsOver || history.registrations !== registrationsBefore) judgeRegistrations(world, history);
  return {
    registered: before.registered !== history.registrations.length > 0,
    card: before.card !== history.card,
  };
}

function look(world: World, history: PatronHistory, recorded: Recorded<Transaction>, layer: Layer): void {
  const { fact } = recorded;
  if (!stands(world, fact.id, layer) || patronOf(world, recorded, layer) !== history.barcode) return;
  if (isRegistration(recorded)) history.registrations = [...history.registrations, recorded];
  if (fact.kind === "registration" || fact.judged.patronKnown === true) history.card = true;
}

function judgeRegistrations(world: World, history: PatronHistory): void {
  const before = history.findings;
  if (world.repeats.size > 0) {
    for (const recorded of history.facts) {
      const own = isRegistration(recorded) && patronOf(world, recorded, "now") === history.barcode;
      if (own) world.repeats.delete(recorded.fact.id);
    }
  }
  let findings = findDuplicates(history.registrations, world.repeats);
  if (hasAmended(world, history.facts)) {
    const asRecorded = createPatronHistory(history.barcode);
    for (const recorded of history.facts) look(world, asRecorded, recorded, "recorded");
    const mended = findDuplicates(asRecorded.registrations, undefined);
    findings = [...findings, ...mended.map((found) => ({ ...found, asRecorded: true }))];
  }
  history.findings = findings;
  replaceFindings(world.index, before, findings);
}

/** Same data again is a repeat, and counts once; other data on one barcode must be decided. */
function findDuplicates(
  registrations: readonly Recorded<Registration>[],
  repeats: Map<string, string> | undefined,
): readonly Found[] {
  if (registrations.length < 2) return NONE;
  const findings: Found[] = [];
  const firstByData = new Map<string, Recorded<Registration>>();
  let last: Recorded<Registration> | undefined;
  for (const recorded of registrations) {
    const data = JSON.stringify(Object.entries(recorded.fact.fields).sort());
    const first = firstByData.get(data);
    if (first === undefined) {
      firstByData.set(data, recorded);
      last = recorded;
      continue;
    }
    repeats?.set(recorded.fact.id, first.fact.id);
    const transactions = [first.fact.id, recorded.fact.id];
    findings.push({ kind: "repeat", mustDecide: false, transactions, position: recorded.position });
  }
  if (firstByData.size > 1 && last !== undefined) {
    const transactions = [...firstByData.values()].map((each) => each.fact.id);
    const kind = "duplicate-registration";
    findings.push({ kind, mustDecide: true, transactions, position: last.position });
  }
  return findings;
}

/** One person under two barcodes, by the look of it: same name and date of birth. */
export function lookalikeKey(fact: Registration): string | undefined {
  const { surname = "", given_names = "", birth_date = "" } = fact.fields;
  if (surname.trim() === "" || birth_date.trim() === "") return undefined;
  return [surname, given_names, birth_date].map(plainText).join("|");
}

export function addLookalike(world: World, recorded: Recorded<Registration>, key: string): void {
  const group = world.lookalikes.get(key) ?? { registrations: [], findings: NONE };
  group.registrations = insertByPosition(group.registrations, recorded);
  world.lookalikes.set(key, group);
}

export function removeLookalike(world: World, recorded: Recorded<Registration>, key: string): void {
  const group = world.lookalikes.get(key);
  if (group !== undefined) group.registrations = group.registrations.filter((each) => each !== recorded);
}

export function judgeLookalikes(world: World, key: string): void {
  const group = world.lookalikes.get(key);
  if (group === undefined) return;
  const before = group.findings;
  const layers: readonly Layer[] = hasAmended(world, group.registrations) ? ["now", "recorded"] : ["now"];
  group.findings = layers.flatMap((layer) => findLookalikes(world, group.registrations, layer));
  replaceFindings(world.index, before, group.findings);
  if (group.registrations.length === 0) world.lookalikes.delete(key);
}

function findLookalikes(
  world: World,
  registrations: readonly Recorded<Registration>[],
  layer: Layer,
): readonly Found[] {
  const standing = registrations.filter((each) => stands(world, each.fact.id, layer));
  const barcodes = new Set(standing.map((each) => patronOf(world, each, layer)));
  const last = standing.at(-1);
  if (barcodes.size < 2 || last === undefined) return NONE;
  const transactions = standing.map((each) => each.fact.id);
  const found: Found = {
    kind: "duplicate-registration",
    mustDecide: false,
    transactions,
    position: last.position,
  };
  return [layer === "now" ? found : { ...found, asRecorded: true }];
}

function isRegistration(recorded: Recorded<Transaction>): recorded is Recorded<Registration> {
  return recorded.fact.kind === "registration";
}

function plainText(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}
