/**
 * Practice: a second desk value over ports in memory, with an invented library, under `/practice/`. It is made of
 * nothing that the live desk is made of, so nothing recorded there can reach a disk, another desk or a file. It is made
 * when somebody asks for it, and gone when an outage opens or nobody has asked for long.
 */
import type { Signer } from "../crdt/log/digest.ts";
import { createDesk } from "./desk/create-desk.ts";
import type { Desk } from "./desk/desk.ts";
import { type AppParts, createApp } from "./http/app.ts";
import type { App } from "./http/hono.ts";
import { problemToResponse, toProblem } from "./http/problem.ts";
import { loadSigner } from "./identity.ts";
import { openDoor } from "./mesh/door.ts";
import { createNetwork } from "./mesh/wire-memory.ts";
import { createMemoryVault } from "./ports-memory.ts";
import { createEncryptedLevels } from "./store/encrypted-levels.ts";
import { createKeyRing } from "./store/key-ring.ts";
import { createMemoryLevels } from "./store/level-memory.ts";
import { createMemoryFolders } from "./store/log-folders.ts";
import { createLogStores } from "./store/log-store.ts";

export interface Practice {
  /** Answers what is below `/practice`; `undefined`: it is none of its business. */
  answer(request: Request): Promise<Response> | undefined;
  close(): Promise<void>;
}

interface PracticeDesk {
  readonly app: App;
  close(): Promise<void>;
}

/** Whoever practises may be a supervisor there: everybody knows this PIN. */
const supervisor = { user: "practice", pin: "1234" } as const;
const prefix = "/practice";

/** `live`: the desk that is real. `parts`: as for its app. `sample`: folder of the invented library. */
export function createPractice(
  live: Desk,
  parts: Omit<AppParts, "desk" | "token">,
  sample: string,
): Practice {
  let making: Promise<PracticeDesk> | null = null;

  async function end(): Promise<void> {
    const made = making;
    making = null;
    await (await made)?.close();
  }

  const undo = live.subscribe((kind) => {
    if (kind !== "outage" || mayPractise(live)) return;
    end().catch((error: unknown) => parts.log(`practice did not end well: ${String(error)}`));
  });

  async function serve(request: Request, path: string): Promise<Response> {
    // The page goes back by itself: the real desk is needed now.
    if (!mayPractise(live)) return problemToResponse(toProblem(404, "practice-over", "Practice has ended."));
    making ??= makeDesk(live, parts, sample).catch((error: unknown) => {
      making = null;
      throw error;
    });
    const { app } = await making;
    return renameCookies(await app.fetch(inside(request, path)));
  }

  return {
    answer(request) {
      const { pathname } = new URL(request.url);
      if (pathname === prefix)
        return Promise.resolve(new Response(null, { status: 308, headers: { location: `${prefix}/` } }));
      return pathname.startsWith(`${prefix}/`) ? serve(request, pathname.slice(prefix.length)) : undefined;
    },
    async close() {
      undo();
      await end();
    },
  };
}

/** Before the first run there is nothing to practise for; in an outage the real desk is needed. */
function mayPractise(live: Desk): boolean {
  const { branch, outage } = live.state();
  return branch !== undefined && (outage.state === "standby" || outage.state === "closed");
}

async function makeDesk(
  live: Desk,
  parts: Omit<AppParts, "desk" | "token">,
  sample: string,
): Promise<PracticeDesk> {
  const { clock, random, log, version } = parts;
  const vault = createMemoryVault();
  const signer: Signer = await loadSigner(vault, random);
  // A network of one: there is nobody to be heard by.
  const wire = createNetwork(clock).wire("practice");
  const door = await openDoor(wire, 1, []);
  const keys = createKeyRing(vault, createMemoryVault(), random);
  const { branch, desk: own } = live.state();
  const timezone = branch?.timezone ?? "UTC";
  const desk = await createDesk({
    ports: {
      ...{ clock, random, vault, keys, wire, door },
      stores: createLogStores(createMemoryFolders(), keys, log),
      snapshots: createEncryptedLevels(createMemoryLevels(), keys),
      discovery: null,
      hosts: () => [],
      watchAddresses: () => () => undefined,
    },
    signer,
    version,
    host: { name: "practice", timezone },
    peers: [],
    log,
  });
  const name = own?.name ?? "Practice desk";
  const form = {
    name: `${branch?.name ?? "Branch"}, practice`,
    code: "PRA",
    timezone,
    desk: name,
    ...supervisor,
    supervisor: supervisor.user,
  };
  const founded = await desk.createBranch(form);
  const imported = await desk.importSnapshot(sample, supervisor.user);
  if (founded.kind !== "done" || imported.kind !== "done") log("practice has no library to practise with");
  await desk.moveOutage("open", {}, supervisor.user);
  return {
    app: createApp({ ...parts, desk, token: "" }),
    async close() {
      await desk.close().finally(() => door.close());
    },
  };
}

/** The same request, as the practice desk's own app knows addresses. */
function inside(request: Request, path: string): Request {
  const url = new URL(request.url);
  url.pathname = path;
  const headers = new Headers(request.headers);
  const cookie = headers.get("cookie");
  headers.delete("cookie");
  // Whoever is signed in at the real desk isn't here, and the other way round.
  const own = (cookie ?? "").split("; ").filter((each) => each.startsWith("practice-"));
  if (own.length > 0) headers.set("cookie", own.map((each) => each.slice("practice-".length)).join("; "));
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const body = hasBody ? { body: request.body, duplex: "half" } : {};
  return new Request(url, {
    method: request.method,
    headers,
    signal: request.signal,
    ...body,
  } as RequestInit);
}

function renameCookies(response: Response): Response {
  const cookies = response.headers.getSetCookie();
  if (cookies.length === 0) return response;
  response.headers.delete("set-cookie");
  for (const cookie of cookies) response.headers.append("set-cookie", `practice-${cookie}`);
  return response;
}
