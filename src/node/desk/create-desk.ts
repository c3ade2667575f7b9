/** The desk as a value: `Desk` over what `open-desk.ts` opened, or, before the first run's form, over nothing yet. */
import { staffFactToBody } from "../../crdt/circulation/staff-fact.ts";
import type { Signer } from "../../crdt/log/digest.ts";
import { isTimezone } from "../../export/local-time.ts";
import { makeBackup } from "../backup/backup.ts";
import type { Events, JoinsView, StateView } from "../http/api.ts";
import { branchIdOf, loadMembership, type Membership, storeMembership } from "../identity.ts";
import { readRemembered, storeRemembered } from "../mesh/remembered.ts";
import { createSoon } from "../mesh/soon.ts";
import type { Joined } from "../pairing/joiner.ts";
import { putInPlace } from "../renewal.ts";
import { makeBatch } from "./batch-making.ts";
import { listBatches, markBatch, readBatch, readBatchFile } from "./batches.ts";
import type { Answer, BranchForm, Desk, Listener, Refusal, Staff } from "./desk.ts";
import { actOnDesk } from "./desk-acts.ts";
import type { DeskPorts } from "./desk-ports.ts";
import { viewDesks } from "./desks-view.ts";
import { watchDuePurges } from "./due-purges.ts";
import { settleException } from "./exceptions-view.ts";
import { holdsAnother, noBranch, noJoins, viewFirstRun, waitForBranch } from "./first-run.ts";
import { draftStaff } from "./founding.ts";
import { type Joining, nothingAsked, startJoining } from "./joining.ts";
import { type OpenedDesk, openDesk } from "./open-desk.ts";
import { endRun, finishRun, moveOutage, viewOutage } from "./outages.ts";
import { decideRequest, makeInvite, viewRequests } from "./pairing.ts";
import type { DeskParts } from "./parts.ts";
import { listOutages, purgeOutage, readStatistics } from "./purges.ts";
import { createReading } from "./reading.ts";
import { createRecorder, type Recorder } from "./recording.ts";
import { prepareRenewal } from "./renewing.ts";
import { importSnapshot, listSnapshots } from "./snapshot-acts.ts";
import { openStaff } from "./staff.ts";
import { viewState } from "./state-view.ts";
import { createTurnstile } from "./turnstile.ts";
import { createWaitingCount } from "./waiting.ts";

export interface DeskOptions {
  readonly ports: DeskPorts;
  readonly signer: Signer;
  readonly version: string;
  /** Name and time zone of this PC: defaults of the first run's form. */
  readonly host: { readonly name: string; readonly timezone: string };
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  readonly log: (text: string) => void;
}

const notYet: Refusal = { kind: "refused", refusal: { kind: "no-branch", text: noBranch.text } };
const stateAtMostEveryMs = 500;

/** Rejects when the stores can't be opened. */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const { ports } = options;
  const listeners = new Set<Listener>();
  const soon = createSoon(ports.clock);
  let opened: OpenedDesk | null = null;
  let staff: Staff | null = null;
  let recorder: Recorder | null = null;
  let waiting: () => number = () => 0;
  let joining: Joining | null = null;
  let creating = false;
  let { signer } = options;
  const { pass, alone } = createTurnstile();

  const emit = <K extends keyof Events>(kind: K, data: Events[K]): void => {
    for (const listener of [...listeners]) listener(kind, data);
  };

  const tellState = (): void => soon("state", stateAtMostEveryMs, () => emit("state", state()));

  async function begin(): Promise<void> {
    const membership = await loadMembership(ports.vault);
    if (membership) return open(membership);
    const onTrouble = options.log;
    joining = await startJoining({
      ...ports,
      signer,
      onJoined: enterBranch,
      onChanged: tellState,
      onTrouble,
    });
  }

  async function open(membership: Membership): Promise<void> {
    await joining?.stop();
    joining = null;
    opened = await openDesk({
      ...options,
      signer,
      membership,
      timezone: options.host.timezone,
      emit,
      onChanged: tellState,
    });
    staff = await openStaff(opened.parts, ports.vault);
    recorder = createRecorder(opened.parts);
    waiting = createWaitingCount(opened.parts);
    watchDuePurges(opened.parts, soon);
  }

  function state(): StateView {
    return opened ? viewState(opened.parts, waiting()) : viewFirstRun(options, joins());
  }

  function parts(): DeskParts {
    if (!opened) throw new Error("this desk belongs to no branch yet");
    return opened.parts;
  }

  /** What needs a branch, before there is one. */
  async function inBranch<T>(act: (parts: DeskParts) => Promise<Answer<T>>): Promise<Answer<T>> {
    return pass(() => inOpened(act));
  }

  async function inOpened<T>(act: (parts: DeskParts) => Promise<Answer<T>>): Promise<Answer<T>> {
    if (!opened) return noBranch;
    // What was acknowledged here, or seen here of others, counts for what is done now.
    await opened.parts.ledger.settled();
    const fault = opened.parts.fault();
    return fault ? { kind: "fault", fault } : act(opened.parts);
  }

  /** The same log under another identity: as after a restart, only that pages and sessions stay. */
  async function renew(name: string, staff?: string): Promise<Answer<StateView>> {
    const prepared = await inOpened((all) => prepareRenewal(all, ports, name, staff));
    if (prepared.kind !== "done") return prepared;
    await opened?.close();
    await putInPlace(ports.vault);
    ports.wire.show(prepared.value.link);
    ({ signer } = prepared.value);
    await open((await loadMembership(ports.vault))!);
    emit("state", state());
    return { kind: "done", value: state() };
  }

  async function createBranch(form: BranchForm): Promise<Answer<StateView & { recoveryCode: string }>> {
    if (opened || creating)
      return { kind: "conflict", code: "branch-exists", text: "This desk has a branch already." };
    if (!isTimezone(form.timezone)) {
      const text = "timezone: expected the name of a time zone, for example Europe/Berlin.";
      return { kind: "refused", refusal: { kind: "invalid", text } };
    }
    creating = true;
    try {
      // The log of another branch would be set aside as if it were damaged.
      if ((await ports.stores.names()).length > 0) return holdsAnother;
      const founded = await draftStaff(form, ports.random);
      if ("kind" in founded) return founded;
      const { desk, name, code, timezone } = form;
      const nonce = Buffer.from(ports.random.bytes(16)).toString("hex");
      const branch = branchIdOf(signer.desk, nonce);
      const bodies = founded.facts.map(staffFactToBody);
      const membership = { branch, desk, founding: { name, code, timezone, nonce, staff: bodies } };
      await storeMembership(ports.vault, membership);
      await open(membership);
      emit("state", state());
      return { kind: "done", value: { ...state(), recoveryCode: founded.recoveryCode } };
    } finally {
      creating = false;
    }
  }

  function inStaff<T>(act: (staff: Staff) => Promise<Answer<T>>): Promise<Answer<T>> {
    return inBranch(async () => (staff ? act(staff) : noBranch));
  }

  function joins(): JoinsView {
    return opened ? viewRequests(opened.parts) : (joining?.view() ?? noJoins);
  }

  async function enterBranch(membership: Membership, sponsor: Joined["sponsor"]): Promise<void> {
    const { host, port } = sponsor;
    await storeRemembered(ports.vault, [{ host, port }, ...(await readRemembered(ports.vault))]);
    await storeMembership(ports.vault, membership);
    await open(membership);
    await waitForBranch(parts());
    emit("state", state());
  }

  /** What only a desk without a branch may do. */
  async function beforeBranch<T>(act: (joining: Joining) => Promise<Answer<T>>): Promise<Answer<T>> {
    if (!joining || creating)
      return { kind: "conflict", code: "branch-exists", text: "This desk belongs to a branch already." };
    return act(joining);
  }

  function staffActs(): Staff {
    return {
      signIn: (user, pin) => pass(async () => (await staff?.signIn(user, pin)) ?? { kind: "wrong" }),
      find: (user) => staff?.find(user) ?? null,
      openDesks: () => staff?.openDesks() ?? true,
      list: () => staff?.list() ?? [],
      change: (change, by) => inStaff((one) => one.change(change, by)),
      recover: (form) => inStaff((one) => one.recover(form)),
      renewRecoveryCode: (by) => inStaff((one) => one.renewRecoveryCode(by)),
      changeSettings: (settings, by) => inStaff((one) => one.changeSettings(settings, by)),
    };
  }

  function outageActs(): Pick<
    Desk,
    "desks" | "outage" | "moveOutage" | "deskDone" | "settle" | "backup" | "snapshots" | "importSnapshot"
  > {
    return {
      desks: () => (opened ? viewDesks(opened.parts) : { desks: [], matrix: [] }),
      outage: () => (opened ? viewOutage(opened.parts) : { number: 1, state: "standby" }),
      moveOutage: (move, how, staff) => inBranch((all) => moveOutage(all, move, how, staff)),
      deskDone: (staff) => inBranch((all) => endRun(all, staff)),
      settle: (id, how, staff) => inBranch((all) => settleException(all, id, how, staff)),
      backup: (request) =>
        pass(async () => {
          if (!opened) return noBranch;
          // Also when the disk has failed: what is whole here may be all that there is.
          await opened.parts.ledger.books.caughtUp();
          return makeBackup(opened.parts, ports, request);
        }),
      snapshots: () => listSnapshots(opened),
      importSnapshot: (from, staff) => inBranch((all) => importSnapshot(all, from, staff)),
    };
  }

  function exportActs(): Pick<
    Desk,
    "makeBatch" | "batches" | "batch" | "batchFile" | "markBatch" | "outages" | "statistics" | "purge"
  > {
    return {
      makeBatch: (request, staff) => inBranch((all) => makeBatch(all, request, staff)),
      batches: async () => (opened ? listBatches(opened.parts) : []),
      batch: (id) => inBranch((all) => readBatch(all, id)),
      batchFile: (id, role) => inBranch((all) => readBatchFile(all, id, role)),
      markBatch: (id, outcome, staff) => inBranch((all) => markBatch(all, id, outcome, staff)),
      outages: async () => (opened ? listOutages(opened.parts) : []),
      statistics: (outage) => inBranch(async (all) => readStatistics(all, outage)),
      purge: (outage, reason, staff) => inBranch((all) => purgeOutage(all, outage, reason, staff)),
    };
  }

  function joinActs(): Pick<
    Desk,
    "actOnDesk" | "renew" | "invite" | "join" | "joins" | "askToJoin" | "answerJoin" | "decideJoin"
  > {
    return {
      actOnDesk: (id, act, staff) => inBranch((all) => actOnDesk(all, id, act, staff)),
      renew: (name, staff) => alone(() => renew(name, staff)),
      invite: (ttlMs) => inBranch((all) => makeInvite(all, ttlMs)),
      join: (invite, desk) =>
        beforeBranch(async (first) => {
          const joined = await first.byInvite(invite, desk);
          return joined.kind === "done" ? { kind: "done", value: state() } : joined;
        }),
      joins,
      askToJoin: (target, desk) => beforeBranch((first) => first.ask(target, desk)),
      answerJoin: (id, matches) =>
        beforeBranch(async (first) => (await first.decide(id, matches)) ?? nothingAsked),
      decideJoin: (id, matches, staff) => inBranch((all) => decideRequest(all, id, matches, staff)),
    };
  }

  async function close(): Promise<void> {
    soon.stop();
    await joining?.stop();
    if (!opened) return;
    try {
      if (!opened.parts.fault()) await finishRun(opened.parts);
    } finally {
      // A disk that fails at the last word must not keep the rest of the process open.
      await opened.close();
    }
  }

  await begin();

  return {
    state,
    createBranch,
    staff: staffActs(),
    record: (command, staff, role) => pass(async () => recorder?.record(command, staff, role) ?? notYet),
    ...createReading(() => opened?.parts ?? null, pass),
    ...joinActs(),
    ...outageActs(),
    ...exportActs(),
    subscribe(listener) {
      // A wrapper of its own: the same listener may subscribe twice, and each undoes only itself.
      const own: Listener = (kind, data) => listener(kind, data);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    close: () => pass(close),
  };
}
