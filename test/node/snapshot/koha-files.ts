/** Databases as Koha's `create_koc_db.pl` makes them, and some that it never would. */
import openSqlite from "@sqlite.org/sqlite-wasm";

const sqlite = await openSqlite({ print: () => undefined, printErr: () => undefined });

/** The columns of Koha's tables that its script copies, as far as they matter here, in MySQL's types. */
export const kohaTables = [
  `CREATE TABLE borrowers (borrowernumber int(11), cardnumber varchar(32), surname longtext, firstname text, title longtext,
    address longtext, city longtext, zipcode varchar(25), email longtext, phone text, mobile varchar(50), dateofbirth date,
    branchcode varchar(10), categorycode varchar(10), dateexpiry date, gonenoaddress tinyint(1), lost tinyint(1),
    debarred date, debarredcomment varchar(255), borrowernotes longtext, password varchar(60), total_fines decimal(28,6))`,
  `CREATE TABLE issues (borrowernumber int(11), itemnumber int(11), date_due datetime, issuedate datetime, branchcode varchar(10),
    barcode varchar(20), homebranch varchar(10), itype varchar(10), location varchar(80), itemcallnumber varchar(255),
    itemnotes longtext, itemnotes_nonpublic longtext, replacementprice decimal(8,2), biblionumber int(11), title longtext,
    author longtext)`,
];

export const kohaRows = [
  `INSERT INTO borrowers (borrowernumber, cardnumber, surname, firstname, address, city, zipcode, mobile, dateofbirth, branchcode,
    categorycode, dateexpiry, gonenoaddress, lost, debarred, debarredcomment, borrowernotes, password, total_fines) VALUES
    (1, '21998020000006', 'Müller', 'Jürgen "JM"', '1 Mill Lane' || char(10) || 'Rear', 'Riverside', '12345', '0555 1234567', '1969-02-14', 'RIV',
      'PT', '2027-02-28', 0, 0, NULL, NULL, NULL, 'secret', 0),
    (2, '21998020000014', 'Nguyễn', 'Mai', NULL, NULL, NULL, NULL, '0000-00-00', 'RIV',
      'J', '2020-01-01', 1, 1, '9999-12-31', 'Ask the office', 'Parcel at the desk', 'secret', 12.5),
    (3, '21998020000022', 'Past', 'Peter', NULL, NULL, NULL, NULL, NULL, 'RIV', 'PT', '2027-02-28', 0, 0, '2026-01-31', NULL, NULL, NULL, NULL),
    (4, NULL, 'Without a card', NULL, NULL, NULL, NULL, NULL, NULL, 'RIV', 'PT', NULL, 0, 0, NULL, NULL, NULL, NULL, NULL)`,
  `INSERT INTO issues (borrowernumber, itemnumber, date_due, issuedate, branchcode, barcode, homebranch, itype, location, itemcallnumber,
    itemnotes, replacementprice, biblionumber, title, author) VALUES
    (1, 7, '2026-12-20 23:59:00', '2026-11-29 10:04:05', 'RIV', '33191010000006', 'RIV', 'BK', 'STACKS', '12.3 ABC', 'w', 19.9, 77, 'A, B and "C"', 'Ferchault, Guy'),
    (9, 8, '2026-12-21 23:59:00', '2026-11-29 10:04:05', 'RIV', '33191010000014', 'RIV', 'BK', 'STACKS', NULL, NULL, NULL, 78, 'Lent to nobody we know', NULL)`,
];

export function makeDatabase(statements: readonly string[]): Uint8Array {
  const database = new sqlite.oo1.DB();
  try {
    for (const sql of statements) database.exec(sql);
    return sqlite.capi.sqlite3_js_db_export(database);
  } finally {
    database.close();
  }
}
