/** The running node's API, as commands use it: one request, one answer, and a plain text when nobody is there. */
import type { Problem } from "../http/api.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { readRunFile } from "./run-file.ts";

export interface NodeClient {
  readonly url: string;
  /** GET; rejects with `CommandFailure` for any answer but 2xx. */
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** POST of a file as it is. */
  upload<T>(path: string, bytes: Uint8Array): Promise<T>;
  bytes(path: string): Promise<Uint8Array>;
  /**
   * Hears one kind of event from when this resolves until the returned function is called. A stream that breaks is
   * over without a word: what counts is the answer to what was asked.
   */
  follow(kind: string, onEvent: (data: unknown) => void): Promise<() => void>;
  /** The same node, asked under another token: that of a session. */
  withToken(token: string): NodeClient;
}

/** An answer that isn't 2xx, with the members that say why. */
export class NodeRefusal extends CommandFailure {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(exitOfProblem(problem), textOfProblem(problem));
    this.problem = problem;
  }
}

/** Who acts is sent along where it is known, e.g. initials. */
export interface ClientOptions {
  readonly staff?: string;
}

/** Rejects with exit code 7 when no node runs on that data folder. */
export async function connectToNode(dataDir: string, options: ClientOptions = {}): Promise<NodeClient> {
  const run = await readRunFile(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EACCES") throw error;
    const text = `The desk of ${dataDir} is another user's of this PC: run this as that user, or with sudo.`;
    throw new CommandFailure(exitCode.notPermitted, text);
  });
  if (run === null) throw notRunning(dataDir);
  const url = `http://127.0.0.1:${run.port}`;
  const client = createNodeClient(url, run.token, dataDir, options);
  // A stale file may point at a port that somebody else has taken since: only our own node knows the token.
  const tooLong = AbortSignal.timeout(answerMs);
  await client.get("/healthz", tooLong).catch((error: unknown) => {
    if (!tooLong.aborted) throw error instanceof NodeRefusal ? notRunning(dataDir) : error;
    const text = `The node of ${dataDir} (process ${run.pid}) gives no answer in ${answerMs / 1_000} s: it hangs, or this PC is very busy.`;
    throw new CommandFailure(exitCode.fault, text);
  });
  return client;
}

/** Of a node that only has to say that it is there. */
const answerMs = 5_000;

export function createNodeClient(
  url: string,
  token: string | null,
  dataDir: string,
  options: ClientOptions = {},
): NodeClient {
  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    // Header values are bytes: initials beyond ASCII are sent percent-encoded.
    if (options.staff !== undefined) headers["deskmesh-staff"] = encodeURIComponent(options.staff);
    if (init.body != null) {
      headers["content-type"] =
        typeof init.body === "string" ? "application/json" : "application/octet-stream";
    }
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, { ...init, headers });
    } catch (error) {
      throw notRunning(dataDir, error);
    }
    if (!response.ok) throw new NodeRefusal(await readProblem(response));
    return response;
  }
  return {
    url,
    get: async <T>(path: string, signal?: AbortSignal) =>
      (await (await send(path, signal === undefined ? {} : { signal })).json()) as T,
    post: async <T>(path: string, body: unknown) =>
      (await (await send(path, { method: "POST", body: JSON.stringify(body) })).json()) as T,
    upload: async <T>(path: string, bytes: Uint8Array) =>
      (await (await send(path, { method: "POST", body: new Uint8Array(bytes) })).json()) as T,
    delete: async (path) => void (await send(path, { method: "DELETE" })),
    withToken: (other) => createNodeClient(url, other, dataDir, options),
    follow: (kind, onEvent) => followEvents((signal) => send("/api/events", { signal }), kind, onEvent),
    bytes: async (path) => new Uint8Array(await (await send(path, {})).arrayBuffer()),
  };
}

async function followEvents(
  open: (signal: AbortSignal) => Promise<Response>,
  kind: string,
  onEvent: (data: unknown) => void,
): Promise<() => void> {
  const ending = new AbortController();
  const response = await open(ending.signal).catch(() => null);
  // It subscribes when it is read, and says the state first.
  await new Promise<void>((begun) => {
    readEvents(response, (name, data) => {
      begun();
      if (name === kind) onEvent(JSON.parse(data));
    })
      // Ended from here, or the node went: told by the command itself.
      .catch(() => undefined)
      .finally(begun);
  });
  return () => ending.abort();
}

async function readEvents(
  response: Response | null,
  onEvent: (name: string, data: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response?.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/m.exec(event) ?? [];
      if (name !== undefined && data !== undefined) onEvent(name, data);
    }
  }
}

/** One line for people, from whatever member says it best. */
export function textOfProblem(problem: Problem): string {
  const said = problem.refusal?.text ?? problem.fault?.text ?? problem.detail;
  return said === undefined ? problem.title : said;
}

function exitOfProblem(problem: Problem): ExitCode {
  if ([401, 403, 423].includes(problem.status)) return exitCode.notPermitted;
  if (problem.status >= 500) return exitCode.fault;
  return exitCode.refused;
}

async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "title" in body)
      return { ...(body as Problem), status: response.status };
  } catch {
    // Not JSON: told below by its status.
  }
  return {
    type: "about:blank",
    title: `the node answered ${response.status} to ${new URL(response.url).pathname}`,
    status: response.status,
  };
}

function notRunning(dataDir: string, cause?: unknown): CommandFailure {
  const reason = cause instanceof Error && cause.cause instanceof Error ? ` (${cause.cause.message})` : "";
  return new CommandFailure(
    exitCode.nodeNotRunning,
    `No node is running on ${dataDir}${reason}. Start it with: deskmesh start`,
  );
}
