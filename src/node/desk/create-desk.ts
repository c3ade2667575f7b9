/** The desk as a value: `Desk` over what `open-desk.ts` opened, or, before the first run's form, over nothing yet. */
import { staffFactToBody } from "../../crdt/circulation/staff-fact.ts";
import type { Signer } from "../../crdt/log/digest.ts";
import { isTimezone } from "../../export/local-time.ts";
import { makeBackup } from "../backup/backup.ts";
import { clearUnderway } from "../backup/left-behind.ts";
import { createCarryActs } from "../carry/carry.ts";
import type { Events, JoinsView, StateView } from "../http/api.ts";
import { branchIdOf, loadMembership, type Membership, storeMembership } from "../identity.ts";
import type { Protocols } from "../mesh/hello.ts";
import { readRemembered, storeRemembered } from "../mesh/remembered.ts";
import { createSoon } from "../mesh/soon.ts";
import type { Joined } from "../pairing/joiner.ts";
import { putInPlace } from "../renewal.ts";
import { createAnswerActs } from "./answer-acts.ts";
import { createClosingActs } from "./closing-acts.ts";
import type { Answer, BranchForm, Desk, Listener, Staff } from "./desk.ts";
import { actOnDesk } from "./desk-acts.ts";
import type { DeskPorts } from "./desk-ports.ts";
import { viewDesks } from "./desks-view.ts";
import { watchDuePurges } from "./due-purges.ts";
import { holdsAnother, noBranch, noJoins, viewFirstRun, waitForBranch } from "./first-run.ts";
import { draftStaff } from "./founding.ts";
import { alreadyAsking, type Joining, nothingAsked, startJoining } from "./joining.ts";
import { handOver } from "./only-copy.ts";
import { type OpenedDesk, openDesk } from "./open-desk.ts";
import { createOpening } from "./opening.ts";
import { endRun, finishRun, viewOutage } from "./outages.ts";
import { decideRequest, makeInvite, viewRequests } from "./pairing.ts";
import type { DeskParts } from "./parts.ts";
import { createReading } from "./reading.ts";
import { createRecorder, type Recorder } from "./recording.ts";
import { prepareRenewal } from "./renewing.ts";
import { createReplayer } from "./replay.ts";
import { createRoom } from "./room.ts";
import { importSnapshot, listSnapshots } from "./snapshot-acts.ts";
import { openStaff } from "./staff.ts";
import { createStaffActs } from "./staff-acts.ts";
import { viewPc, viewState } from "./state-view.ts";
import { createTurnstile } from "./turnstile.ts";
import { beingEnded, notNow, notYet } from "./untimely.ts";
import { createUpdateActs, type UpdateActs } from "./updates.ts";
import { countWaitingForPage } from "./waiting.ts";

export interface DeskOptions {
  readonly ports: DeskPorts;
  readonly signer: Signer;
  readonly version: string;
  /** What it speaks to other desks; this program's own where left out. */
  readonly protocols?: Protocols;
  /** Name and time zone of this PC: defaults of the first run's form. */
  readonly host: { readonly name: string; readonly timezone: string };
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  readonly log: (text: string) => void;
}

const stateAtMostEveryMs = 500;

/** Rejects when the stores can't be opened. */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const { ports } = options;
  const listeners = new Set<Listener>();
  const soon = createSoon(ports.clock);
  let opened: OpenedDesk | null = null;
  let staff: Staff | null = null;
  let recorder: Recorder | null = null;
  let joining: Joining | null = null;
  let creating = false;
  const opening = createOpening(options.log);
  let { signer } = options;
  const replayer = createReplayer(ports.tcp, inBranch);
  const turnstile = createTurnstile();
  const { pass, alone } = turnstile;

  const emit = <K extends keyof Events>(kind: K, data: Events[K]): void => {
    for (const listener of [...listeners]) listener(kind, data);
  };

  const tellState = (): void => soon("state", stateAtMostEveryMs, () => emit("state", state()));
  const room = createRoom(ports.space, tellState);
  const refusal = () => (turnstile.ending ? notNow : (opening.failed ?? (recorder && room.refusal())));

  async function begin(): Promise<void> {
    await clearUnderway(ports.vault, options.log);
    const membership = await loadMembership(ports.vault);
    if (membership) return open(membership);
    joining = await startJoining({
      ...ports,
      signer,
      onJoined: enterBranch,
      onChanged: tellState,
      onTrouble: options.log,
    });
  }

  async function open(membership: Membership): Promise<void> {
    await joining?.stop();
    joining = null;
    const { timezone } = options.host;
    try {
      opened = await openDesk({ ...options, signer, membership, timezone, emit, onChanged: tellState });
      staff = await openStaff(opened.parts, ports.vault);
    } catch (why) {
      opening.fail(why);
      [opened, staff, recorder] = [null, null, null];
      tellState();
      throw why;
    }
    recorder = createRecorder(opened.parts);
    watchDuePurges(opened.parts, soon);
  }

  function state(): StateView {
    if (opening.failed) return { ...viewFirstRun(options, noJoins), fault: opening.failed.fault };
    if (!opened) return viewFirstRun(options, joins());
    const watch = ports.watched?.();
    const pc = viewPc(opened.parts, ports.erases === true);
    return room.view({
      ...viewState(opened.parts, countWaitingForPage(opened.parts, tellState)),
      ...(watch ? { watch } : {}),
      ...(pc ? { pc } : {}),
    });
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
    if (!opened) return opening.failed ?? noBranch;
    // It would meet a closed store, and take it for a disk that failed.
    if (turnstile.ending) return beingEnded;
    // What was acknowledged here, or seen here of others, counts for what is done now.
    await opened.parts.ledger.settled();
    const fault = opened.parts.fault();
    return fault ? { kind: "fault", fault } : act(opened.parts);
  }

  /** The same log under another identity: as after a restart, only that pages and sessions stay. */
  async function renew(name: string, staff?: string): Promise<Answer<StateView>> {
    const prepared = await inOpened((all) => prepareRenewal(all, ports, name, staff));
    if (prepared.kind !== "done") return prepared;
    await replayer.end();
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
    // On its way into another one: both would be written into one log, of which the next start proves one alone.
    if (!joining || joining.busy) return alreadyAsking;
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

  function joins(): JoinsView {
    return opened ? viewRequests(opened.parts) : (joining?.view() ?? noJoins);
  }

  async function enterBranch(membership: Membership, sponsor: Joined["sponsor"]): Promise<void> {
    if (opened || creating) throw new Error("this desk is the first of another branch by now");
    const { host, port } = sponsor;
    await storeRemembered(ports.vault, [{ host, port }, ...(await readRemembered(ports.vault))]);
    await storeMembership(ports.vault, membership);
    await open(membership);
    await waitForBranch(parts());
    emit("state", state());
  }

  /** What only a desk without a branch may do. */
  async function beforeBranch<T>(act: (joining: Joining) => Promise<Answer<T>>): Promise<Answer<T>> {
    return opening.guard<T>(async () => {
      if (joining && !creating) return act(joining);
      return { kind: "conflict", code: "branch-exists", text: "This desk belongs to a branch already." };
    });
  }

  function outageActs(): Pick<
    Desk,
    "desks" | "outage" | "deskDone" | "backup" | "snapshots" | "importSnapshot" | keyof UpdateActs
  > {
    return {
      ...createUpdateActs(inBranch),
      desks: () => (opened ? viewDesks(opened.parts) : { desks: [], matrix: [] }),
      outage: () => (opened ? viewOutage(opened.parts) : { number: 1, state: "standby" }),
      deskDone: (staff) => inBranch((all) => endRun(all, staff)),
      backup: (request) =>
        pass(async () => {
          if (!opened) return noBranch;
          // Also when the disk has failed: what is whole here may be all that there is.
          await opened.parts.ledger.books.caughtUp();
          return makeBackup(opened.parts, ports, request);
        }),
      snapshots: () => listSnapshots(opened),
      importSnapshot: (from, staff) =>
        inBranch(async (all) => room.refusal() ?? importSnapshot(all, from, staff)),
    };
  }

  function joinActs(): Pick<
    Desk,
    "actOnDesk" | "renew" | "invite" | "join" | "joins" | "askToJoin" | "answerJoin" | "decideJoin"
  > {
    return {
      actOnDesk: (id, act, staff) => inBranch((all) => actOnDesk(all, id, act, staff)),
      renew: (name, staff) => alone(() => opening.guard(() => renew(name, staff))),
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
    await replayer.end();
    await joining?.stop();
    if (!opened) return;
    try {
      if (!opened.parts.fault()) {
        await finishRun(opened.parts);
        await handOver(opened.parts);
      }
    } finally {
      // A disk that fails at the last word must not keep the rest of the process open.
      await opened.close();
    }
  }

  await begin();

  return {
    state,
    createBranch: (form) => opening.guard(() => createBranch(form)),
    staff: createStaffActs({ staff: () => staff, pass, inBranch }),
    record: (command, staff, role) =>
      pass(async () => refusal() ?? recorder?.record(command, staff, role) ?? notYet),
    ...createReading(() => opened?.parts ?? null, pass),
    ...joinActs(),
    ...outageActs(),
    ...createClosingActs(() => opened?.parts ?? null, inBranch),
    ...createAnswerActs(inBranch),
    ...replayer.acts,
    ...createCarryActs(inBranch, () => signer),
    subscribe(listener) {
      // A wrapper of its own: the same listener may subscribe twice, and each undoes only itself.
      const own: Listener = (kind, data) => listener(kind, data);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    close: () => alone(close, ports.clock),
  };
}
