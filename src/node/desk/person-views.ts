/** Patrons and items as a screen shows them: what the ILS knew, with what the desks have recorded since. */
import { blockToWords } from "../../crdt/circulation/patron-questions.ts";
import type { Policy } from "../../crdt/circulation/policy.ts";
import { publicMessageOf } from "../../crdt/circulation/slip.ts";
import type { ItemRecord, LoanRecord, PatronRecord } from "../../crdt/circulation/snapshot.ts";
import type { ItemView, LoanView, PatronHit, PatronView } from "../http/api.ts";
import { createPatronIndex } from "../snapshot/search.ts";
import { countsHere, rulesOf } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { titleOf } from "./rows.ts";

const hitsAtMost = 20;

/** Of whom neither the ILS nor a desk knows anything. */
export function unknownPatron(barcode: string): PatronView {
  return { barcode, name: "", expired: false, blocks: [], known: "unknown", loans: [], holds: [] };
}

export function unknownItem(barcode: string): ItemView {
  return { barcode, known: false, holds: 0 };
}

export async function viewPatron(parts: DeskParts, barcode: string): Promise<PatronView> {
  const snapshot = parts.library.current;
  const times = parts.times();
  const record = (await snapshot?.patron(barcode)) ?? null;
  const registration = parts.ledger.fold.registrationOf(barcode);
  const loans = await listLoans(parts, barcode);
  const holds = await listHolds(parts, barcode);
  if (record) {
    const asOf = times.rfc3339(snapshot!.meta.takenAt);
    const { lending } = await rulesOf(parts);
    const view = recordToView(record, times.date(parts.clock.now()), lending.policy);
    return { known: "snapshot", asOf, loans, holds, ...view };
  }
  if (!registration) {
    return { ...unknownPatron(barcode), loans, holds };
  }
  const { fields } = registration.fact;
  return {
    barcode,
    name: [fields.given_names, fields.surname].filter(Boolean).join(" "),
    expired: false,
    ...keep({
      category: fields.category,
      birthDate: fields.birth_date,
      phone: fields.phone,
      email: fields.email,
      address: fields.address ?? fields.street1,
    }),
    blocks: [],
    known: "registered",
    asOf: times.rfc3339(registration.at),
    loans,
    holds,
  };
}

export async function viewItem(parts: DeskParts, barcode: string): Promise<ItemView> {
  const snapshot = parts.library.current;
  const times = parts.times();
  const record = (await snapshot?.item(barcode)) ?? null;
  const holds = (await snapshot?.holdsOfItem(barcode, record?.titleId ?? "")) ?? [];
  const loan = await viewItemLoan(parts, barcode);
  const title = await titleOf(parts, barcode, parts.ledger.fold.historyOf(barcode).at(-1)?.fact);
  const { lending } = await rulesOf(parts);
  const opacMessage = publicMessageOf({ lending, known: { item: record } });
  return {
    barcode,
    known: record !== null,
    ...keep({ title, ...(record ? recordToFields(record) : {}), opacMessage }),
    ...(loan ? { loan } : {}),
    holds: holds.length,
    ...(record && snapshot ? { asOf: times.rfc3339(snapshot.meta.takenAt) } : {}),
  };
}

/** Patrons of the snapshot and those registered at any desk, best first. */
export async function searchPatrons(parts: DeskParts, query: string): Promise<PatronHit[]> {
  const found = (await parts.library.current?.searchPatrons(query, hitsAtMost)) ?? [];
  const hits: PatronHit[] = found.map((record) => ({
    barcode: record.barcode,
    name: fullName(record),
    ...keep({ birthYear: record.birthDate.slice(0, 4), category: record.category }),
    known: "snapshot",
  }));
  const registered = await searchRegistered(parts, query);
  const others = hits.filter((hit) => !registered.some(({ barcode }) => barcode === hit.barcode));
  return [...registered, ...others].slice(0, hitsAtMost);
}

/** New patrons are few: their index is made for each search, and finds as the snapshot's does. */
async function searchRegistered(parts: DeskParts, query: string): Promise<PatronHit[]> {
  const { fold } = parts.ledger;
  const index = createPatronIndex();
  for (const { fact } of fold.registrations()) {
    const { surname = "", given_names = "", birth_date = "", phone = "" } = fact.fields;
    index.add({
      barcode: fact.patron,
      surname,
      givenNames: given_names,
      birthDate: birth_date,
      phone,
    });
  }
  return (await index.search(query, hitsAtMost)).map((barcode) => {
    const fields = fold.registrationOf(barcode)?.fact.fields ?? {};
    const name = [fields.given_names, fields.surname].filter(Boolean).join(" ");
    const birthYear = fields.birth_date?.slice(0, 4);
    return { barcode, name, ...keep({ birthYear }), known: "registered" };
  });
}

export async function searchItems(parts: DeskParts, query: string): Promise<ItemView[]> {
  const found = (await parts.library.current?.searchItems(query, hitsAtMost)) ?? [];
  return Promise.all(found.map((record) => viewItem(parts, record.barcode)));
}

async function listLoans(parts: DeskParts, barcode: string): Promise<LoanView[]> {
  const { fold } = parts.ledger;
  const times = parts.times();
  const now = parts.clock.now();
  const from = countsHere(parts);
  const here = fold.loansOf(barcode, from).map(async (loan): Promise<LoanView> => {
    const title = await titleOf(parts, loan.item, fold.recordedById(loan.origin)?.fact);
    return {
      item: loan.item,
      ...(title === undefined ? {} : { title }),
      due: times.rfc3339(loan.due),
      since: times.rfc3339(loan.since),
      overdue: loan.due < now,
      from: "desk",
      desk: parts.roster.nameOf(loan.desk),
    };
  });
  const known = (await parts.library.current?.loansOf(barcode)) ?? [];
  const before = known
    .filter((loan) => !fold.touched(loan.item, from))
    .map((loan) => snapshotLoanToView(parts, loan));
  return Promise.all([...here.reverse(), ...before]);
}

async function snapshotLoanToView(parts: DeskParts, loan: LoanRecord): Promise<LoanView> {
  const title = await titleOf(parts, loan.item);
  return {
    item: loan.item,
    ...(title === undefined ? {} : { title }),
    due: asInstant(parts, loan.dueAt),
    since: asInstant(parts, loan.checkedOutAt),
    overdue: parts.times().parse(loan.dueAt) < parts.clock.now(),
    from: "snapshot",
  };
}

async function listHolds(parts: DeskParts, barcode: string): Promise<PatronView["holds"]> {
  const snapshot = parts.library.current;
  const holds = (await snapshot?.holdsOfPatron(barcode)) ?? [];
  return Promise.all(
    holds.map(async (hold) => ({
      ...keep({
        title: hold.item === "" ? snapshot?.titleOfHold(hold.titleId) : await titleOf(parts, hold.item),
        item: hold.item,
        shelfUntil: dayOf(parts, hold.shelfUntil),
      }),
      status: hold.status,
    })),
  );
}

/** `Sat 28 Nov`; as written where it can't be read. */
function dayOf(parts: DeskParts, text: string): string {
  const ms = parts.times().parse(text);
  return Number.isNaN(ms) ? text : parts.times().day(ms);
}

async function viewItemLoan(parts: DeskParts, barcode: string): Promise<ItemView["loan"]> {
  const { fold } = parts.ledger;
  const times = parts.times();
  const from = countsHere(parts);
  const loan = fold.loanOf(barcode, from);
  if (loan) {
    const { patron, due, since } = loan;
    return { patron, due: times.rfc3339(due), since: times.rfc3339(since), from: "desk" };
  }
  if (fold.touched(barcode, from)) return undefined;
  const known = await parts.library.current?.loanOf(barcode);
  if (!known) return undefined;
  const { patron, dueAt, checkedOutAt } = known;
  return { patron, due: asInstant(parts, dueAt), since: asInstant(parts, checkedOutAt), from: "snapshot" };
}

function asInstant(parts: DeskParts, text: string): string {
  const ms = parts.times().parse(text);
  return Number.isNaN(ms) ? text : parts.times().rfc3339(ms);
}

function recordToView(record: PatronRecord, today: string, policy: Policy) {
  return {
    barcode: record.barcode,
    name: fullName(record),
    expired: record.expires !== "" && record.expires.slice(0, 10) < today,
    ...keep({
      category: record.category,
      expires: record.expires,
      birthDate: record.birthDate,
      phone: record.phone,
      email: record.email,
      address: record.address,
      message: record.message,
    }),
    blocks: record.blocks.map((code) => ({ code, text: blockToWords(code, policy) })),
  };
}

function recordToFields(record: ItemRecord) {
  return {
    author: record.author,
    callNumber: record.callNumber,
    itemType: record.itemType,
    location: record.location,
    status: record.status,
  };
}

export function fullName(record: PatronRecord): string {
  return [record.givenNames, record.surname].filter((part) => part !== "").join(" ");
}

/** Without what is unknown or empty. */
function keep<K extends string>(fields: Partial<Record<K, string | undefined>>): Partial<Record<K, string>> {
  const kept: Partial<Record<K, string>> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && value !== "") kept[name] = value;
  }
  return kept;
}
