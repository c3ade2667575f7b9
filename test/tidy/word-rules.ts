/** Texts of the pages that never pass `t` or `rich`, and so stand in English in every language. */
import { isNode, lineAt, type SourceFile, type SyntaxNode, visit } from "./source.ts";

/** Said the same in every language: the name, the beginning of an invite, what is typed on a command line. */
const SAME = /^(?:Deskmesh|deskmesh1\.…|deskmesh [a-z]+(?: [a-z]+)?(?: [A-Z]+)?)$/;
const SPOKEN = /\b(?:aria-label|title|placeholder|alt)="([^"]*)"/g;
const WORD = /\p{L}{2,}/u;
/** Stands for a value in a template. */
const HOLE = "\0";

/** Text and spoken attributes of the templates of `src/web`. */
export function findUntranslated(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith("src/web/")) return [];
    const found: string[] = [];
    for (const { node } of visit(file.program)) {
      if (node.type !== "TaggedTemplateExpression" || !isNode(node.tag)) continue;
      if (node.tag.name !== "html" && node.tag.name !== "svg") continue;
      const line = lineAt(file.text, node.start);
      for (const text of literalsOf(node.quasi as SyntaxNode)) found.push(`${file.path}:${line}: ${text}`);
    }
    return found;
  });
}

function literalsOf(template: SyntaxNode): readonly string[] {
  const quasis = template.quasis as readonly { readonly value: { readonly raw: string } }[];
  const text = quasis.map(({ value }) => value.raw).join(HOLE);
  const spoken = [...text.matchAll(SPOKEN)].map(([, said = ""]) => said);
  // Keys of a keyboard are told as they are printed on it.
  const shown = text
    .replace(/<kbd>[^<]*<\/kbd>/g, HOLE)
    .replace(/<[^<>]*>/g, HOLE)
    .replace(/&\w+;/g, " ")
    .split(HOLE);
  return [...shown, ...spoken]
    .map((each) => each.trim())
    .filter((each) => WORD.test(each) && !SAME.test(each));
}
