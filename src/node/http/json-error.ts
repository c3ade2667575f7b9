/**
 * Where a text stops being JSON. The runtime's own message quotes the text, which may hold a patron's data, and often
 * names no position; this says the position and nothing of the content.
 */

export interface JsonError {
  /** Characters before the first one that can't be there; the length of the text when it ends too early. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  readonly expected: string;
}

/** The first place where `text` is not JSON, or `null` when it is JSON. Depth is not limited by the call stack. */
export function findJsonError(text: string): JsonError | null {
  const open: ("{" | "[")[] = [];
  let at = skipSpace(text, 0);
  let wanted: Wanted = "value";
  for (;;) {
    const char = text[at];
    if (wanted === "end") return at === text.length ? null : errorAt(text, at, wanted);
    if ((char === "}" || char === "]") && mayClose(wanted, open.at(-1), char)) {
      open.pop();
      at = skipSpace(text, at + 1);
      wanted = open.length === 0 ? "end" : "comma or close";
    } else if (wanted === "comma or close" && char === ",") {
      at = skipSpace(text, at + 1);
      wanted = open.at(-1) === "{" ? "name" : "value";
    } else if ((wanted === "name" || wanted === "name or close") && char === '"') {
      const end = endOfToken(text, at);
      if (end < 0) return errorAt(text, ~end, "string");
      at = skipSpace(text, end);
      if (text[at] !== ":") return errorAt(text, at, "colon");
      at = skipSpace(text, at + 1);
      wanted = "value";
    } else if ((wanted === "value" || wanted === "value or close") && (char === "{" || char === "[")) {
      open.push(char);
      at = skipSpace(text, at + 1);
      wanted = char === "{" ? "name or close" : "value or close";
    } else if (wanted === "value" || wanted === "value or close") {
      const end = endOfToken(text, at);
      if (end < 0) return errorAt(text, ~end, char === '"' ? "string" : "value");
      at = skipSpace(text, end);
      wanted = open.length === 0 ? "end" : "comma or close";
    } else {
      return errorAt(text, at, wanted);
    }
  }
}

type Wanted = "value" | "value or close" | "name" | "name or close" | "comma or close" | "end";

const expectations: Readonly<Record<Wanted | "colon" | "string", string>> = {
  value: "a value",
  "value or close": "a value or ]",
  name: "a name in double quotes",
  "name or close": "a name in double quotes or }",
  "comma or close": "a comma or the closing bracket",
  end: "the end of the text",
  colon: "a colon",
  string: "a string that is closed and has no control characters",
};

function mayClose(wanted: Wanted, open: "{" | "[" | undefined, char: "}" | "]"): boolean {
  if ((open === "{") !== (char === "}") || open === undefined) return false;
  return wanted === "comma or close" || wanted === (open === "{" ? "name or close" : "value or close");
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
  return at;
}

const plainToken = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapeToken = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Index after the string, number or word at `from`; the complement (`~`) of the bad index when there is none. */
function endOfToken(text: string, from: number): number {
  if (text[from] !== '"') {
    plainToken.lastIndex = from;
    return plainToken.test(text) ? plainToken.lastIndex : ~from;
  }
  let at = from + 1;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"') return at + 1;
    if (char < " ") return ~at;
    if (char === "\\") {
      escapeToken.lastIndex = at;
      if (!escapeToken.test(text)) return ~at;
      at = escapeToken.lastIndex;
    } else {
      at++;
    }
  }
  return ~at;
}

function errorAt(text: string, offset: number, wanted: Wanted | "colon" | "string"): JsonError {
  const before = text.slice(0, offset).split("\n");
  return {
    offset,
    line: before.length,
    column: before.at(-1)!.length + 1,
    expected: expectations[wanted],
  };
}
