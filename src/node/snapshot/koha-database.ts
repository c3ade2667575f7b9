/**
 * Koha's `borrowers.db`, which its `create_koc_db.pl` makes for the offline circulation tool: an SQLite database with the
 * table `borrowers` (as in Koha, and `total_fines`) and `issues` (each open loan, with its item and its title). Given as
 * the CSV files that they stand for. Their columns differ between Koha's versions, so only those that are there are read.
 */

import {
  kohaFile,
  type OpenedSource,
  refuseSource,
  type Source,
  type SourceFile,
  SourceUnreadable,
} from "./source-file.ts";
import { openSqlite, type SqliteFile } from "./sqlite-file.ts";

/** The source itself, or with the files of the `borrowers.db` in it; CSV files beside it go before its tables. */
export async function openKoha(source: Source): Promise<OpenedSource> {
  const file = source.files.get(kohaFile);
  if (file === undefined) return { kind: "source", source };
  try {
    const database = await openSqlite(file, ["borrowers", "issues"]);
    const tables = kohaTables(database, file.changedAt);
    if (typeof tables === "string") {
      await database.close();
      return refuseSource(`${kohaFile}: ${tables}`, kohaFile);
    }
    const files = new Map([...tables, ...source.files]);
    files.delete(kohaFile);
    return { kind: "source", source: { files, close: database.close } };
  } catch (error) {
    if (error instanceof SourceUnreadable) return refuseSource(`${kohaFile}: it ${error.message}`, kohaFile);
    throw error;
  }
}

/** Text: why it is none of Koha's. */
function kohaTables(database: SqliteFile, changedAt: number): Map<string, SourceFile> | string {
  const { borrowers = [], issues = [] } = database.tables;
  if (!borrowers.includes("cardnumber"))
    return "it has no table borrowers with the column cardnumber, as Koha's has";
  const day = new Date(changedAt).toISOString().slice(0, 10);
  const file = (table: string, columns: Columns, from: string, isPartial: boolean): SourceFile => ({
    changedAt,
    size: 0,
    table: `${kohaFile} (${table})`,
    isPartial,
    read: () => readTable(database, columns, from),
  });
  const files = new Map([
    ["patrons.csv", file("borrowers", patronColumns(borrowers, day), "borrowers", false)],
  ]);
  const hasLoans = ["barcode", "borrowernumber", "date_due"].every((column) => issues.includes(column));
  if (!hasLoans || !borrowers.includes("borrowernumber")) return files;
  const join = "issues LEFT JOIN borrowers USING (borrowernumber)";
  files.set("loans.csv", file("issues", loanColumns(issues), join, false));
  // Only what is out: that an item isn't among them says nothing.
  files.set(
    "items.csv",
    file("issues", itemColumns(issues), "issues WHERE coalesce(barcode, '') <> ''", true),
  );
  return files;
}

/** Our column → what gives it in SQL. */
type Columns = Readonly<Record<string, string>>;

async function* readTable(database: SqliteFile, columns: Columns, from: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${Object.keys(columns).join(",")}\n`);
  const fields = Object.values(columns).map(toField);
  yield* database.select(`SELECT ${fields.join(" || ',' || ")} FROM ${from}`);
}

/** No row of Koha's is longer than one of a CSV file may be. */
const longestField = 4_000;

function toField(sql: string): string {
  const text = `substr(CAST(coalesce(${sql}, '') AS TEXT), 1, ${longestField})`;
  return `'"' || replace(${text}, '"', '""') || '"'`;
}

/** The column, where there is one. */
function of(table: string, known: readonly string[]): (...names: readonly string[]) => string {
  return (...names) => {
    const there = names.filter((name) => known.includes(name));
    const filled = there.map((name) => `nullif(trim(${table}.${name}), '')`);
    return filled.length > 1 ? `coalesce(${filled.join(", ")})` : (filled[0] ?? "NULL");
  };
}

function patronColumns(known: readonly string[], day: string): Columns {
  const get = of("borrowers", known);
  const restricted = get("debarred");
  return {
    barcode: get("cardnumber"),
    surname: get("surname"),
    given_names: get("firstname"),
    category: get("categorycode"),
    branch: get("branchcode"),
    expires: toDate(get("dateexpiry")),
    birth_date: toDate(get("dateofbirth")),
    phone: get("phone", "mobile", "phonepro"),
    email: get("email", "emailpro"),
    address: `concat_ws(', ', ${get("address")}, ${get("address2")}, ${get("zipcode")}, ${get("city")})`,
    blocks: `concat_ws(';', ${[
      `CASE WHEN ${get("lost")} = '1' THEN 'lost' END`,
      `CASE WHEN ${get("gonenoaddress")} = '1' THEN 'gone, no address' END`,
      // A day until which it holds; in old versions 1.
      `CASE WHEN ${restricted} = '1' OR ${restricted} >= '${day}' THEN 'restricted' END`,
    ].join(", ")})`,
    // What is owed may be below the limit that Koha blocks at, which isn't in the file: said, and not asked.
    message: `concat_ws(' · ', ${get("borrowernotes")}, ${get("debarredcomment")}, CASE WHEN ${number(get("total_fines"))} > 0 THEN 'Owes ' || printf('%.2f', ${number(get("total_fines"))}) END)`,
  };
}

/** MySQL's date of no day is none. */
function toDate(sql: string): string {
  return `nullif(${sql}, '0000-00-00')`;
}

function number(sql: string): string {
  return `CAST(coalesce(${sql}, 0) AS REAL)`;
}

function loanColumns(known: readonly string[]): Columns {
  const get = of("issues", known);
  return {
    item_barcode: get("barcode"),
    patron_barcode: "borrowers.cardnumber",
    checked_out_at: toDate(get("issuedate")),
    due_at: toDate(get("date_due")),
  };
}

function itemColumns(known: readonly string[]): Columns {
  const get = of("issues", known);
  return {
    barcode: get("barcode"),
    title: `concat_ws(' ', ${get("title")}, ${get("subtitle")})`,
    author: get("author"),
    call_number: get("itemcallnumber"),
    item_type: get("itype", "itemtype"),
    location: get("location"),
    branch: get("homebranch"),
    status: "'checked-out'",
    item_message: get("itemnotes_nonpublic"),
    opac_message: get("itemnotes"),
    price: get("replacementprice"),
    title_id: get("biblionumber"),
  };
}
