/** Sentences about the ILS, where staff have a name for it and where they have none: rendered, and in all sources. */
import { beforeAll, describe, expect, it, test } from "vitest";
import { checklistOf } from "../../src/export/checklist.ts";
import type { BatchView, OutageView, PastOutageView, StateView } from "../../src/node/http/api.ts";
import { judgeReadiness } from "../../src/node/operating/readiness.ts";
import { emptyOffice } from "../../src/web/office.ts";
import { createModel, type Model } from "../../src/web/store.ts";
import { literalsOf, readSources, textsOf } from "./catalogue.ts";
import { sampleState } from "./sample.ts";

const unnamed = /the library system/i;
const at = "2026-11-21T10:04:00+01:00";
const nothing = { counts: [], reasons: [], outcomes: [], lines: 2, partial: false, released: true };

const batch: BatchView = {
  ...nothing,
  id: "B1",
  outage: 1,
  format: "koha",
  state: "made",
  madeAt: at,
  sha256: "00",
  files: [{ role: "main", name: "B1.koc", size: 1, sha256: "00" }],
  checklist: checklistOf({ format: "koha", files: [], counts: [], reasons: [], ilsName: "Koha" }),
  doubled: [{ transaction: "t1", batch: "B2" }],
  replay: {
    here: false,
    lines: 2,
    done: 1,
    refused: 0,
    waiting: 0,
    unknown: [{ transaction: "t2", line: 2, at }],
    notes: [],
  },
};

const past: PastOutageView = { number: 1, state: "closed", counts: [], obstacles: [], needsReason: false };

/** All that a page of the supervisor may have to say. */
function modelOf(ilsName: string, outage: OutageView): Model {
  const settings = { ilsName } as NonNullable<StateView["settings"]>;
  return {
    ...createModel("export", "mk"),
    signedIn: { user: "mk", role: "supervisor" } as NonNullable<Model["signedIn"]>,
    state: sampleState({ settings, outage }),
    batches: [batch],
    outages: [past],
    office: {
      ...emptyOffice,
      batch: "B1",
      todos: [],
      answer: { batch, done: 0, refused: 0, todos: [], unmatched: [{ line: 1, words: "?", why: "no" }] },
    },
  };
}

const moves: OutageView["record"] = {
  moves: [{ to: "closing", at, desk: "Desk 1" }],
  calls: [],
  reports: [],
};
const open: OutageView = { number: 1, state: "open", since: at, record: moves };

/** What a template would bring onto the page, tags and all. */
function markupOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(markupOf).join("");
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  const { strings, values } = value as { strings?: readonly string[]; values?: readonly unknown[] };
  if (strings !== undefined) return strings.map((text, index) => text + markupOf(values?.[index])).join("");
  // A directive: `repeat` has its list first and its template last.
  const [first] = values ?? [];
  const last = values?.at(-1) as (item: unknown, index: number) => unknown;
  return Array.isArray(first)
    ? first.map((item, index) => markupOf(last(item, index))).join("")
    : markupOf(first);
}

type Section = { render(): unknown } & Record<string, unknown>;
const PAGES = ["purge-section", "replay-section", "hand-over-section", "answer-section", "lifecycle-section"];
const elements = new Map<string, new () => Section>();
beforeAll(async () => {
  // By a name that is made here: the checks of types know no document in tests.
  for (const name of [...PAGES, "batch-page"]) {
    const all: Record<string, new () => Section> = await import(`../../src/web/pages/${name}.ts`);
    elements.set(name, Object.values(all).find((one) => "properties" in one)!);
  }
});

function render(name: string, change: object): string {
  const Element = elements.get(name)!;
  return markupOf(Object.assign(new Element(), change).render());
}

describe.each([
  ["purge-section", { asked: 1 }, open, 2],
  ["replay-section", { batch, isAsked: true }, open, 2],
  ["hand-over-section", { answer: "loaded" }, open, 4],
  ["hand-over-section", { answer: "failed" }, open, 3],
  ["answer-section", { batch }, open, 3],
  ["batch-page", {}, open, 1],
  ["lifecycle-section", { asked: "closing" }, open, 2],
  ["lifecycle-section", { asked: "close" }, { ...open, state: "closing" }, 2],
  ["lifecycle-section", { asked: "open" }, { ...open, state: "standby" }, 2],
] as const)("%s %j", (name, change, outage, sentences) => {
  const count = (text: string, word: RegExp): number => text.match(new RegExp(word, "gi"))?.length ?? 0;
  it("names the library system as staff do, each time", () => {
    const named = render(name, { ...change, model: modelOf("Symphony", outage) });
    expect(count(named, /Symphony/)).toBe(sentences);
    expect(named).not.toMatch(unnamed);
    const plain = render(name, { ...change, model: modelOf("the library system", outage) });
    expect(count(plain, unnamed)).toBe(sentences);
    expect(plain).not.toContain("Symphony");
  });
});

test("the node's own advice names it, too", () => {
  const steps = (ilsName?: string) =>
    checklistOf({ format: "koha", files: [], counts: [], reasons: [], ilsName }).map(({ text }) => text);
  expect(steps("Symphony").join()).toContain("Nobody uses Symphony");
  expect(steps("Symphony").join()).not.toMatch(unnamed);
  expect(steps().join()).toContain("Nobody uses the library system");
  const remedies = (ilsName: string) =>
    judgeReadiness(modelOf(ilsName, open).state!, null, 0).checks.map(({ remedy }) => remedy);
  expect(remedies("Symphony")).toContain("Read in a new extract of Symphony: deskmesh import FOLDER");
  expect(remedies("Symphony").join()).not.toMatch(unnamed);
  expect(remedies("the library system").join()).toMatch(unnamed);
});

describe("every sentence that says “the library system”", () => {
  /** Where the name stands is a gap, as other values are. */
  const toGaps = (text: string): string =>
    text.replace(new RegExp(unnamed, "gi"), "{}").replace(/\{\d+\}/g, "{}");
  const listNameless = (texts: ReadonlySet<string>): readonly string[] => {
    const named = new Set([...texts].filter((text) => !unnamed.test(text)).map(toGaps));
    return [...texts].filter(
      (text) => unnamed.test(text) && toGaps(text) !== "{}" && !named.has(toGaps(text)),
    );
  };

  it("on a page has its like with a name", () => {
    expect(listNameless(textsOf(readSources("src/web")))).toEqual([
      // Its like says "the own tool of".
      "What was used instead (paper, the library system’s own tool)?",
    ]);
  });
  it("of the node has its like with a name, but in the files of the system's service manager", () => {
    const folders = ["src/crdt/circulation", "src/export", "src/node/desk", "src/node/operating"];
    const sources = folders
      .flatMap(readSources)
      .filter(({ path }) => path !== "src/node/operating/autostart.ts");
    expect(listNameless(literalsOf(sources))).toEqual([]);
  });
  it("is found where it has none", () => {
    const texts = new Set(["The library system is up.", "{0} is down.", "the library system"]);
    expect(listNameless(texts)).toEqual(["The library system is up."]);
    expect(listNameless(new Set([...texts, "{0} is up."]))).toEqual([]);
  });
});
