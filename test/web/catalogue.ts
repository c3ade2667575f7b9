/** What the pages say and what the catalogues know, read from the source as it stands. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringsToKey } from "../../src/web/language.ts";
import { isNode, parseSource, type SourceFile, type SyntaxNode, visit } from "../tidy/source.ts";

export interface Catalogues {
  readonly pages: Readonly<Record<string, string>>;
  readonly node: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export function readCatalogue(language: "de" | "es"): Catalogues {
  return JSON.parse(readFileSync(join(root, "src/web/languages", `${language}.json`), "utf8")) as Catalogues;
}

export function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

/** Every text that goes through `t` or `rich`, as a catalogue has it. */
export function textsOf(sources: readonly SourceFile[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { program } of sources) {
    for (const { node } of visit(program)) {
      if (node.type !== "TaggedTemplateExpression" || !isNode(node.tag)) continue;
      if (node.tag.name !== "t" && node.tag.name !== "rich") continue;
      found.add(templateToKey(node.quasi as SyntaxNode));
    }
  }
  return found;
}

/** Every text and template of a source, as a catalogue would have it. */
export function literalsOf(sources: readonly SourceFile[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { program } of sources) {
    for (const { node } of visit(program)) {
      if (node.type === "Literal" && typeof node.value === "string") found.add(node.value);
      if (node.type === "TemplateLiteral") found.add(templateToKey(node));
    }
  }
  return found;
}

/** Of all markup that these sources hold. */
function* markupOf(sources: readonly SourceFile[]): Generator<SyntaxNode> {
  for (const { program } of sources) {
    for (const { node } of visit(program)) {
      if (node.type !== "TaggedTemplateExpression" || !isNode(node.tag)) continue;
      if (node.tag.name !== "html" && node.tag.name !== "svg") continue;
      yield node.quasi as SyntaxNode;
    }
  }
}

/** Texts of a catalogue within a tag's `class`: no style sheet would know them in another language. */
export function namedByWords(sources: readonly SourceFile[]): readonly string[] {
  const found: string[] = [];
  for (const { quasis, expressions } of markupOf(sources)) {
    const texts = quasis as readonly { readonly value: { readonly cooked: string } }[];
    let markup = "";
    for (const [index, each] of (expressions as readonly SyntaxNode[]).entries()) {
      markup += texts[index]?.value.cooked ?? "";
      const isClass = /\bclass=(?:"[^"]*)?$/.test(markup);
      for (const { node: inner } of isClass ? visit(each) : [])
        if (inner.type === "TaggedTemplateExpression" && isNode(inner.tag) && inner.tag.name === "t")
          found.push(templateToKey(inner.quasi as SyntaxNode));
    }
  }
  return found;
}

/** Words that a page shows between its tags and that go through no catalogue: a bare string chosen by a condition. */
export function bareWordsOf(sources: readonly SourceFile[]): readonly string[] {
  return [...markupOf(sources)].flatMap(shownIn);
}

function shownIn({ quasis, expressions }: SyntaxNode): readonly string[] {
  const texts = quasis as readonly { readonly value: { readonly cooked: string } }[];
  const before = texts.map((_, index) => texts.slice(0, index + 1).map(({ value }) => value.cooked));
  return (expressions as readonly SyntaxNode[]).flatMap((each, index) => {
    const markup = before[index]?.join("") ?? "";
    const isInTag = markup.lastIndexOf("<") > markup.lastIndexOf(">");
    return isInTag ? [] : chosenOf(each);
  });
}

function chosenOf(node: SyntaxNode): readonly string[] {
  if (node.type === "Literal")
    return typeof node.value === "string" && /[a-z]/i.test(node.value) ? [node.value] : [];
  if (node.type !== "ConditionalExpression") return [];
  return [node.consequent, node.alternate].flatMap((branch) => chosenOf(branch as SyntaxNode));
}

/** `{0}`, `{1}` … of a text, sorted. */
export function placesOf(text: string): readonly string[] {
  return (text.match(/\{\d+\}/g) ?? []).toSorted();
}

function templateToKey(template: SyntaxNode): string {
  const quasis = template.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return stringsToKey(quasis.map(({ value }) => value.cooked));
}
