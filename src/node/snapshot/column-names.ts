/**
 * The names by which the reports of common ILSs call the columns of a snapshot: Koha's SQL reports, Evergreen, Sierra's
 * Create Lists, Alma Analytics. Compared without capitals, blanks and punctuation. A name of our own always wins; where a
 * report has several, the first in the list does. What isn't here, `import.json` says.
 */
import type { RecordKind } from "./record.ts";

type Names = Readonly<Record<string, readonly string[]>>;

const cardNumber = [
  "card number",
  "borrower card number",
  "patron barcode",
  "p barcode",
  "user barcode",
  "usr barcode",
  "primary identifier",
  "user primary identifier",
];
const itemBarcode = ["barcode", "item barcode", "i barcode", "copy barcode", "physical item barcode"];
const titleId = ["biblionumber", "biblio number", "bib id", "bib record", "record", "mms id", "tcn"];

const names: Readonly<Partial<Record<RecordKind, Names>>> = {
  patron: {
    barcode: cardNumber,
    surname: ["last name", "family name", "borrower surname"],
    name: ["patron name", "patrn name", "p name", "full name", "user name"],
    given_names: ["given name", "first name", "first given name", "borrower first name"],
    category: [
      "category code",
      "patron category",
      "profile",
      "permission group",
      "p type",
      "user group",
      "patron type",
    ],
    branch: ["branch code", "home branch", "home library", "home libr", "home ou", "campus"],
    expires: ["date expiry", "expiry date", "expiration date", "expire date", "exp date"],
    birth_date: ["date of birth", "birthdate", "birth date", "dob"],
    phone: ["day phone", "telephone", "phone number", "preferred phone", "mobile", "preferred phone number"],
    email: ["email addr", "email address", "e mail", "preferred email"],
    address: ["street address", "preferred address", "address 1", "preferred address line 1"],
    blocks: ["block", "blocks and fines", "mblock", "standing penalties", "restrictions", "user blocks"],
    message: [
      "borrower notes",
      "circulation note",
      "alert message",
      "pmessage",
      "patron message",
      "user notes",
    ],
  },
  item: {
    barcode: itemBarcode,
    title: ["title proper", "bib title", "245 a"],
    author: ["author s", "main author", "creator"],
    call_number: ["item call number", "call no", "call", "permanent call number", "callnumber label"],
    item_type: [
      "itype",
      "i type",
      "item type code",
      "circ modifier",
      "circulation modifier",
      "material type",
      "item policy",
    ],
    location: [
      "shelving location",
      "copy location",
      "permanent location",
      "permanent physical location",
      "loc",
      "location code",
    ],
    branch: ["home branch", "circulating library", "circ lib", "owning library", "library code", "library"],
    status: ["item status", "copy status", "base status", "process type", "status code"],
    item_message: [
      "items nonpublic note",
      "item notes nonpublic",
      "itemnotes nonpublic",
      "imessage",
      "i message",
      "alert message",
      "internal note 1",
    ],
    opac_message: ["opac msg", "opacmsg", "item notes", "itemnotes", "public note"],
    price: ["replacement price", "replacement cost"],
    title_id: titleId,
  },
  loan: {
    item_barcode: itemBarcode,
    patron_barcode: cardNumber,
    checked_out_at: ["issue date", "checkout date", "checkout time", "loan date", "out date", "xact start"],
    due_at: ["date due", "due date", "due", "loan due date"],
    renewals_left: ["renewals remaining", "renewal remaining", "renewals left"],
  },
  hold: {
    item_barcode: itemBarcode,
    patron_barcode: [...cardNumber, "requester id"],
    title_id: titleId,
    pickup_branch: ["branch code", "pickup library", "pickup lib", "pickup location", "pickup branch"],
    placed_at: ["reserve date", "request date", "request time", "date placed", "hold placed"],
    status: ["found", "request status", "hold status"],
    shelf_until: ["expiration date", "shelf expire time", "hold shelf expiry date", "hold expiry date"],
  },
};

/**
 * The header with our names in the places of the report's: `own` says it for some columns, by the names in the file. One
 * that isn't there stays missing.
 */
export function nameColumns(
  header: readonly string[],
  kind: RecordKind,
  known: readonly string[],
  own: Readonly<Record<string, string>> = {},
): readonly string[] {
  const plain = header.map(plainName);
  const places = new Map<number, string>();
  const found = new Set<string>();
  const take = (place: number, column: string): void => {
    if (place < 0 || places.has(place) || found.has(column)) return;
    places.set(place, column);
    found.add(column);
  };
  for (const [column, name] of Object.entries(own)) take(plain.indexOf(plainName(name)), column);
  for (const column of known) if (!Object.hasOwn(own, column)) take(header.indexOf(column), column);
  const aliases = names[kind] ?? {};
  for (const column of known) {
    if (found.has(column) || Object.hasOwn(own, column)) continue;
    for (const alias of [column, ...((Object.hasOwn(aliases, column) && aliases[column]) || [])])
      take(plain.indexOf(plainName(alias)), column);
  }
  // A column of our name that isn't meant is somebody's else.
  return header.map(
    (name, place) => places.get(place) ?? (Object.hasOwn(own, name) ? `(other) ${name}` : name),
  );
}

/** `Item Call Number`, `item_callnumber`, `ITEM CALL #` → `itemcallnumber`, `itemcall` */
export function plainName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}
