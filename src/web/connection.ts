/**
 * The one place that talks to the node: requests, the event stream, and the watch that notices when the node is gone.
 * The stream ends at once when the process dies; a process that hangs is found by asking `/healthz`.
 */
import type { Events } from "../node/http/api.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import { toOwnWords } from "./said.ts";
import { EVENT_KINDS } from "./store.ts";

export interface ConnectionListener {
  event<K extends keyof Events>(kind: K, data: Events[K]): void;
  link(isUp: boolean): void;
  /** There is no such desk any more: practice has ended. */
  gone(): void;
}

const REQUEST_TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 600_000;
const WATCH_EVERY_MS = 1_000;
const WATCH_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 700;

/** Opens the stream and keeps it open for as long as the page lives. `staff` is read at each request. */
export function createConnection(listener: ConnectionListener, staff: () => string): Connection {
  const heard: Heard = { atMs: Number.NEGATIVE_INFINITY };
  const stream = keepStream(listener);
  watch(listener, stream, heard);
  const ask = (path: string, init: RequestInit, how?: Asking): Promise<HttpAnswer | undefined> =>
    request(path, init, { ...how, listener, heard });
  return {
    // No answer of the node is ever stored: without a look into the browser's cache it is here sooner.
    get: (path) => ask(path, { method: "GET", cache: "no-store" }),
    post: (path, body) => {
      const isFile = body instanceof Blob;
      const headers: Record<string, string> = {
        "content-type": isFile ? fileTypeOf(body) : "application/json",
      };
      if (body instanceof File) headers["last-modified"] = new Date(body.lastModified).toUTCString();
      // Header values are bytes: initials beyond ASCII are sent percent-encoded.
      if (staff() !== "") headers["deskmesh-staff"] = encodeURIComponent(staff());
      const init = { method: "POST", headers, body: isFile ? body : JSON.stringify(body) };
      return ask(path, init, { timeoutMs: isFile ? UPLOAD_TIMEOUT_MS : REQUEST_TIMEOUT_MS });
    },
    delete: (path) => ask(path, { method: "DELETE" }),
    download: (path) => ask(path, { method: "GET" }, { isFile: true }),
    beacon: (path, body) => {
      navigator.sendBeacon(`api/${path}`, new Blob([JSON.stringify(body)], { type: "application/json" }));
    },
    reopen: () => stream.reopen(),
  };
}

/** What a browser calls a zip differs; anything else says what it is. */
function fileTypeOf(file: Blob): string {
  return file.type === "application/octet-stream" ? file.type : "application/zip";
}

/** When the node last answered well. */
interface Heard {
  atMs: number;
}

interface Asking {
  readonly isFile?: boolean;
  readonly timeoutMs?: number;
}

async function request(
  path: string,
  init: RequestInit,
  around: Asking & { readonly listener: ConnectionListener; readonly heard: Heard },
): Promise<HttpAnswer | undefined> {
  const { listener, heard, isFile = false, timeoutMs = REQUEST_TIMEOUT_MS } = around;
  let response: Response;
  try {
    response = await fetch(`api/${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    listener.link(false);
    return undefined;
  }
  if (response.ok) heard.atMs = performance.now();
  try {
    const body: unknown = await (isFile && response.ok ? response.blob() : response.json());
    return { status: response.status, body: toOwnWords(body) };
  } catch (error) {
    if (error instanceof SyntaxError) return { status: response.status, body: undefined };
    // Cut off in the middle it is no answer: what was asked is asked again, under the same id.
    listener.link(false);
    return undefined;
  }
}

interface Stream {
  isOpen(): boolean;
  reopen(): void;
}

/** An event stream that is opened again whenever it ends. */
function keepStream(listener: ConnectionListener): Stream {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    // Two streams would tell everything twice.
    clearTimeout(timer);
    source = new EventSource("api/events");
    for (const kind of EVENT_KINDS) {
      source.addEventListener(kind, (event) => {
        listener.event(kind, toOwnWords(JSON.parse((event as MessageEvent<string>).data)));
        // "state" is the first word of a fresh stream: from here on the page knows all again.
        if (kind === "state") listener.link(true);
      });
    }
    source.onerror = () => {
      source.close();
      listener.link(false);
      timer = setTimeout(open, RECONNECT_MS);
    };
  };
  open();
  return {
    isOpen: () => source.readyState === EventSource.OPEN,
    reopen() {
      source.close();
      open();
    },
  };
}

/**
 * Finds a node that hangs, and that it works again where the stream never noticed: after a hang, or one lost reply. One
 * that has answered a moment ago isn't asked.
 */
function watch(listener: ConnectionListener, stream: Stream, heard: Heard): void {
  const ask = async (): Promise<void> => {
    const quietMs = performance.now() - heard.atMs;
    const isQuiet = quietMs >= WATCH_EVERY_MS;
    if (isQuiet) await look();
    else if (stream.isOpen()) listener.link(true);
    // What it answered last spares one look, and delays none: a hang shows as soon as without it.
    setTimeout(() => void ask(), isQuiet ? WATCH_EVERY_MS : WATCH_EVERY_MS - quietMs);
  };
  const look = async (): Promise<void> => {
    const status = await fetch("healthz", {
      cache: "no-store",
      signal: AbortSignal.timeout(WATCH_TIMEOUT_MS),
    }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 404) listener.gone();
    if (status !== 200 && status !== 503) listener.link(false);
    else if (stream.isOpen()) listener.link(true);
  };
  void ask();
}
