/**
 * A desk for tests of HTTP alone: it answers what a test tells it to and remembers what it was asked. The real desk
 * has its own tests.
 */

import type { Command } from "../../../src/crdt/circulation/command.ts";
import type { CarryActs } from "../../../src/node/carry/carry.ts";
import type { Desk, Listener, Role, Staff } from "../../../src/node/desk/desk.ts";
import { standardSettings } from "../../../src/node/desk/settings.ts";
import type { UpdateActs } from "../../../src/node/desk/updates.ts";
import type { DesksView, Events, JoinsView, OutageView, StateView } from "../../../src/node/http/api.ts";
import { type AppParts, createApp } from "../../../src/node/http/app.ts";

export const ownHost = "http://127.0.0.1:8470";
export const tokenOfTests = "token-of-tests";

const desks: DesksView = { desks: [], matrix: [] };
const joins: JoinsView = { heard: [], requests: [], locked: false };
const outage: OutageView = { number: 1, state: "open" };
export const stateOfTests: StateView = {
  ready: true,
  branch: { id: "b", name: "Riverside", code: "RIV", timezone: "America/New_York" },
  desk: { id: "d", name: "Desk 1", run: "r" },
  version: "0.0.0",
  outage,
  desks,
  joins,
  waiting: 0,
  exceptions: { mustDecide: 0, lookAt: 0 },
  staff: { openDesks: true, supervisors: 1 },
};

const noPath = { kind: "refused", refusal: { kind: "path", text: "no such file" } } as const;

/** Staff of the double: their PIN is `<user>-pin`. */
export const supervisorOfTests = { user: "mk", pin: "mk-pin" } as const;
export const clerkOfTests = { user: "ab", pin: "ab-pin" } as const;
const rolesOfTests: Readonly<Record<string, Role>> = { mk: "supervisor", ab: "staff" };

/** Staff who know their PINs; nothing is ever locked. */
export function createStaffDouble(changes: Partial<Staff> = {}): Staff {
  const done = async () => ({ kind: "done", value: [] }) as const;
  const recoveryCode = async () => ({ kind: "done", value: { recoveryCode: "0000" } }) as const;
  return {
    async signIn(user, pin) {
      const role = rolesOfTests[user];
      return role && pin === `${user}-pin` ? { kind: "signed-in", user, role } : { kind: "wrong" };
    },
    find: (user) => {
      const role = rolesOfTests[user];
      return role ? { user, role, pinMark: user } : null;
    },
    openDesks: () => true,
    list: () => [],
    change: done,
    recover: recoveryCode,
    renewRecoveryCode: recoveryCode,
    settings: () => standardSettings,
    changeSettings: async () => ({ kind: "done", value: standardSettings }),
    ...changes,
  };
}

export interface DeskDouble {
  readonly desk: Desk;
  readonly recorded: {
    readonly command: Command;
    readonly staff: string | undefined;
    readonly role: Role | undefined;
  }[];
  readonly calls: unknown[][];
  readonly listeners: Set<Listener>;
  emit<K extends keyof Events>(kind: K, data: Events[K]): void;
}

type Note = <T>(name: string, value: T) => (...given: unknown[]) => Promise<T>;

/** No batch is here. */
function createBatchDouble(
  note: Note,
): Pick<Desk, "batches" | "batch" | "previewBatch" | "batchFile" | "markBatch" | "replay" | "stopReplay"> {
  const notFound = { kind: "not-found", text: "There is none." } as const;
  return {
    batches: note("batches", []),
    batch: note("batch", notFound),
    previewBatch: note("previewBatch", notFound),
    batchFile: note("batchFile", notFound),
    markBatch: note("markBatch", notFound),
    replay: note("replay", notFound),
    stopReplay: note("stopReplay", notFound),
  };
}

function createCarryDouble(note: Note): CarryActs & UpdateActs {
  const none = { kind: "not-found", text: "Nothing is handed over here." } as const;
  return {
    carryOut: note("carryOut", noPath),
    carryIn: note("carryIn", noPath),
    updates: note("updates", none),
    offerUpdate: note("offerUpdate", none),
    withdrawUpdate: note("withdrawUpdate", none),
  };
}

export function createDeskDouble(changes: Partial<Desk> = {}): DeskDouble {
  const recorded: DeskDouble["recorded"] = [];
  const calls: unknown[][] = [];
  const listeners = new Set<Listener>();
  const notFound = { kind: "not-found", text: "There is none." } as const;
  const note =
    <T>(name: string, value: T) =>
    async (...given: unknown[]): Promise<T> => {
      calls.push([name, ...given]);
      return value;
    };
  const done = { kind: "done", value: outage } as const;
  const desk: Desk = {
    state: () => stateOfTests,
    createBranch: note("createBranch", { kind: "done", value: { ...stateOfTests, recoveryCode: "0000" } }),
    staff: createStaffDouble(),
    record: async (command, staff, role) => {
      recorded.push({ command, staff, role });
      return { kind: "refused", refusal: { kind: "double", text: "This desk records nothing." } };
    },
    transactions: note("transactions", { rows: [] }),
    activitySheet: note("activitySheet", ""),
    trail: note("trail", notFound),
    audit: note("audit", []),
    timeline: note("timeline", notFound),
    patrons: note("patrons", []),
    patron: async (barcode) => {
      calls.push(["patron", barcode]);
      return { barcode, name: "", expired: false, blocks: [], known: "unknown", loans: [], holds: [] };
    },
    items: note("items", []),
    item: async (barcode) => {
      calls.push(["item", barcode]);
      return { barcode, known: false, holds: 0 };
    },
    registrationForm: note("registrationForm", notFound),
    checkRegistration: note("checkRegistration", { kind: "done", value: { problems: [], similar: [] } }),
    scan: async (barcode) => {
      calls.push(["scan", barcode]);
      return {};
    },
    policy: note("policy", notFound),
    tryLoan: note("tryLoan", notFound),
    desks: () => desks,
    actOnDesk: note("actOnDesk", { kind: "done", value: desks }),
    renew: note("renew", { kind: "done", value: stateOfTests }),
    invite: note("invite", {
      kind: "done",
      value: { invite: "deskmesh1.abc", expires: "2026-11-21T10:10:00-05:00" },
    }),
    join: note("join", { kind: "done", value: stateOfTests }),
    joins: () => joins,
    askToJoin: note("askToJoin", { kind: "done", value: joins }),
    answerJoin: note("answerJoin", { kind: "done", value: joins }),
    decideJoin: note("decideJoin", { kind: "done", value: joins }),
    outage: () => outage,
    moveOutage: note("moveOutage", done),
    tellOutage: note("tellOutage", done),
    completeness: note("completeness", notFound),
    deskDone: note("deskDone", done),
    exceptions: note("exceptions", []),
    settle: note("settle", notFound),
    backup: note("backup", {
      kind: "done",
      value: { path: "/b", entries: 1, snapshots: 0, bytes: 9, openedBy: "identity", withIdentity: false },
    }),
    snapshots: () => [],
    importSnapshot: note("importSnapshot", notFound),
    makeBatch: note("makeBatch", notFound),
    ...createBatchDouble(note),
    takeAnswer: note("takeAnswer", notFound),
    todos: note("todos", { kind: "done", value: [] }),
    tick: note("tick", { kind: "done", value: [] }),
    rescan: note("rescan", notFound),
    ...createCarryDouble(note),
    outages: note("outages", []),
    statistics: note("statistics", notFound),
    purge: note("purge", notFound),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
    },
    ...changes,
  };
  const emit: DeskDouble["emit"] = (kind, data) => {
    for (const listener of listeners) listener(kind, data);
  };
  return { desk, recorded, calls, listeners, emit };
}

export function createTestParts(double: DeskDouble, changes: Partial<AppParts> = {}) {
  const logged: string[] = [];
  const timers = new Set<{ readonly run: () => void }>();
  const parts: AppParts = {
    desk: double.desk,
    token: tokenOfTests,
    webRoot: "/nowhere",
    version: "0.0.0",
    clock: {
      now: () => 0,
      monotonic: () => performance.now(),
      after: (_, run) => {
        const timer = { run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    random: { bytes: (length) => new Uint8Array(length).fill(7), uint32: () => 7 },
    rate: { perSecond: 100_000, burst: 100_000 },
    log: (message) => logged.push(message),
    ...changes,
  };
  return { parts, logged, timers, app: createApp(parts) };
}

/** Rides along where a supervisor is needed. */
export const by = supervisorOfTests;
/** Initials, which are enough to record. */
export const initials = { "deskmesh-staff": "ab" } as const;

/** By default from somebody who gave initials. */
export function post(body: unknown, headers: Record<string, string> = initials): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** Signs in; gives the session's token. */
export async function signInAt(
  app: { request(path: string, init?: RequestInit): Response | Promise<Response> },
  who: { readonly user: string; readonly pin: string } = supervisorOfTests,
): Promise<string> {
  const response = await app.request(`${ownHost}/api/session`, post(who));
  return ((await response.json()) as { token: string }).token;
}
