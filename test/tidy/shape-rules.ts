/** Size, names and exports of source files: what keeps the whole readable in an afternoon. */
import { isNode, lineAt, nameOf, type SourceFile, type SyntaxNode, visit } from "./source.ts";

export const longestFile = 300;
export const longestFunction = 70;

const bannedName = /(^|-)(utils?|helpers?|managers?|services?)$|^(types|index|common|misc)$/;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function findLongFiles(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, "").split("\n").length;
    return lines > longestFile ? [`${path}: ${lines} lines, at most ${longestFile}`] : [];
  });
}

/**
 * A function's own lines: those of functions that it names or returns (a factory's methods) are measured by
 * themselves, as a class's would be, and so are single tests; those of other callbacks are its own.
 */
export function findLongFunctions(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text, program }) =>
    [...visit(program)].flatMap(({ node, parent }) => {
      if (!isFunction(node) || isSuite(parent)) return [];
      const first = lineAt(text, node.start);
      const lines = lineAt(text, node.end) - first + 1 - linesOfInner(node, text);
      return lines > longestFunction
        ? [`${path}:${first}: a function of ${lines} lines, at most ${longestFunction}`]
        : [];
    }),
  );
}

/** A name must say what the file holds. */
export function findBannedNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const stem = path.split("/").at(-1)!.split(".")[0]!;
    if (bannedName.test(stem)) return [`${path}: "${stem}" says nothing of what the file holds`];
    return kebabCase.test(stem) ? [] : [`${path}: file names are kebab-case`];
  });
}

/** No default export, and no file that only passes others' exports on. */
export function findBadExports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text, program }) => {
    const body = Array.isArray(program.body) ? program.body.filter(isNode) : [];
    const found = body.flatMap((node) => {
      const at = `${path}:${lineAt(text, node.start)}`;
      if (node.type === "ExportDefaultDeclaration" || exportsNameDefault(node))
        return [`${at}: default export`];
      if (node.type === "ExportAllDeclaration" && isRelative(node))
        return [`${at}: export * from another file`];
      return [];
    });
    const onlyPassesOn =
      body.length > 0 && body.every((node) => node.type.startsWith("Export") && isRelative(node));
    return onlyPassesOn ? [...found, `${path}: a barrel`] : found;
  });
}

/** `it.only` and its like would quietly leave out all other tests. */
export function findOnly(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text, program }) =>
    [...visit(program)]
      .filter(
        ({ node }) =>
          node.type === "MemberExpression" &&
          nameOf(node.property) === "only" &&
          /^(it|test|describe|suite|bench)\b/.test(text.slice(node.start, node.end)),
      )
      .map(({ node }) => `${path}:${lineAt(text, node.start)}: .only`),
  );
}

function isFunction(node: SyntaxNode): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** Lines of the outermost inner functions that have a name or a field; their first line stays with the outer one. */
function linesOfInner(outer: SyntaxNode, text: string): number {
  let lines = 0;
  let skipTo = 0;
  for (const { node, parent, key } of visit(outer)) {
    if (node === outer || node.start < skipTo || !isFunction(node)) continue;
    const named =
      node.type === "FunctionDeclaration" ||
      key === "init" ||
      /Property|Method/.test(parent?.type ?? "") ||
      isCallOf(parent, /^(it|test|describe)$/);
    if (!named) continue;
    lines += lineAt(text, node.end) - lineAt(text, node.start);
    skipTo = node.end;
  }
  return lines;
}

/** The function of a `describe` holds tests as a file does; each test in it is measured by itself. */
function isSuite(parent: SyntaxNode | null): boolean {
  return isCallOf(parent, /^describe$/);
}

/** `describe(…)`, `describe.skipIf(…)(…)`, `it.each`…`(…)` */
function isCallOf(node: SyntaxNode | null, name: RegExp): boolean {
  if (node?.type !== "CallExpression") return false;
  let callee: unknown = node.callee;
  while (isNode(callee) && callee.type !== "Identifier")
    callee = callee.object ?? callee.callee ?? callee.tag;
  return name.test(nameOf(callee) ?? "");
}

function exportsNameDefault(node: SyntaxNode): boolean {
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  return (
    node.type === "ExportNamedDeclaration" && specifiers.some((one) => nameOf(one.exported) === "default")
  );
}

function isRelative(node: SyntaxNode): boolean {
  return nameOf(node.source)?.startsWith(".") === true;
}
