/**
 * Evergreen's `pending.xacts`, as read by its offline upload (`Open-ILS/src/offline/offline.pl`); held to
 * `test/export/golden/evergreen.xacts`. One JSON object a line. One line that is no JSON ends the whole run at the
 * server, so each is built by JSON.stringify and made plain ASCII; and a registration without any address ends it
 * too, so there is always one. The server runs registrations first, then goes by whole seconds.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { NonCatalogued, Registration } from "../crdt/circulation/transaction.ts";
import type { BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { fieldOf, isDay, otherFields } from "./form-fields.ts";
import { batchBase, type Placement, renderLayout } from "./layout.ts";
import { createZone, msToRfc3339, type Zone } from "./local-time.ts";

export function renderEvergreen(input: BatchInput): Steps<RenderedBatch> {
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.xacts`,
    mediaType: "text/plain; charset=us-ascii",
    lineEnd: "\n",
    takesAnyTime: false,
    place: (line) => placeLine(line, zone),
  });
}

/**
 * JSON of any value in ASCII alone: raw UTF-8 arrives garbled. Half characters (lone surrogates), which strict
 * readers take for malformed JSON, become U+FFFD.
 */
export function valueToAsciiJson(value: unknown): string {
  let json = JSON.stringify(value);
  // JSON.stringify escapes lone halves, and only them: the slow road is for the rare text that may have one.
  if (json.includes("\\ud")) {
    json = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "string" ? inner.replace(/\p{Surrogate}/gu, "\ufffd") : inner,
    );
  }
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function placeLine(line: BatchLine, zone: Zone): Placement {
  const { fact } = line.recorded;
  if (("item" in fact && fact.item === "0") || ("patron" in fact && fact.patron === "0")) {
    return { kind: "extra", reason: "Evergreen takes the barcode 0 for none" };
  }
  const time = msToRfc3339(line.time, zone);
  const timestamp = Math.floor(line.time / 1000);
  switch (fact.kind) {
    case "checkout":
    case "renewal":
      if (fact.patron === undefined) {
        return { kind: "extra", reason: "Evergreen's file cannot carry renewals without a card" };
      }
      return writeLine({
        type: fact.kind === "checkout" ? "checkout" : "renew",
        timestamp,
        delta: 0,
        barcode: fact.item,
        patron_barcode: fact.patron,
        checkout_time: time,
        due_date: msToRfc3339(fact.due, zone),
        x_txid: fact.id,
      });
    case "checkin":
      return writeLine({
        type: "checkin",
        timestamp,
        delta: 0,
        barcode: fact.item,
        backdate: time,
        x_txid: fact.id,
      });
    case "in-house-use":
      return writeLine({
        type: "in_house_use",
        timestamp,
        delta: 0,
        barcode: fact.item,
        count: fact.count,
        use_time: time,
        x_txid: fact.id,
      });
    case "non-catalogued":
      return writeNonCatalogued(fact, timestamp, time);
    case "registration":
      return writeRegistration(fact, timestamp);
    case "payment":
      return { kind: "extra", reason: "Evergreen's file cannot carry payments" };
    case "voiding":
      return { kind: "extra", reason: "Evergreen's file cannot carry voidings" };
  }
}

interface EvergreenLine {
  readonly type: "checkout" | "renew" | "checkin" | "in_house_use" | "register";
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly delta: 0;
  readonly x_txid: string;
  readonly [key: string]: unknown;
}

function writeLine(object: EvergreenLine, notInFile = ""): Placement {
  return { kind: "written", text: valueToAsciiJson(object), writtenAs: object.type, notInFile };
}

function writeNonCatalogued(fact: NonCatalogued, timestamp: number, time: string): Placement {
  const object: EvergreenLine = {
    type: "checkout",
    timestamp,
    delta: 0,
    noncat: 1,
    noncat_type: fact.type,
    noncat_count: fact.count,
    patron_barcode: fact.patron,
    checkout_time: time,
    x_txid: fact.id,
  };
  // Evergreen computes this date from the type alone.
  return writeLine(object, "due date");
}

/** Stock id of "Other": the column must not be empty, and a form need not ask. */
const IDENT_TYPE_OTHER = "3";

const MAPPED_FIELDS: ReadonlySet<string> = new Set([
  "surname",
  "given_names",
  "birth_date",
  "phone",
  "email",
  "category",
  "branch",
  "expires",
  "ident_type",
  "address",
  "street1",
  "street2",
  "city",
  "state",
  "country",
  "post_code",
]);

function writeRegistration(fact: Registration, timestamp: number): Placement {
  const { fields } = fact;
  const birth = fieldOf(fields, "birth_date");
  const expires = fieldOf(fields, "expires");
  // A key that Evergreen doesn't know, or a date that is none, fails the registration: both are told instead.
  const left = [
    birth === "" || isDay(birth) ? "" : `birth_date: ${birth}`,
    expires === "" || isDay(expires) ? "" : `expires: ${expires}`,
    otherFields(fields, MAPPED_FIELDS),
  ];
  const user = {
    card: { barcode: fact.patron },
    usrname: fact.patron,
    passwd: fact.initialPassword,
    ...textIfAny("profile", fieldOf(fields, "category")),
    ...textIfAny("home_ou", fieldOf(fields, "branch")),
    first_given_name: fieldOf(fields, "given_names"),
    family_name: fieldOf(fields, "surname"),
    ...textIfAny("dob", isDay(birth) ? birth : ""),
    ident_type: fieldOf(fields, "ident_type") || IDENT_TYPE_OTHER,
    ...textIfAny("day_phone", fieldOf(fields, "phone")),
    ...textIfAny("email", fieldOf(fields, "email")),
    ...textIfAny("expire_date", isDay(expires) ? expires : ""),
    billing_address: fieldsToAddress(fields),
  };
  return writeLine(
    { type: "register", timestamp, delta: 0, user, x_txid: fact.id },
    left.filter((text) => text !== "").join("; "),
  );
}

function fieldsToAddress(fields: Registration["fields"]): object {
  const lines = ["street1", "address", "street2"].map((name) => fieldOf(fields, name));
  const streets = lines.filter((text) => text !== "");
  return {
    id: -1,
    street1: streets[0] ?? "",
    ...textIfAny("street2", streets.slice(1).join(", ")),
    city: fieldOf(fields, "city"),
    state: fieldOf(fields, "state"),
    country: fieldOf(fields, "country"),
    post_code: fieldOf(fields, "post_code"),
  };
}

function textIfAny(key: string, text: string): object {
  return text === "" ? {} : { [key]: text };
}
