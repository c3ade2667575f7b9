/**
 * The language of the pages. English stands where it is used, in `t` and `rich`; the catalogues of the others map it to
 * theirs (`languages/`) and come here only where they are read. What the node says is turned by the same catalogues
 * (`said.ts`). Chosen once, before anything else is loaded: another choice loads the page anew (decision 0140).
 */
import { toPseudo } from "./pseudo.ts";

export interface Catalogue {
  /** Words of the pages: English with `{0}`, `{1}` … where values stand → the same in this language. */
  readonly pages: Readonly<Record<string, string>>;
  /** What the node says, in the same form. */
  readonly node: Readonly<Record<string, string>>;
}

/** Each in its own words, as a choice shows them. */
export const LANGUAGE_NAMES = { en: "English", de: "Deutsch", es: "Español" } as const;
export type Language = keyof typeof LANGUAGE_NAMES;

/** Made of the English: longer and accented, to be looked at in tests; the second runs from right to left. */
export const PSEUDO = { long: "en-XA", mirrored: "ar-XB" } as const;

type Tag = Language | (typeof PSEUDO)[keyof typeof PSEUDO];
type Template = readonly (string | number)[];

const LOADERS: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalogue>>> = {
  de: () => import("./languages/de.json").then((module) => module.default),
  es: () => import("./languages/es.json").then((module) => module.default),
};

let language: Tag = "en";
let catalogue: Catalogue = { pages: {}, node: {} };
let templates = new WeakMap<TemplateStringsArray, Template>();

/** Where a browser keeps the language that was chosen in it. */
export const LANGUAGE_KEY = "deskmesh-language";

/** The language to show: the one that was chosen here, else the first that the browser asks for and that is here. */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Tag {
  const known: readonly Tag[] = [...(Object.keys(LANGUAGE_NAMES) as Language[]), ...Object.values(PSEUDO)];
  const kept = known.find((each) => each === chosen);
  if (kept !== undefined) return kept;
  const mains = wanted.map((each) => each.toLowerCase().split("-")[0] ?? "");
  const found = mains.find((main) => Object.hasOwn(LANGUAGE_NAMES, main));
  return (found as Language | undefined) ?? "en";
}

/** Resolves when `t` speaks it. Rejects when its catalogue doesn't come: then it is English as before. */
export async function useLanguage(next: Tag): Promise<void> {
  // The pseudo-languages need to know what the node may say: any catalogue lists it.
  const loaded = next === "en" ? { pages: {}, node: {} } : await LOADERS[next === "es" ? "es" : "de"]();
  language = next;
  catalogue = isPseudo() ? { pages: {}, node: pseudoOf(loaded.node) } : loaded;
  templates = new WeakMap();
}

/** As `lang` and for `Intl`. */
export function languageTag(): string {
  return isPseudo() ? "en" : language;
}

export function textDirection(): "ltr" | "rtl" {
  return language === PSEUDO.mirrored ? "rtl" : "ltr";
}

export function isEnglish(): boolean {
  return language === "en";
}

/** Templates of what the node says, English → this language; none in English. */
export function nodeTexts(): Readonly<Record<string, string>> {
  return catalogue.node;
}

/** A text in the language of the page: t`${count} of ${all} desks`. */
export function t(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return fill(templateOf(strings), values);
}

/** A value that ends with a full stop, as a day does in German, ends the sentence, too. */
export function fill(template: Template, values: readonly (string | number)[]): string {
  let text = "";
  for (const part of template) {
    if (typeof part === "number") text += values[part] ?? "";
    else text += !isEnglish() && text.endsWith(".") && /^\.(?!\.)/.test(part) ? part.slice(1) : part;
  }
  return text;
}

/** The same with templates among the values: something to render. */
export function rich(strings: TemplateStringsArray, ...values: readonly unknown[]): readonly unknown[] {
  return templateOf(strings).map((part) => (typeof part === "number" ? values[part] : part));
}

/** English of a catalogue: `{0} of {1} desks`. */
export function stringsToKey(strings: readonly string[]): string {
  return strings.map((text, index) => (index === 0 ? text : `{${index - 1}}${text}`)).join("");
}

/** `{0} of {1}` → `["", 0, " of ", 1, ""]` */
export function parseTemplate(text: string): Template {
  return text.split(/\{(\d+)\}/).map((part, index) => (index % 2 === 1 ? Number(part) : part));
}

/** Which of two: English, German and Spanish know one and many. */
export function isOne(count: number): boolean {
  return new Intl.PluralRules(languageTag()).select(count) === "one";
}

function templateOf(strings: TemplateStringsArray): Template {
  let template = templates.get(strings);
  if (template === undefined) {
    const key = stringsToKey(strings);
    const found = catalogue.pages[key] ?? (isPseudo() ? toPseudo(key) : key);
    template = parseTemplate(found);
    templates.set(strings, template);
  }
  return template;
}

/** A text that no catalogue knows, such as a date, as the pseudo-languages show it; else as it is. */
export function inPseudo(text: string): string {
  return isPseudo() ? toPseudo(text) : text;
}

function isPseudo(): boolean {
  return language === PSEUDO.long || language === PSEUDO.mirrored;
}

function pseudoOf(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(texts).map((english) => [english, toPseudo(english)]));
}
