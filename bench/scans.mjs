// A made-up library, and scans in it: each item is lent and brought back in turn, so that nothing asks a question.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const itemCount = 20_000;
const patronCount = 5_000;
/** Items that the ILS had lent when the line went down; the scans leave them alone. */
const lentCount = 4_000;
const holdCount = 800;

/** Writes a snapshot of the ILS as CSV into `folder`; `items`: how many of those that the scans lend, from the first on. */
export function writeLibrary(folder, items = itemCount) {
  mkdirSync(folder, { recursive: true });
  const write = (name, header, count, row) => {
    const rows = Array.from({ length: count }, (_, i) => row(i));
    writeFileSync(join(folder, name), `${[header, ...rows].join("\n")}\n`);
  };
  write(
    "patrons.csv",
    "barcode,surname,given_names,category,branch,expires,birth_date",
    patronCount,
    (i) => `${patronBarcode(i)},Reader${i},Given${i % 97},Adult,RIV,2099-01-01,1970-01-01`,
  );
  write(
    "items.csv",
    "barcode,title,author,call_number,item_type,location,branch,status,title_id",
    items + lentCount,
    (n) => {
      const i = n < items ? n : itemCount + n - items;
      return `${itemBarcode(i)},The Book of ${i},"Writer, ${i % 499}",FIC ${i},book,Adult,RIV,available,t${i}`;
    },
  );
  write(
    "loans.csv",
    "item_barcode,patron_barcode,checked_out_at,due_at,renewals_left",
    lentCount,
    (i) => `${itemBarcode(itemCount + i)},${patronBarcode(i)},2026-02-01T10:00:00,2098-02-22T23:59:59,1`,
  );
  write(
    "holds.csv",
    "item_barcode,title_id,patron_barcode,pickup_branch,placed_at,status,shelf_until",
    holdCount,
    (i) => `,t${itemCount + i},${patronBarcode(patronCount - 1 - i)},RIV,2026-02-10T12:00:00,queued,`,
  );
}

/** The n-th scan of a day: first every item goes out, four to a patron, then every item comes back, then again. */
export function scan(n) {
  const item = itemBarcode(n % itemCount);
  const out = Math.floor(n / itemCount) % 2 === 0;
  return out
    ? {
        id: newId(),
        kind: "checkout",
        patron: patronBarcode((Math.floor(n / 4) * 7) % patronCount),
        item,
        source: "scan",
      }
    : { id: newId(), kind: "checkin", item, source: "scan" };
}

/** The same as a fact, as `decide` would have written it: for logs that are filled without a page's views. */
export function scanFact(n, now) {
  const { id, kind, patron, item, source } = scan(n);
  const judged = { snapshot: "a".repeat(64), itemKnown: true, loansKnown: false, saw: { kind: "none" } };
  const common = { id, digest: "0123456789abcdef", source, item };
  // The kind first, as `decide` has it: a literal that begins with a spread gets a shape of its own, each anew.
  if (kind === "checkin") return { kind, ...common, judged };
  const due = now + 21 * 86_400_000;
  return { kind, ...common, patron, due, dueFrom: "default", judged: { patronKnown: true, ...judged } };
}

const drawnAtOnce = 256;
let drawn = Buffer.alloc(0);

/** UUID version 7, as a page makes it; drawn many at a time, since it is no work of the desk's. */
export function newId() {
  if (drawn.length === 0) drawn = randomBytes(drawnAtOnce * 16);
  const bytes = drawn.subarray(0, 16);
  drawn = drawn.subarray(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function patronBarcode(i) {
  return String(21998020000000 + i);
}

export function itemBarcode(i) {
  return String(33191010000000 + i);
}
