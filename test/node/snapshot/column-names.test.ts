import { describe, expect, it } from "vitest";
import { parseMapping } from "../../../src/node/snapshot/mapping.ts";
import { importFiles, memoryStore } from "./stores.ts";

const patron = {
  barcode: "P1",
  surname: "Muster",
  givenNames: "Anna",
  category: "Adult",
  birthDate: "1970-12-31",
};

/** Header and row of reports as these systems write them. */
const reports: readonly (readonly [ils: string, files: Readonly<Record<string, string>>])[] = [
  [
    "Koha's SQL reports",
    {
      "patrons.csv":
        "cardnumber,surname,firstname,categorycode,branchcode,dateexpiry,dateofbirth,borrowernotes\nP1,Muster,Anna,Adult,RIV,2027-01-31,1970-12-31,Ask\n",
      "items.csv":
        "barcode,title,author,itemcallnumber,itype,location,homebranch,replacementprice,biblionumber\nI1,A book,Writer,FIC 1,book,Stacks,RIV,9.90,77\n",
      "loans.csv": "barcode,cardnumber,issuedate,date_due\nI1,P1,2026-11-01 10:00:00,2026-12-01 23:59:00\n",
      "holds.csv": "biblionumber,cardnumber,branchcode,reservedate\n77,P2,RIV,2026-11-02\n",
    },
  ],
  [
    "Evergreen",
    {
      "patrons.csv":
        "barcode,family_name,first_given_name,profile,home_ou,expire_date,dob,day_phone\nP1,Muster,Anna,Adult,RIV,2027-01-31T00:00:00-05:00,1970-12-31,1\n",
      "items.csv":
        "Barcode,Title,Author,Call Number,Circulation Modifier,Shelving Location,Circulating Library,Copy Status\nI1,A book,Writer,FIC 1,book,Stacks,RIV,Available\n",
      "loans.csv":
        "Copy Barcode,Patron Barcode,Xact Start,Due Date\nI1,P1,2026-11-01T10:00:00,2026-12-01T23:59:59\n",
      "holds.csv":
        "copy barcode,patron barcode,pickup lib,request time,shelf expire time\nI1,P2,RIV,2026-11-02,2026-12-24\n",
    },
  ],
  [
    "Sierra's Create Lists",
    {
      "patrons.csv":
        '"P BARCODE","PATRN NAME","P TYPE","HOME LIBR","EXP DATE","BIRTH DATE"\n"P1","Muster, Anna","Adult","RIV","01-31-2027","12-31-1970"\n',
      "items.csv":
        '"BARCODE","TITLE","AUTHOR","CALL #","I TYPE","LOCATION","STATUS","IMESSAGE","OPACMSG","RECORD #"\n"I1","A book","Writer","FIC 1","book","Stacks","-","u","1","b77"\n',
      "loans.csv":
        '"I BARCODE","P BARCODE","OUT DATE","DUE DATE"\n"I1","P1","11-01-2026 10:00","12-01-2026"\n',
      "holds.csv": '"RECORD #","P BARCODE","PICKUP LOCATION","DATE PLACED"\n"b77","P2","RIV","11-02-2026"\n',
      "import.json": '{"dates": "month-first"}',
    },
  ],
  [
    "Alma Analytics",
    {
      "patrons.csv":
        "Primary Identifier,Last Name,First Name,User Group,Campus,Expiry Date,Birth Date,Preferred Email\nP1,Muster,Anna,Adult,RIV,2027-01-31,1970-12-31,a@example.org\n",
      "items.csv":
        "Barcode,Title,Author,Permanent Call Number,Item Policy,Permanent Physical Location,Library Code,Base Status,MMS Id\nI1,A book,Writer,FIC 1,book,Stacks,RIV,Item in place,77\n",
      "loans.csv": "Item Barcode,Primary Identifier,Loan Date,Due Date\nI1,P1,2026-11-01,2026-12-01\n",
      "holds.csv": "MMS Id,Primary Identifier,Pickup Location,Request Date\n77,P2,RIV,2026-11-02\n",
    },
  ],
  [
    "any other, by import.json",
    {
      "patrons.csv": "barcode,Karte,Name,Vorname,Gruppe,geboren\nwrong,P1,Muster,Anna,Adult,31.12.1970\n",
      "items.csv": "Etikett,Titel,Autor,Signatur,Art\nI1,A book,Writer,FIC 1,book\n",
      "loans.csv": "Etikett,Karte,bis\nI1,P1,01.12.2026\n",
      "holds.csv": "Etikett,Karte\nI1,P2\n",
      "import.json": JSON.stringify({
        "patrons.csv": {
          barcode: "Karte",
          surname: "Name",
          given_names: "Vorname",
          category: "Gruppe",
          birth_date: "geboren",
        },
        "items.csv": {
          barcode: "Etikett",
          title: "Titel",
          author: "Autor",
          call_number: "signatur",
          item_type: "Art",
        },
        "loans.csv": { item_barcode: "Etikett", patron_barcode: "Karte", due_at: "bis" },
        "holds.csv": { item_barcode: "Etikett", patron_barcode: "Karte" },
        dates: "day-first",
      }),
    },
  ],
];

describe("the columns of a report", () => {
  it.each(reports)("are known: %s", async (_, files) => {
    const store = await memoryStore();
    const result = await importFiles(store, files);
    if (result.kind === "refused") throw new Error(result.text);
    expect(result.report.flatMap(({ reasons }) => reasons)).toEqual([]);
    const snapshot = await store.open(result.sha256);
    expect(await snapshot?.patron("P1")).toMatchObject(patron);
    const item = await snapshot?.item("I1");
    expect(item).toMatchObject({ title: "A book", author: "Writer", callNumber: "FIC 1", itemType: "book" });
    expect((await snapshot?.loanOf("I1"))?.dueAt.slice(0, 10)).toBe("2026-12-01");
    expect(await snapshot?.holdsOfItem("I1", item?.titleId ?? "")).toMatchObject([{ patron: "P2" }]);
  });

  it("hold a dash where Sierra has no code and no date, which asks nothing and refuses nothing", async () => {
    const store = await memoryStore();
    const result = await importFiles(store, {
      "patrons.csv":
        '"P BARCODE","PATRN NAME","EXP DATE","BIRTH DATE","MBLOCK","PMESSAGE"\n"P1","Muster, Anna","  -  -    ","  -  -  ","-","-"\n"P2","Muster, Ben","01-31-2027","12-31-1970","d;-x","a"\n',
      "items.csv":
        '"BARCODE","TITLE","STATUS","IMESSAGE","OPACMSG"\n"I1","A book","-","-","-"\n"I2","- and -","m","u","1"\n',
      "loans.csv":
        '"I BARCODE","P BARCODE","OUT DATE","DUE DATE"\n"I1","P1","0000-00-00 00:00:00","12-01-2026"\n',
      "import.json": '{"dates": "month-first"}',
    });
    if (result.kind === "refused") throw new Error(result.text);
    expect(result.report.flatMap(({ reasons }) => reasons)).toEqual([]);
    const snapshot = await store.open(result.sha256);
    expect(await snapshot?.patron("P1")).toMatchObject({
      expires: "",
      birthDate: "",
      blocks: [],
      message: "",
    });
    expect(await snapshot?.patron("P2")).toMatchObject({
      birthDate: "1970-12-31",
      blocks: ["d", "-x"],
      message: "a",
    });
    expect(await snapshot?.item("I1")).toMatchObject({ status: "", itemMessage: "", opacMessage: "" });
    expect(await snapshot?.item("I2")).toMatchObject({ title: "- and -", status: "m", itemMessage: "u" });
    expect(await snapshot?.loanOf("I1")).toMatchObject({ checkedOutAt: "", dueAt: "2026-12-01" });
  });

  it("of our own name win over a report's", async () => {
    const store = await memoryStore();
    const result = await importFiles(store, {
      "patrons.csv": "cardnumber,barcode,surname\nwrong,P1,Muster\n",
    });
    expect(result).toMatchObject({ kind: "imported", meta: { counts: { patron: 1 } } });
  });
});

describe("import.json", () => {
  it.each([
    ["[]", "expected an object"],
    ['{"patron.csv": {}}', "Did you mean patrons.csv?"],
    ['{"patrons.csv": {"barcod": "x"}}', "Did you mean barcode?"],
    ['{"patrons.csv": {"barcode": 7}}', "patrons.csv.barcode: expected the column's name in the file"],
    ['{"patrons.csv": 7}', "patrons.csv: expected an object"],
    ['{"dates": "DD.MM.YYYY"}', "dates: expected day-first or month-first"],
  ])("%s is refused: %s", (text, why) => expect(parseMapping(text)).toContain(why));

  it("that names a column which the file lacks refuses the snapshot", async () => {
    const store = await memoryStore();
    const files = {
      "patrons.csv": "barcode,surname\nP1,M\n",
      "import.json": '{"patrons.csv": {"barcode": "Karte"}}',
    };
    const result = await importFiles(store, files);
    expect(result).toMatchObject({ kind: "refused", file: "patrons.csv" });
  });
});
