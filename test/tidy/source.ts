/** A source file as the tidy rules see it: its syntax tree, its imports, and where things stand in it. */
import { parseSync } from "vite";

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface ImportLine {
  /** As written: `yjs`, `lib0/encoding`, `node:fs`, `../clock.ts`. */
  readonly from: string;
  readonly typeOnly: boolean;
  /** Names as the other file exports them. */
  readonly names: readonly string[];
  readonly line: number;
}

export interface SourceFile {
  /** From the root of the checkout, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
  readonly imports: readonly ImportLine[];
}

export interface Visit {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | null;
  /** The parent's field that holds the node. */
  readonly key: string;
}

/** Throws when the text is no TypeScript: a rule must never pass because it saw nothing. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const tree = program as unknown as SyntaxNode;
  return { path, text, program: tree, imports: readImports(tree, text) };
}

/** 1-based. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Every node, parents first. */
export function* visit(
  node: SyntaxNode,
  parent: SyntaxNode | null = null,
  key = "",
): Generator<Visit, void, undefined> {
  yield { node, parent, key };
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* visit(child, node, name);
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The name of an identifier, the text of a string literal; otherwise nothing. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const name = value.type === "Literal" ? value.value : value.name;
  return typeof name === "string" ? name : undefined;
}

const sourceTypes = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function readImports(program: SyntaxNode, text: string): readonly ImportLine[] {
  const found: ImportLine[] = [];
  for (const { node } of visit(program)) {
    if (!sourceTypes.has(node.type)) continue;
    const from = nameOf(node.source);
    if (from === undefined) {
      // `export const x`: no import. A computed `import(x)` can't be checked, so it counts as one from nowhere.
      if (node.type !== "ImportExpression") continue;
    }
    const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
    const kind = node.importKind ?? node.exportKind;
    found.push({
      from: from ?? "(computed)",
      typeOnly:
        kind === "type" ||
        node.type === "TSImportType" ||
        (specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === "type")),
      // `import * as x` takes all.
      names: specifiers.map(
        (one) => nameOf(one.imported ?? (node.type.startsWith("Export") ? one.local : null)) ?? "*",
      ),
      line: lineAt(text, node.start),
    });
  }
  return found;
}
