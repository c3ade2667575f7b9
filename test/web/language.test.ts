/** Every text of the pages, and what the node says, in every language; found again with what was filled in. */

import { afterEach, describe, expect, it } from "vitest";
import { dayIn } from "../../src/web/dates.ts";
import {
  chooseLanguage,
  PSEUDO,
  parseTemplate,
  rich,
  stringsToKey,
  t,
  useLanguage,
} from "../../src/web/language.ts";
import { toPseudo } from "../../src/web/pseudo.ts";
import { sayAgain, toOwnWords } from "../../src/web/said.ts";
import { countToText, dayToText } from "../../src/web/words.ts";
import * as fc from "../properties.ts";
import { parseSource } from "../tidy/source.ts";
import {
  bareWordsOf,
  literalsOf,
  namedByWords,
  placesOf,
  readCatalogue,
  readSources,
  textsOf,
} from "./catalogue.ts";

const english = textsOf(readSources("src/web"));
const ofNode = literalsOf(["src/crdt/circulation", "src/export", "src/node"].flatMap(readSources));

afterEach(() => useLanguage("en"));

describe.each(["de", "es"] as const)("the catalogue %s", (language) => {
  const { pages, node } = readCatalogue(language);
  it("has every text of the pages, and none that they no longer say", () => {
    expect([...english].filter((text) => !(text in pages))).toEqual([]);
    expect(Object.keys(pages).filter((text) => !english.has(text))).toEqual([]);
  });
  it("knows of the node what the node says", () => {
    expect(Object.keys(node).filter((text) => !ofNode.has(text))).toEqual([]);
  });
  it("has the same places for values in each text, and says something", () => {
    for (const [text, own] of [...Object.entries(pages), ...Object.entries(node)]) {
      expect(placesOf(own), text).toEqual(placesOf(text));
      expect(own.trim(), text).not.toBe("");
    }
  });
  it("keeps the blanks at both ends, which join a text to its neighbours", () => {
    const ends = (text: string) => [/^\s/.test(text), /\s$/.test(text)];
    for (const [text, own] of Object.entries(pages)) expect(ends(own), text).toEqual(ends(text));
  });
});

describe("a word between the tags of a page", () => {
  it("goes through the catalogues, whatever it depends on", () => {
    // Its own name is the same in all.
    expect(bareWordsOf(readSources("src/web"))).toEqual(["Deskmesh"]);
  });
  it("is found where it does not", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a source that has one
    const text = 'const a = html`<p class=${x ? "good" : "bad"}>${x ? "linked" : y ? t`away` : "none"}</p>`;';
    expect(bareWordsOf([parseSource("a.ts", text)])).toEqual(["linked", "none"]);
  });
});

it("no class of a tag is a text of a catalogue", () => {
  expect(namedByWords(readSources("src/web"))).toEqual([]);
  const text =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a source that has one
    'const a = svg`<g class="node ${x ? "self" : t`linked`}"><text class="word">${t`this desk`}</text></g>`;';
  expect(namedByWords([parseSource("a.ts", text)])).toEqual(["linked"]);
});

it("both catalogues have the same texts", () => {
  const [de, es] = [readCatalogue("de"), readCatalogue("es")];
  expect(Object.keys(de.node).toSorted()).toEqual(Object.keys(es.node).toSorted());
});

describe("a text", () => {
  it("is English until another language is loaded, and then in that one", async () => {
    const say = () => t`${3} of ${4} desks`;
    expect(say()).toBe("3 of 4 desks");
    await useLanguage("de");
    expect(say()).toBe("3 von 4 Plätzen");
    await useLanguage("es");
    expect(say()).toBe("3 de 4 puestos");
  });
  it("keeps its values whatever they hold", async () => {
    await useLanguage("de");
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, since) => {
        expect(t`${name} has not been heard since ${since}.`).toBe(
          `Von ${name} war seit ${since} nichts zu hören.`,
        );
      }),
    );
  });
  it("carries parts that are no texts", async () => {
    const bold = { bold: "4" };
    await useLanguage("es");
    expect(rich`For ${bold}`).toEqual(["Para ", bold, ""]);
  });
  it("is one or many by the language's own rule", async () => {
    await useLanguage("es");
    expect([0, 1, 2].map((count) => countToText(count, t`loan`, t`loans`))).toEqual([
      "0 préstamos",
      "1 préstamo",
      "2 préstamos",
    ]);
  });
  it("goes into a template and comes out of it again", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((text) => !/[{}]/.test(text)),
          { minLength: 1 },
        ),
        (strings) => {
          const parts = parseTemplate(stringsToKey(strings));
          expect(parts.filter((part) => typeof part === "string")).toEqual(strings);
          expect(parts.filter((part) => typeof part === "number")).toEqual(
            strings.slice(1).map((_, at) => at),
          );
        },
      ),
    );
  });
});

describe("the choice of a language", () => {
  it.each([
    [null, ["de-AT", "en"], "de"],
    [null, ["fr-FR", "es-MX", "en"], "es"],
    [null, ["fr"], "en"],
    [null, [], "en"],
    ["es", ["de"], "es"],
    ["klingon", ["de"], "de"],
    ["toString", ["constructor"], "en"],
    [PSEUDO.mirrored, ["de"], PSEUDO.mirrored],
  ])("kept %s, wanted %j: %s", (kept, wanted, chosen) => expect(chooseLanguage(kept, wanted)).toBe(chosen));
});

describe("days", () => {
  it("are written as each language writes them, weekday and all", async () => {
    expect(dayToText("2026-12-12")).toBe("Sat 12 Dec");
    await useLanguage("de");
    expect(dayToText("2026-12-12")).toBe("Sa., 12. Dez.");
    await useLanguage("es");
    expect(dayToText("2026-12-12")).toBe("sáb, 12 dic");
  });
  it("of the node are turned, with a time and without", async () => {
    await useLanguage("de");
    expect(sayAgain("Checked out. Due Sat 12 Dec.")).toBe(
      "Ausgeliehen. Fällig Sa., 12. Dez..".replace("..", "."),
    );
    expect(
      sayAgain(
        "By our data of Fri 21 Nov, 06:00 this is on loan to another patron. It may have come back since.",
      ),
    ).toContain("Fr., 21. Nov., 06:00");
  });
  it("that there are not stay as they are", async () => {
    await useLanguage("de");
    for (const text of ["Mon 31 Feb", "12 Foo", "Sat 0 Dec", "99 Dec"]) expect(sayAgain(text)).toBe(text);
    expect(dayIn("no day", "UTC", {})).toBe("");
  });
});

describe("what the node says", () => {
  const { node } = readCatalogue("de");
  const whole = Object.keys(node).filter((text) => /^[A-Z].*[.?!]$/.test(text));
  it("is found again with its values, in the right places", async () => {
    await useLanguage("de");
    // Letters that no sentence has, so that a value can't be taken for a part of one.
    const value = fc
      .array(fc.constantFrom(..."ΔΘΛΞΠ"), { minLength: 1, maxLength: 8 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(value, { minLength: 6, maxLength: 6 }),
        (text, values) => {
          const fill = (template: string) =>
            template.replace(/\{(\d+)\}/g, (_, place) => values[Number(place)] ?? "");
          expect(sayAgain(fill(text))).toBe(fill(node[text] ?? ""));
        },
      ),
      { numRuns: 1_000 },
    );
  });
  it("stays English where no catalogue knows it, and always in English", async () => {
    expect(sayAgain("This card ended on Fri 30 Oct.")).toBe("This card ended on Fri 30 Oct.");
    await useLanguage("es");
    expect(sayAgain("A sentence of tomorrow.")).toBe("A sentence of tomorrow.");
  });
  it("may be several sentences, and one in another", async () => {
    await useLanguage("es");
    expect(sayAgain("Checked out: 2. Due Sat 12 Dec.")).toBe("Prestados: 2. Vencen sáb, 12 dic.");
    expect(sayAgain("This card ended on Fri 30 Oct. This loan has no renewal left.")).toBe(
      "Este carné caducó el vie, 30 oct. Este préstamo no tiene más renovaciones.",
    );
  });
  it("names the library system, or calls it that, in one sentence", async () => {
    await useLanguage("de");
    expect(sayAgain("This card is not in our list. The library system may refuse it.")).toBe(
      "Dieser Ausweis steht nicht in unserer Liste. Das Bibliothekssystem lehnt ihn vielleicht ab.",
    );
    expect(sayAgain("This card is not in our list. Symphony may refuse it.")).toBe(
      "Dieser Ausweis steht nicht in unserer Liste. Symphony lehnt ihn vielleicht ab.",
    );
  });
  it("says of the library system by its name what it says without", async () => {
    await useLanguage("de");
    const say = (ils: string) =>
      toOwnWords({ question: `Desk 1 has lost ${ils}. Is yours down too?` }).question;
    expect(say("Symphony")).toBe("Desk 1 hat Symphony verloren. Ist es bei Ihnen auch weg?");
    expect(say("the library system")).toBe(
      "Desk 1 hat das Bibliothekssystem verloren. Ist es bei Ihnen auch weg?",
    );
    expect(sayAgain("Outage 2 is ending: Symphony is back")).toBe("Ausfall 2 endet: Symphony ist wieder da");
    expect(sayAgain("Said: the library system works here")).toBe("Gesagt: Das Bibliothekssystem läuft hier");
    const limit = (ils: string) =>
      sayAgain(
        `Child patrons may have 2 items at a time. There are 2 on this card (what ${ils} knew is from Sat 12 Dec).`,
      );
    expect(limit("Symphony")).toContain("(was Symphony wusste, ist vom Sa., 12. Dez.)");
    expect(limit("the library system")).toContain(
      "(was das Bibliothekssystem wusste, ist vom Sa., 12. Dez.)",
    );
  });
  it("is turned in an answer, and people's words beside it are not", async () => {
    await useLanguage("de");
    const answer = {
      row: { title: "Returned. It may be shelved.", reason: "No renewal.", patronName: "Blocks" },
      view: { notes: [{ code: "rec.in", text: "Returned. It may be shelved." }] },
      checks: [{ name: "disk", title: "Disk", level: "green", text: "No other desk to compare it with." }],
    };
    expect(toOwnWords(answer)).toEqual({
      row: answer.row,
      view: { notes: [{ code: "rec.in", text: "Zurückgegeben. Es kann eingestellt werden." }] },
      checks: [
        { name: "disk", title: "Platte", level: "green", text: "Kein anderer Platz zum Vergleichen." },
      ],
    });
  });
});

describe("the pseudo-language", () => {
  it("leaves no plain letter, is longer by two fifths, and keeps the places", () => {
    for (const text of english) {
      const pseudo = toPseudo(text);
      expect(placesOf(pseudo)).toEqual(placesOf(text));
      expect(pseudo.replace(/\{\d+\}/g, ""), text).not.toMatch(/[A-Za-z]/);
    }
    const size = (texts: Iterable<string>) => [...texts].join("").length;
    expect(size([...english].map(toPseudo)) / size(english)).toBeGreaterThan(1.4);
  });
});
