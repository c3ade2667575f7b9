/**
 * The one place that talks to the node: requests, the event stream, and the watch that notices when the node is gone.
 * The stream ends at once when the process dies; a process that hangs is found by asking `/healthz`.
 */
import type { Events } from "../node/http/api.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import { EVENT_KINDS } from "./store.ts";

export interface ConnectionListener {
  event<K extends keyof Events>(kind: K, data: Events[K]): void;
  link(isUp: boolean): void;
}

const REQUEST_TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 600_000;
const WATCH_EVERY_MS = 1_000;
const WATCH_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 700;

/** Opens the stream and keeps it open for as long as the page lives. `staff` is read at each request. */
export function createConnection(listener: ConnectionListener, staff: () => string): Connection {
  const stream = keepStream(listener);
  watch(listener, stream);
  return {
    get: (path) => request(path, { method: "GET" }, listener),
    post: (path, body) => {
      const isZip = body instanceof Blob;
      const headers: Record<string, string> = {
        "content-type": isZip ? "application/zip" : "application/json",
      };
      // Header values are bytes: initials beyond ASCII are sent percent-encoded.
      if (staff() !== "") headers["deskmesh-staff"] = encodeURIComponent(staff());
      const init = { method: "POST", headers, body: isZip ? body : JSON.stringify(body) };
      return request(path, init, listener, { timeoutMs: isZip ? UPLOAD_TIMEOUT_MS : REQUEST_TIMEOUT_MS });
    },
    delete: (path) => request(path, { method: "DELETE" }, listener),
    download: (path) => request(path, { method: "GET" }, listener, { isFile: true }),
    reopen: () => stream.reopen(),
  };
}

async function request(
  path: string,
  init: RequestInit,
  listener: ConnectionListener,
  { isFile = false, timeoutMs = REQUEST_TIMEOUT_MS } = {},
): Promise<HttpAnswer | undefined> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    listener.link(false);
    return undefined;
  }
  const body = isFile && response.ok ? response.blob() : response.json();
  return { status: response.status, body: await body.catch(() => undefined) };
}

interface Stream {
  isOpen(): boolean;
  reopen(): void;
}

/** An event stream that is opened again whenever it ends. */
function keepStream(listener: ConnectionListener): Stream {
  let source: EventSource;
  const open = (): void => {
    source = new EventSource("api/events");
    for (const kind of EVENT_KINDS) {
      source.addEventListener(kind, (event) => {
        listener.event(kind, JSON.parse((event as MessageEvent<string>).data));
        // "state" is the first word of a fresh stream: from here on the page knows all again.
        if (kind === "state") listener.link(true);
      });
    }
    source.onerror = () => {
      source.close();
      listener.link(false);
      setTimeout(open, RECONNECT_MS);
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

/** Finds a node that hangs, and that it works again where the stream never noticed: after a hang, or one lost reply. */
function watch(listener: ConnectionListener, stream: Stream): void {
  const ask = async (): Promise<void> => {
    const isHere = await fetch("healthz", {
      cache: "no-store",
      signal: AbortSignal.timeout(WATCH_TIMEOUT_MS),
    }).then(
      (response) => response.ok || response.status === 503,
      () => false,
    );
    if (!isHere) listener.link(false);
    else if (stream.isOpen()) listener.link(true);
    setTimeout(() => void ask(), WATCH_EVERY_MS);
  };
  void ask();
}
