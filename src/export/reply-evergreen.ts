/**
 * Evergreen's words on an offline session: the results that its `offline.pl` writes (one JSON object a line, or a list
 * of them, each with the `command` that it was given and the `event` that came of it), and the table of exceptions of
 * the offline session's page, as CSV or tab-separated text. Our `x_txid` rides along in the command.
 */
import { type Advice, adviceOf } from "./advice.ts";
import type { Act, Broken, Reply, ReportReader } from "./reply.ts";

/** Text codes of events, whole or their beginning; in order. */
const EVENTS: readonly (readonly [RegExp, Advice | null])[] = [
  [/^(?:SUCCESS|ROUTE_ITEM)$/, null],
  [/^(?:ASSET_COPY_NOT_FOUND|ITEM_NOT_CATALOGED|COPY_NOT_FOUND|ITEM_NOT_FOUND)/, "item-unknown"],
  [/^ACTOR_(?:USER|CARD)_NOT_FOUND/, "patron-unknown"],
  [/^(?:NO_CHANGE|ACTION_CIRCULATION_NOT_FOUND|CIRC_NOT_FOUND|COPY_NOT_CHECKED_OUT)/, "not-on-loan"],
  [/^(?:OPEN_CIRCULATION_EXISTS|COPY_ALREADY_CHECKED_OUT|COPY_NOT_AVAILABLE)/, "on-loan"],
  [/^PATRON_(?:ACCOUNT_)?EXPIRED|^PATRON_ACCOUNT_EXPIRED/, "expired"],
  [/^(?:PATRON_EXCEEDS|MAX_RENEWALS)/, "limit"],
  [/^(?:PATRON_|ACTOR_CARD_INACTIVE|ACTOR_USER_INACTIVE|PATRON_BARRED)/, "blocked"],
  [/^(?:COPY_CIRC_NOT_ALLOWED|COPY_IS_REFERENCE|ITEM_AGE_PROTECTED|CONFIG_CIRC_MATRIX)/, "not-for-loan"],
  [/^(?:COPY_NEEDED_FOR_HOLD|ITEM_ON_HOLDS_SHELF|HOLD)/, "reserved"],
  [/^(?:PATRON_CARD_EXISTS|ACTOR_.*EXISTS|USERNAME_EXISTS|.*_EXISTS$)/, "exists"],
  [/^(?:OFFLINE_|JSON_|.*PARSE)/, "malformed"],
];

const TYPES: Readonly<Record<string, Act>> = {
  checkout: "loan",
  renew: "loan",
  checkin: "return",
  in_house_use: "use",
  register: "registration",
};

export const readEvergreenJson: ReportReader = (text) => {
  const start = text.search(/\S/);
  if (start === -1 || (text[start] !== "{" && text[start] !== "[")) return null;
  const found = text[start] === "[" ? parseList(text) : parseLines(text);
  if ("broken" in found) return found;
  const replies: Reply[] = [];
  for (const { at, value } of found.rows) {
    const reply = rowToReply(value, at);
    if (reply === null)
      return { broken: `line ${at} has no command with its event: this is no results file of Evergreen` };
    replies.push(reply);
  }
  return replies;
};

type Rows = { readonly rows: readonly { readonly at: number; readonly value: unknown }[] };

function parseList(text: string): Rows | Broken {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list))
      return { rows: list.map((value, i) => ({ at: i + 1, value: value as unknown })) };
  } catch {
    // Told below.
  }
  return { broken: "it begins as a list of results and is not one to its end: it was cut off or changed" };
}

function parseLines(text: string): Rows | Broken {
  const rows: { at: number; value: unknown }[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      rows.push({ at: i + 1, value: JSON.parse(line) as unknown });
    } catch {
      return { broken: `line ${i + 1} is not a whole result: the file was cut off or changed` };
    }
  }
  return { rows };
}

function rowToReply(value: unknown, at: number): Reply | null {
  if (!isRecord(value) || !isRecord(value.command)) return null;
  const { command } = value;
  const events = (Array.isArray(value.event) ? value.event : [value.event]).filter(isRecord);
  const codes = events.map(({ textcode }) => textcode).filter((code) => typeof code === "string");
  if (codes.length === 0) return null;
  const worst = codes.find((code) => eventToAdvice(code) !== null) ?? codes[0]!;
  return {
    at,
    ...toOutcome(worst),
    ...textOf("transaction", command.x_txid),
    ...textOf("item", command.barcode),
    ...textOf("patron", command.patron_barcode),
    ...actOf(command.type),
  };
}

export const readEvergreenTable: ReportReader = (text) => {
  const lines = text.split(/\r?\n/);
  const header = lines.findIndex(
    (line) => /\bevent\b/i.test(line) && /\bbarcode\b/i.test(line) && /[\t,]/.test(line),
  );
  if (header === -1) return null;
  const split = (line: string): readonly string[] =>
    splitRow(line, lines[header]!.includes("\t") ? "\t" : ",");
  const names = split(lines[header]!).map((name) => name.toLowerCase());
  const columnOf = (...words: readonly string[]): number =>
    names.findIndex((name) => words.every((word) => name.includes(word)));
  const event = columnOf("event");
  const patron = columnOf("patron", "barcode");
  const item = names.findIndex((name, i) => name.includes("barcode") && i !== patron);
  const type = columnOf("type");
  const replies: Reply[] = [];
  for (const [i, line] of lines.entries()) {
    if (i <= header || line.trim() === "") continue;
    const cells = split(line);
    if (cells.length < names.length)
      return {
        broken: `line ${i + 1} of the table has ${cells.length} of ${names.length} columns: it was cut off`,
      };
    replies.push({
      at: i + 1,
      ...toOutcome(cells[event] ?? ""),
      ...textOf("item", cells[item]),
      ...textOf("patron", cells[patron]),
      ...actOf(cells[type]?.toLowerCase()),
    });
  }
  return replies;
};

/** Cells of one row; quotes as in RFC 4180. */
function splitRow(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const unit = line[i]!;
    if (quoted && unit === '"' && line[i + 1] === '"') {
      cell += unit;
      i++;
    } else if (unit === '"' && (quoted || cell === "")) quoted = !quoted;
    else if (unit === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += unit;
  }
  return [...cells, cell.trim()];
}

function toOutcome(code: string): Pick<Reply, "outcome" | "advice" | "words"> {
  const advice = eventToAdvice(code);
  return advice === null ? { outcome: "done", words: code } : { outcome: "refused", advice, words: code };
}

/** `null`: it was done. */
function eventToAdvice(code: string): Advice | null {
  const known = EVENTS.find(([event]) => event.test(code));
  return known ? known[1] : (adviceOf(code) ?? "other");
}

function textOf(name: "transaction" | "item" | "patron", value: unknown): Partial<Reply> {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}

function actOf(type: unknown): Partial<Reply> {
  return typeof type === "string" && Object.hasOwn(TYPES, type) ? { act: TYPES[type]! } : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
