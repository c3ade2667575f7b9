/**
 * `src/crdt` and `src/export` are functions of what they are given: no clock, no randomness, no I/O, and nothing that
 * depends on the PC's language or time zone. Otherwise two desks could write different files from one log.
 */
import { isNode, lineAt, nameOf, type SourceFile, type SyntaxNode, visit } from "./source.ts";

const pureFolders = ["src/crdt/", "src/export/"];

const bannedGlobals = new Set([
  "performance",
  "process",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "console",
  "crypto",
  "globalThis",
  "global",
  "window",
  "document",
  "require",
  "eval",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
]);

const bannedMembers = new Set(["Math.random", "Temporal.Now"]);

/** Methods that read the PC's time zone or language, on whatever value. */
const localMethod =
  /^(localeCompare|toLocale\w+|toDateString|toTimeString|getTimezoneOffset|[gs]et(Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|FullYear))$/;

const bannedCryptoName = /^(random|generateKey|generatePrime|webcrypto|getRandomValues|\*$|default$)/;

export function findImpurities(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => pureFolders.some((folder) => path.startsWith(folder)))
    .flatMap((file) => findIn(file).map(({ at, what }) => `${file.path}:${at}: ${what}`));
}

function findIn(file: SourceFile): readonly { readonly at: number; readonly what: string }[] {
  const found: { at: number; what: string }[] = [];
  for (const { from, names, line } of file.imports) {
    if (from !== "node:crypto") continue;
    for (const name of names) {
      if (bannedCryptoName.test(name)) found.push({ at: line, what: `${name} of node:crypto is not pure` });
    }
  }
  const declared = declaredNames(file.program);
  for (const { node, parent, key } of visit(file.program)) {
    const what = impurityOf(node, parent, key, declared);
    if (what !== null) found.push({ at: lineAt(file.text, node.start), what });
  }
  return found;
}

function impurityOf(
  node: SyntaxNode,
  parent: SyntaxNode | null,
  key: string,
  declared: ReadonlySet<string>,
): string | null {
  if (node.type === "MemberExpression") {
    const member = nameOf(node.property) ?? "";
    if (`${nameOf(node.object)}.${member}` === "Date.parse")
      return isUtcParse(parent) ? null : "Date.parse reads the PC's zone, but for `Date.parse(`…Z`)`";
    const whole = `${nameOf(node.object) ?? ""}.${member}`;
    if (bannedMembers.has(whole)) return `${whole} is not pure`;
    if (localMethod.test(member)) return `.${member} depends on the PC's language or time zone`;
    return null;
  }
  if (node.type === "ImportExpression") return "import() is I/O";
  if (node.type !== "Identifier" || parent === null) return null;
  const name = nameOf(node) ?? "";
  if (declared.has(name) || isJustAName(parent, key)) return null;
  if (bannedGlobals.has(name)) return `${name} is not pure`;
  if (name === "Date" && !isHarmlessDate(parent, key))
    return "Date reads the clock or the zone, but for `new Date(ms)`";
  return null;
}

/** A text with its `Z` written here means the same everywhere. */
function isUtcParse(call: SyntaxNode | null): boolean {
  const [text] = call?.type === "CallExpression" && Array.isArray(call.arguments) ? call.arguments : [];
  if (!isNode(text)) return false;
  if (text.type !== "TemplateLiteral") return nameOf(text)?.endsWith("Z") === true && text.type === "Literal";
  const last = Array.isArray(text.quasis) ? text.quasis.at(-1) : undefined;
  return isNode(last) && (last.value as { readonly raw: string }).raw.endsWith("Z");
}

/** `new Date(ms)` and `Date.UTC` are arithmetic. */
function isHarmlessDate(parent: SyntaxNode, key: string): boolean {
  if (parent.type === "NewExpression")
    return key === "callee" && Array.isArray(parent.arguments) && parent.arguments.length > 0;
  if (parent.type === "MemberExpression")
    return key === "object" && ["UTC", "parse"].includes(nameOf(parent.property) ?? "");
  return parent.type === "BinaryExpression" && parent.operator === "instanceof";
}

/** A name of a field, an import, an export or a type: not a use of the global of that name. */
function isJustAName(parent: SyntaxNode, key: string): boolean {
  if (parent.computed === true) return false;
  if (parent.type === "MemberExpression") return key === "property";
  if (/^(Property|MethodDefinition|PropertyDefinition|LabeledStatement)$/.test(parent.type))
    return key === "key" || key === "label";
  if (/^(Import|Export)\w*Specifier$/.test(parent.type)) return true;
  return (
    parent.type.startsWith("TS") && !/^TS(As|NonNull|Satisfies|Instantiation|TypeAssertion)/.test(parent.type)
  );
}

/** Names that the file gives itself, anywhere: parameters, variables, functions, imports. */
function declaredNames(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const take = (pattern: unknown): void => {
    if (!isNode(pattern)) return;
    if (pattern.type === "Identifier") names.add(nameOf(pattern)!);
    else if (pattern.type === "AssignmentPattern") take(pattern.left);
    else if (pattern.type === "RestElement") take(pattern.argument);
    else if (pattern.type === "Property") take(pattern.value);
    else
      for (const list of [pattern.properties, pattern.elements]) if (Array.isArray(list)) list.forEach(take);
  };
  for (const { node } of visit(program)) {
    if (node.type === "VariableDeclarator" || /Function|^Class/.test(node.type)) take(node.id);
    if (/^Import\w*Specifier$/.test(node.type)) take(node.local);
    if (node.type === "CatchClause") take(node.param);
    if (Array.isArray(node.params)) node.params.forEach(take);
  }
  return names;
}
