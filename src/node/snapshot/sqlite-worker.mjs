// @ts-check
// Reads an SQLite database in a thread of its own: SQLite holds the whole file and computes without a pause, and of both
// the desk must feel nothing. The only file that imports sqlite-wasm. Plain JavaScript, as Node starts it by its address.
//
// Asked: {kind: "size"}, then {kind: "bytes"} as often as needed, {kind: "tables"}, {kind: "select"} and {kind: "more"}.
// Each is answered once: {kind: "ok"}, {kind: "tables"}, {kind: "rows"} or {kind: "unreadable"}.
import { parentPort } from "node:worker_threads";
import openSqlite from "@sqlite.org/sqlite-wasm";

/** Rows are sent in pieces of about this many characters. */
const pieceLength = 64 * 1024;

const port = parentPort;
if (port === null) throw new Error("this file is a worker's");
const sqlite = await openSqlite({ print: () => undefined, printErr: () => undefined });
const { capi, wasm } = sqlite;
const database = new sqlite.oo1.DB();
let place = 0;
let size = 0;
let filled = 0;
/** @type {ReturnType<typeof database.prepare> | null} */
let statement = null;

/** @param {number} bytes */
function takeSize(bytes) {
  size = bytes;
  place = wasm.alloc(size);
  return { kind: "ok" };
}

/** @param {Uint8Array} bytes */
function takeBytes(bytes) {
  if (filled + bytes.length > size) return { kind: "unreadable" };
  wasm.heap8u().set(bytes, place + filled);
  filled += bytes.length;
  return { kind: "ok" };
}

/**
 * The columns of each table. A view or a virtual table could compute for ever, and a generated column make a gigabyte of
 * a byte: neither is read.
 * @param {readonly string[]} names
 */
function listTables(names) {
  if (filled !== size) return { kind: "unreadable" };
  const flags = capi.SQLITE_DESERIALIZE_READONLY | capi.SQLITE_DESERIALIZE_FREEONCLOSE;
  const code = capi.sqlite3_deserialize(database.pointer ?? 0, "main", place, size, size, flags);
  if (code !== 0) return { kind: "unreadable" };
  database.exec("PRAGMA trusted_schema = off; PRAGMA cell_size_check = on");
  // Each page is looked at once: one that is lost, or stands in two places, is found before a row is given.
  if (database.selectValue("PRAGMA quick_check(1)") !== "ok") return { kind: "unreadable" };
  /** @type {Record<string, string[]>} */
  const tables = {};
  for (const name of names) {
    const stored = database.selectValue(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?",
      [name],
    );
    if (stored !== 1) continue;
    const columns = database.selectValues("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [name]);
    tables[name] = columns.map((column) => String(column).toLowerCase());
  }
  return { kind: "tables", tables };
}

/** @param {string} sql One column of text. */
function select(sql) {
  statement?.finalize();
  statement = database.prepare(sql);
  return more();
}

function more() {
  let text = "";
  while (text.length < pieceLength) {
    if (!statement?.step()) {
      statement?.finalize();
      statement = null;
      return { kind: "rows", text, isEnd: true };
    }
    text += `${statement.getString(0) ?? ""}\n`;
  }
  return { kind: "rows", text, isEnd: false };
}

/** @param {any} asked */
function answer(asked) {
  switch (asked.kind) {
    case "size":
      return takeSize(asked.size);
    case "bytes":
      return takeBytes(asked.bytes);
    case "tables":
      return listTables(asked.names);
    case "select":
      return select(asked.sql);
    default:
      return more();
  }
}

port.on("message", (asked) => {
  try {
    port.postMessage(answer(asked));
  } catch {
    // SQLite's own words may repeat what stands in the file.
    port.postMessage({ kind: "unreadable" });
  }
});
