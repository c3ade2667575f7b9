/** Registering a patron: the branch's form, and who may be in the list already, asked while staff type. */
import { checkFields, defaultForm } from "../../crdt/circulation/registration-form.ts";
import type { FormCheckView, FormView, PatronHit, SimilarPatron } from "../http/api.ts";
import type { Answer } from "./desk.ts";
import { rulesOf } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { searchPatrons, viewPatron } from "./person-views.ts";

export interface RegistrationDraft {
  readonly patron?: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Registering {
  registrationForm(): Promise<Answer<FormView>>;
  /** What is wrong with a form so far, and who looks like that person. Nothing is recorded. */
  checkRegistration(draft: RegistrationDraft): Promise<Answer<FormCheckView>>;
}

const similarAtMost = 5;

export async function viewForm(parts: DeskParts): Promise<FormView> {
  const form = (await rulesOf(parts)).lending.policy.registration;
  return { fromPolicy: form !== undefined, fields: form ?? defaultForm };
}

export async function checkDraft(parts: DeskParts, draft: RegistrationDraft): Promise<FormCheckView> {
  const form = (await rulesOf(parts)).lending.policy.registration;
  const taken = await findCard(parts, draft.patron);
  const people = (await findPeople(parts, draft.fields)).filter(({ barcode }) => barcode !== taken?.barcode);
  const similar = [
    ...(taken ? [toSimilar(parts, taken, "card")] : []),
    ...people.map((hit) => toSimilar(parts, hit, "person")),
  ];
  return {
    problems: form === undefined ? [] : checkFields(form, draft.fields),
    similar: similar.slice(0, similarAtMost),
  };
}

async function findCard(parts: DeskParts, barcode: string | undefined): Promise<PatronHit | undefined> {
  if (barcode === undefined) return undefined;
  const { name, category, birthDate, known } = await viewPatron(parts, barcode);
  if (known === "unknown") return undefined;
  const birthYear = birthDate?.slice(0, 4);
  return {
    barcode,
    name,
    known,
    ...(category === undefined ? {} : { category }),
    ...(birthYear === undefined ? {} : { birthYear }),
  };
}

/** By the beginnings of both names, as far as they are typed, and the whole date of birth. */
async function findPeople(
  parts: DeskParts,
  { surname = "", given_names = "", birth_date = "" }: RegistrationDraft["fields"],
): Promise<readonly PatronHit[]> {
  const family = surname.trim();
  const day = birth_date.trim();
  if (family.length < 2 || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return [];
  // The first of the given names is the one that both forms have.
  const [given = ""] = given_names.trim().split(/\s+/);
  return searchPatrons(parts, `${family} ${given} ${day}`);
}

function toSimilar(parts: DeskParts, hit: PatronHit, why: SimilarPatron["why"]): SimilarPatron {
  const what = why === "card" ? "This card number is taken" : "The same name and date of birth";
  return { ...hit, why, text: `${what}: ${whereFrom(parts, hit)}.` };
}

function whereFrom(parts: DeskParts, { known, barcode }: PatronHit): string {
  const registration = known === "registered" ? parts.ledger.fold.registrationOf(barcode) : undefined;
  const times = parts.times();
  if (registration) {
    const where = parts.roster.nameOf(registration.position.desk);
    return `registered on ${times.day(registration.at)}, ${times.time(registration.at)}, at ${where}`;
  }
  const takenAt = parts.library.current?.meta.takenAt ?? 0;
  return `in the patron data of ${times.day(takenAt)}, ${times.time(takenAt)}`;
}
