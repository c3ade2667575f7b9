/**
 * The SIP2 server of an ILS, for tests: the published layout of SIP2 2.00 with a small catalogue behind it, and all the
 * ways in which servers differ or fail. It has readers of its own, so that it doesn't share what it is to find wrong.
 */
import { createServer } from "node:net";
import type { ByteSocket } from "../../src/node/ports.ts";

export interface IlsOptions {
  /** Items that it knows, and who has them; others are unknown to it. `null`: every item is known. */
  readonly items?: ReadonlySet<string> | null;
  /** Patrons that it would stop: a server that heeds *no block* lends to them all the same. */
  readonly blocked?: ReadonlySet<string>;
  /**
   * What it does with *no block* `Y`. `heeds`: as published. `ignores`: judges as if it were N. `refuses`: takes no such
   * line at all. `misreads`: takes it for "renewal allowed", and gives a due date of its own.
   */
  readonly noBlock?: "heeds" | "ignores" | "refuses" | "misreads";
  readonly login?: { readonly user: string; readonly password: string };
  readonly offlineOk?: boolean;
  readonly online?: boolean;
  /** Of its answers. `never`: it leaves sequence and checksum out. */
  readonly checksums?: "right" | "wrong" | "never";
  /** Ends each answer with CR and LF, and sends it byte by byte. */
  readonly slowly?: boolean;
  /** What it does at its nth line (1-based, logins and status not counted), once. */
  readonly at?: Readonly<Record<number, Misdeed>>;
}

/**
 * `cut-before` and `cut-after`: the connection goes before or after the line was booked. `silent`: booked, and never
 * answered. `rubbish`: booked, answered by something that isn't SIP2. `other`: answered by another item's answer.
 * `damaged`: one answer with a wrong checksum, then right. `resend`: 96 once. `twice`: the same answer twice.
 */
export type Misdeed =
  | "cut-before"
  | "cut-after"
  | "silent"
  | "rubbish"
  | "endless"
  | "other"
  | "damaged"
  | "resend"
  | "twice";

export interface Booked {
  readonly act: "loan" | "return" | "renewal";
  readonly item: string;
  readonly patron?: string;
  readonly noBlock: boolean;
  readonly at: string;
  readonly due?: string;
}

export interface Ils {
  /** What it has taken into its catalogue, in order. */
  readonly booked: readonly Booked[];
  /** Every line that reached it whole, by item: also those that it refused. */
  readonly lines: readonly string[];
  /** Requests that it could not read: none, from a program that keeps to the layout. */
  readonly unread: readonly string[];
  connections(): number;
  accept(socket: ByteSocket): void;
}

export function createIls(options: IlsOptions = {}): Ils {
  const booked: Booked[] = [];
  const lines: string[] = [];
  const unread: string[] = [];
  const onLoan = new Map<string, string>();
  let connections = 0;

  return {
    booked,
    lines,
    unread,
    connections: () => connections,
    accept(socket) {
      connections += 1;
      talk(socket, options, { booked, lines, unread, onLoan });
    },
  };
}

interface Books {
  readonly booked: Booked[];
  readonly lines: string[];
  readonly unread: string[];
  readonly onLoan: Map<string, string>;
}

function talk(socket: ByteSocket, options: IlsOptions, books: Books): void {
  let held = "";
  let last = "";
  let lastSeq = "";
  let isIn = options.login === undefined;

  function send(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (!options.slowly) {
      socket.write(bytes);
      return;
    }
    for (const byte of bytes) socket.write(Uint8Array.of(byte));
    socket.write(Uint8Array.of(10));
  }

  function answer(body: string, seq: string, checksums = options.checksums ?? "right"): void {
    last = body;
    lastSeq = seq;
    if (checksums === "never") {
      send(`${body}\r`);
      return;
    }
    const sealed = `${body}${seq === "" ? "" : `AY${seq}`}AZ`;
    const right = sumOf(sealed);
    send(`${sealed}${checksums === "right" ? right : right === "0000" ? "1111" : "0000"}\r`);
  }

  function take(message: string): void {
    if (message === "97AZFEF5") {
      answer(last, lastSeq);
      return;
    }
    const [, body = "", seq = "", said = ""] = /^(.*)AY(\d)AZ([0-9A-F]{4})$/.exec(message) ?? [];
    if (body === "" || sumOf(message.slice(0, -4)) !== said) {
      books.unread.push(message);
      answer("96", "");
      return;
    }
    const login = /^9300CN([^|]*)\|CO([^|]*)\|CP([^|]*)\|$/.exec(body);
    if (login) {
      isIn = login[1] === options.login?.user && login[2] === options.login?.password;
      answer(`94${isIn ? 1 : 0}`, seq);
      return;
    }
    if (/^990\d{3}\d\.\d\d$/.test(body)) {
      if (!isIn) {
        socket.cut();
        return;
      }
      const on = options.online === false ? "N" : "Y";
      const offline = options.offlineOk === false ? "N" : "Y";
      answer(`98${on}YYYN${offline}60000320260722    1015302.00AOUWOLS|BXYYYYYYYYYYYNYYYY|`, seq);
      return;
    }
    const request = readRequest(body);
    if (request === null) {
      books.unread.push(message);
      answer("96", "");
      return;
    }
    takeLine(request, seq, body);
  }

  function takeLine(request: Request, seq: string, body: string): void {
    const misdeed = options.at?.[books.lines.length + 1];
    if (misdeed === "resend" && last !== "96") {
      answer("96", "");
      return;
    }
    books.lines.push(body);
    if (misdeed === "cut-before") {
      socket.cut();
      return;
    }
    const said = book(request, options, books);
    if (misdeed === "cut-after") {
      socket.cut();
      return;
    }
    if (misdeed === "silent") return;
    if (misdeed === "rubbish") {
      send("HTTP/1.1 400 Bad Request\r\n\r\n<html>21234000000018</html>\r\n");
      return;
    }
    if (misdeed === "endless") {
      send("x".repeat(40_000));
      return;
    }
    if (misdeed === "other") {
      answer(said.replace(/AB[^|]*/, "AB33999999999999"), seq);
      return;
    }
    answer(said, seq, misdeed === "damaged" ? "wrong" : undefined);
    if (misdeed === "twice") answer(said, seq);
  }

  socket.onClose = () => undefined;
  socket.onBytes = (bytes) => {
    held += Buffer.from(bytes).toString("latin1");
    for (let end = held.indexOf("\r"); end !== -1; end = held.indexOf("\r")) {
      const message = held.slice(0, end).replace(/^\n/, "");
      held = held.slice(end + 1);
      if (!socket.closed) take(message);
    }
  };
}

type Request = Booked;

const TIME = "\\d{8} {4}\\d{6}";
const RETURN = new RegExp(`^09([YN])(${TIME})(${TIME})AP([^|]*)\\|AO([^|]*)\\|AB([^|]*)\\|AC([^|]*)\\|$`);
const LOAN = new RegExp(
  `^(11|29)([YN])([YN])(${TIME})(${TIME})AO([^|]*)\\|AA([^|]*)\\|AB([^|]*)\\|AC([^|]*)\\|$`,
);

function readRequest(body: string): Request | null {
  const back = RETURN.exec(body);
  if (back) return { act: "return", item: back[6]!, noBlock: back[1] === "Y", at: back[3]! };
  const loan = LOAN.exec(body);
  if (!loan) return null;
  const act = loan[1] === "11" ? "loan" : "renewal";
  return {
    act,
    item: loan[8]!,
    patron: loan[7]!,
    noBlock: loan[3] === "Y",
    at: loan[4]!,
    due: loan[5]!,
  };
}

/** The answer, without its seal. */
function book(request: Request, options: IlsOptions, { booked, onLoan }: Books): string {
  const { act, item, patron = "", due = "" } = request;
  const handling = options.noBlock ?? "heeds";
  const isForced = request.noBlock && handling === "heeds";
  let why = "";
  if (options.items && !options.items.has(item)) why = "Item not found";
  else if (request.noBlock && handling === "refuses") why = "No block transactions are not supported";
  else if (act === "return" && !onLoan.has(item) && !isForced) why = "Item not checked out";
  else if (act !== "return" && options.blocked?.has(patron) && !isForced) why = "Patron is blocked";
  if (why === "") {
    booked.push(request);
    if (act === "return") onLoan.delete(item);
    else onLoan.set(item, patron);
  }
  const ok = why === "" ? 1 : 0;
  const said = `AF${why}|`;
  if (act === "return") return `10${ok}YUN20260722    101531AOUWOLS|AB${item}|AQMAIN|AJA title|${said}`;
  const given = handling === "misreads" ? "20260723    235900" : due;
  const code = act === "loan" ? "12" : "30";
  return `${code}${ok}NUY20260722    101531AOUWOLS|AA${patron}|AB${item}|AJA title|AH${given}|${said}`;
}

function sumOf(text: string): string {
  let sum = 0;
  for (const byte of Buffer.from(text, "utf8")) sum = (sum + byte) % 65_536;
  return ((65_536 - sum) % 65_536).toString(16).toUpperCase().padStart(4, "0");
}

/** A server on a port of this machine, for the simulator or any other. */
export async function serveSockets(
  accept: (socket: ByteSocket) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const open = new Set<ByteSocket>();
  const server = createServer((socket) => {
    const byteSocket: ByteSocket = {
      write: (bytes) => void (socket.writable && socket.write(bytes)),
      get closed() {
        return socket.destroyed;
      },
      cut: () => void socket.destroy(),
      onBytes: null,
      onClose: null,
    };
    open.add(byteSocket);
    socket.on("data", (bytes: Buffer) => byteSocket.onBytes?.(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => byteSocket.onClose?.());
    accept(byteSocket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.cut();
        server.close(() => resolve());
      }),
  };
}
