import { describe, expect, it } from "vitest";
import type { PatronRecord } from "../../../src/crdt/circulation/snapshot.ts";
import { createItemIndex, createPatronIndex } from "../../../src/node/snapshot/search.ts";
import * as fc from "../../properties.ts";

const rows = [
  ["21998000000017", "Müller", "Jürgen", "1969-02-14", "0555 / 123-4567"],
  ["21998000000025", "Mueller", "Anna Maria", "1980-12-03", ""],
  ["STAFF-7", "O'Brien", "Seán", "", ""],
  ["21998000000033", "Nguyễn", "Thị Mai", "2001-04-05", "555 999 1111"],
  ["21998000000041", "Anna", "Berta", "", ""],
  ["21998000000058", "Smith-Jones", "Groß", "", ""],
] as const;

describe("the patron index", () => {
  it.each([
    ["mül", ["21998000000017", "21998000000025"]],
    ["MUL", ["21998000000017", "21998000000025"]],
    ["mueller", ["21998000000025", "21998000000017"]],
    ["jur mul", ["21998000000017"]],
    ["maria anna mü", ["21998000000025"]],
    ["obrien", ["STAFF-7"]],
    ["o'brien s", ["STAFF-7"]],
    ["o’brien", ["STAFF-7"]],
    ["brien", ["STAFF-7"]],
    ["nguyen", ["21998000000033"]],
    ["anna", ["21998000000041", "21998000000025"]],
    ["smith-jones", ["21998000000058"]],
    ["jones gross", ["21998000000058"]],
    ["staff-7", ["STAFF-7"]],
    ["0025", ["21998000000025"]],
    ["21998000000033", ["21998000000033"]],
    ["0555 1234567", ["21998000000017"]],
    ["(555) 999-1111", ["21998000000033"]],
    ["1969-02-14", ["21998000000017"]],
    ["14.2.1969", ["21998000000017"]],
    ["02/14/1969", ["21998000000017"]],
    ["mül 14.02.1969", ["21998000000017"]],
    ["müller maria jürgen", []],
    ["", []],
    [" ' ", []],
  ])("finds by %j", async (query, barcodes) => {
    expect(await patronIndex().search(query, 20)).toEqual(barcodes);
  });

  it("finds every patron by any beginnings of their names, in any order", async () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcdeüöäßéøłN"), minLength: 1, maxLength: 8 });
    const input = fc.tuple(name, name, fc.integer({ min: 1, max: 8 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(input, async ([surname, given, length, turned]) => {
        const index = patronIndex();
        index.add(patron("x", surname, given, "", ""));
        const words = [surname.slice(0, length), given.slice(0, length)].map((word) => word.toUpperCase());
        const query = (turned ? words.reverse() : words).join(" ");
        expect(await index.search(query, 100)).toContain("x");
      }),
    );
  });

  it("finds whom a plain look at each finds, and nobody else, over many segments", async () => {
    const word = fc.string({ unit: fc.constantFrom(..."aeoumrä"), minLength: 1, maxLength: 5 });
    const person = fc.tuple(word, word, fc.nat(99_999), fc.nat(27));
    const people = fc.array(person, { minLength: 1, maxLength: 40 });
    const term = fc.oneof(
      word,
      fc.nat(99_999).map((n) => String(n).padStart(5, "0").slice(-4)),
    );
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.array(term, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (all, terms, isLarge) => {
          const index = patronIndex();
          for (let n = 0; isLarge && n < 5_000; n++) index.add(patron(`f${n}`, "zzz", "yyy", "", ""));
          for (const [n, [surname, given, code, day]] of all.entries())
            index.add(
              patron(codeOf(n, code), surname, given, `1990-02-${String(1 + day).padStart(2, "0")}`, ""),
            );
          const expected = all.flatMap(([surname, given, code], n) =>
            terms.every((each) => fits(each, [surname, given], codeOf(n, code))) ? [codeOf(n, code)] : [],
          );
          const found = (await index.search(terms.join(" "), 10_000)).filter((code) => code.startsWith("9-"));
          // Nothing but digits is one number, however it is grouped.
          if (!/^[\d ]+$/.test(terms.join(" "))) expect(found.toSorted()).toEqual(expected.toSorted());
        },
      ),
      {
        numRuns: 60,
        examples: [
          [
            [
              ["a", "ae", 0, 0],
              ["a", "a", 0, 0],
            ],
            ["aee"],
            false,
          ],
        ],
      },
    );
  });

  it("never throws, and gives no more than asked for", async () => {
    const index = patronIndex();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.integer({ min: 0, max: 3 }),
        async (query, limit) => {
          expect((await index.search(query, limit)).length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

const codeOf = (n: number, code: number): string => `9-${n}-${String(code).padStart(5, "0")}`;

/** By a beginning of a name, with and without umlauts, or by either end of the barcode. */
function fits(term: string, names: readonly string[], code: string): boolean {
  const plain = (text: string): string => text.replaceAll("ä", "a");
  const bare = (text: string): string => plain(text).replaceAll(/([aou])e/g, "$1");
  const begins = names.some(
    (name) => plain(name).startsWith(plain(term)) || bare(name).startsWith(bare(term)),
  );
  return begins || (term.length >= 4 && (code.startsWith(term) || code.endsWith(term)));
}

it("finds items by words of title, author and call number, and by a part of the barcode", async () => {
  const index = createItemIndex();
  const empty = {
    itemType: "",
    location: "",
    branch: "",
    status: "",
    itemMessage: "",
    opacMessage: "",
    price: "",
    titleId: "",
  };
  const add = (barcode: string, title: string, author: string, callNumber: string): void =>
    index.add({ ...empty, barcode, title, author, callNumber });
  add("CONC4000037", "Le concerto", "Ferchault, Guy", "ML 2533 B34 C2");
  add("CONC4000038", "Mozart and his concertos", "Girdlestone", "ML 2533 B34 C3");
  add("33191000105864", "The Concerto", "Mozart", "FIC MOZ");
  expect(await index.search("concerto", 20)).toEqual(["CONC4000037", "33191000105864", "CONC4000038"]);
  expect(await index.search("ML 2533 B34 C3", 20)).toEqual(["CONC4000038"]);
  expect(await index.search("mozart", 20)).toEqual(["CONC4000038", "33191000105864"]);
  expect(await index.search("conc4000", 20)).toEqual(["CONC4000037", "CONC4000038"]);
  expect(await index.search("5864", 20)).toEqual(["33191000105864"]);
  expect(await index.search("concerto ferch", 1)).toEqual(["CONC4000037"]);
});

function patronIndex() {
  const index = createPatronIndex();
  for (const [barcode, surname, givenNames, birthDate, phone] of rows) {
    index.add(patron(barcode, surname, givenNames, birthDate, phone));
  }
  return index;
}

function patron(
  barcode: string,
  surname: string,
  givenNames: string,
  birthDate: string,
  phone: string,
): PatronRecord {
  const rest = { category: "", branch: "", expires: "", email: "", address: "", blocks: [], message: "" };
  return { barcode, surname, givenNames, birthDate, phone, ...rest };
}
