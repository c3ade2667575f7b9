/** Opens a desk of a branch: ledger, roster, library and mesh out of the ports, wired to each other. */
import type { Signer } from "../../crdt/log/digest.ts";
import type { Events } from "../http/api.ts";
import type { Membership } from "../identity.ts";
import type { Journal } from "../log/journal.ts";
import { oldestProtocol, type Protocols, protocolVersion } from "../mesh/hello.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import type { MeshEvents } from "../mesh/mesh-options.ts";
import { type DeskAddress, readRemembered, storeRemembered } from "../mesh/remembered.ts";
import { createSoon } from "../mesh/soon.ts";
import { branchFrontier } from "./branch-frontier.ts";
import { type ClockCheck, createClockCheck } from "./clock-check.ts";
import type { DeskPorts } from "./desk-ports.ts";
import { faultText, reasonOf } from "./fault-text.ts";
import { foundBranch } from "./founding.ts";
import { createHoldings, type Holdings, type HoldingsOptions } from "./holdings.ts";
import { type Ledger, type LedgerEvents, openLedger } from "./ledger.ts";
import type { Library } from "./library.ts";
import { openLibrary } from "./open-library.ts";
import { viewOutage } from "./outages.ts";
import { openPairing, type Pairing } from "./pairing.ts";
import type { DeskParts } from "./parts.ts";
import { createRefilling } from "./refilling.ts";
import { openRoster, type Roster } from "./roster.ts";
import { createTelling } from "./telling.ts";
import { createTimes, type Times } from "./times.ts";
import { openTrust } from "./trust.ts";
import { openUpdates } from "./updates.ts";

export interface OpenOptions {
  readonly ports: DeskPorts;
  readonly signer: Signer;
  readonly membership: Membership;
  readonly version: string;
  /** What it speaks to other desks; this program's own where left out. */
  readonly protocols?: Protocols;
  /** Of this PC: used until the branch document says the branch's. */
  readonly timezone: string;
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  readonly emit: <K extends keyof Events>(kind: K, data: Events[K]) => void;
  /** State as a whole has changed: waiting scans, desks, … */
  readonly onChanged: () => void;
  readonly log: (text: string) => void;
}

export interface OpenedDesk {
  readonly parts: DeskParts;
  close(): Promise<void>;
}

export async function openDesk(options: OpenOptions): Promise<OpenedDesk> {
  const { ports, signer, membership } = options;
  const { clock, vault } = ports;
  const soon = createSoon(clock);
  let fault: { kind: string; text: string } | null = null;
  let times: Times = createTimes(options.timezone, clock.now);
  let mesh: Mesh | null = null;
  let roster: Roster | null = null;
  let library: Library | null = null;
  let parts: DeskParts | null = null;
  const tell = createTelling({ ...options, parts: () => parts, soon });
  const refilling = createRefilling(ports.wiped === true, options.emit);
  const clockCheck = watchClock();

  const ledger: Ledger = await startLedger();
  roster = await startRoster();
  library = await openLibrary(options, { branch: () => ledger.branch, mesh: () => mesh, times: () => times });
  const updates = await openUpdates(options, { ledger, mesh: () => mesh });
  const own = { desk: signer.desk, fingerprint: ports.wire.fingerprint };
  const known = await openTrust(vault, own, membership, () => ledger.branch);
  await foundBranch(ledger, membership, own, known.knowsOthers);
  const told = { onChanged: options.onChanged, onTrouble: options.log };
  const pairing = await openPairing({ ...ports, ...own, ...told, branch: membership.branch, ledger });
  mesh = await beginMesh(pairing);
  const holdings = createHoldings({ ...told, ...holdingsEvents(), own: own.desk, clock, ledger, mesh });
  parts = gatherParts({ library, roster, mesh, pairing, holdings, updates });
  await takeUp(holdings);

  function freeBytes(): number | null {
    return ports.space?.free() ?? null;
  }

  function startLedger(): Promise<Ledger> {
    return openLedger({
      branchId: membership.branch,
      deskName: membership.desk,
      signer,
      ...(membership.admittedAt ? { notBefore: membership.admittedAt } : {}),
      clock,
      random: ports.random,
      stores: ports.stores,
      offsetMs: () => clockCheck.offsetMs(),
      events: ledgerEvents(),
    });
  }

  function watchClock(): ClockCheck {
    return createClockCheck({
      now: clock.now,
      meshOffsetMs: () => mesh?.offsetMs(),
      othersOffsetMs: () => mesh?.othersOffsetMs(),
      ownLatestAt: () => ledger.ownLatestAt,
      takenAt: () => library?.current?.meta.takenAt ?? 0,
      describe: (ms) => `${times.day(ms)}, ${times.time(ms)}`,
      parse: (text) => times.parse(text),
    });
  }

  function ledgerEvents(): LedgerEvents {
    return {
      onFacts: tell.facts,
      onBranch: followBranch,
      onPublish: (document, update, advance) => mesh?.publish(document, update, advance),
      onDurable(document) {
        mesh?.frontierMoved(document);
        tell.coverage(document);
        if (parts) soon("refilling", 250, () => refilling.changed(parts!));
      },
      onOpened: link,
      onTwin: tell.desks,
      onFault: diskFailed,
      onTrouble: options.log,
    };
  }

  function diskFailed(why: unknown): void {
    if (fault) return;
    fault = { kind: "disk", text: faultText(why) };
    options.log(
      `NOT SAVED: the disk failed (${reasonOf(why)}). Nothing more is acknowledged until a restart.`,
    );
    options.emit("fault", fault);
    options.onChanged();
  }

  function meshEvents(): MeshEvents {
    return {
      onPeers() {
        tell.desks();
        library?.follow(ledger.branch.snapshot);
        updates?.follow();
      },
      onFrontier(from) {
        roster?.hear(from);
        tell.coverage(from.document.name);
        if (parts) refilling.changed(parts);
      },
      onParted: (from) => roster?.part(from),
      onTrouble: options.log,
      onGoodAddresses: (addresses) => soon("remember", 1_000, () => remember(addresses)),
    };
  }

  async function beginMesh({ sponsor }: Pairing): Promise<Mesh> {
    return startMesh({
      own: {
        ...(options.protocols ?? { protocol: protocolVersion, oldest: oldestProtocol }),
        branch: membership.branch,
        desk: signer.desk,
        run: Buffer.from(ports.random.bytes(8)).toString("hex"),
        name: membership.desk,
        version: options.version,
      },
      branchName: () => ledger.branch.branch?.name,
      trust: known.trust,
      clock,
      freeBytes,
      wire: ports.wire,
      discovery: ports.discovery,
      door: ports.door,
      peers: options.peers,
      remembered: await readRemembered(vault),
      watchAddresses: ports.watchAddresses,
      onFetch: (path, from) => library?.serve(path, from) ?? updates?.serve(path, from) ?? null,
      onJoin: (socket, settled) => sponsor.receive(socket, settled),
      events: meshEvents(),
    });
  }

  function gatherParts(
    opened: Pick<DeskParts, "library" | "roster" | "mesh" | "pairing" | "holdings" | "updates">,
  ): DeskParts {
    const { door, hosts, wire } = ports;
    return {
      version: options.version,
      branchId: membership.branch,
      own: { desk: signer.desk, name: membership.desk },
      clock,
      random: ports.random,
      ledger,
      ...opened,
      clockCheck,
      freeBytes,
      reach: { fingerprint: wire.fingerprint, hosts, port: door.port },
      times: () => times,
      fault: () => fault,
      diskFailed,
      emit: options.emit,
      log: options.log,
    };
  }

  function startRoster(): Promise<Roster> {
    return openRoster({
      own: signer.desk,
      clock,
      vault,
      document: (name) => ledger.books.get(name)?.document,
      links: (document) => mesh?.links(document) ?? [],
      isDone: (document, feed) => ledger.finished.has(`${document} ${feed}`),
      statements: () => ledger.branch.statements,
      deskNames: () => ledger.deskNames,
      branchDesks: () => ledger.branch.desks,
      branchFrontier: (document) => branchFrontier(ledger.branch, document),
      onTrouble: options.log,
    });
  }

  function link(journal: Journal): void {
    const { document } = journal;
    mesh?.open({
      document,
      ownRuns: journal.ownRuns,
      keep: (advance, update) => journal.keep(advance, update),
      onForked: (segment) => options.log(`A second content of ${segment} was met and left out.`),
    });
  }

  function followBranch(): void {
    // Entries read from the disk come before there is anybody to tell.
    if (!parts) return;
    const { branch, snapshot } = ledger.branch;
    if (branch && branch.timezone !== times.timezone) times = createTimes(branch.timezone, clock.now);
    library?.follow(snapshot);
    updates?.follow();
    mesh?.judgeAgain();
    known.keep().catch(unkept("Admitted desks"));
    options.emit("outage", viewOutage(parts));
    options.onChanged();
    parts.holdings.follow();
  }

  async function takeUp(holdings: Holdings): Promise<void> {
    await known.keep();
    holdings.follow();
    for (const journal of ledger.books.all()) link(journal);
    // Before anybody is shown what a start found that should be gone.
    await holdings.settled();
    followBranch();
  }

  function holdingsEvents(): Pick<HoldingsOptions, "isFaulty" | "onHeldAgain" | "onDestroyed"> {
    return {
      isFaulty: () => fault !== null,
      onHeldAgain: link,
      async onDestroyed(outage) {
        await library?.forget();
        options.emit("purged", { outage });
        options.onChanged();
      },
    };
  }

  function remember(addresses: readonly DeskAddress[]): void {
    storeRemembered(vault, addresses).catch(unkept("Addresses of other desks"));
  }

  function unkept(what: string): (why: unknown) => void {
    return (why) => options.log(`${what} could not be kept: ${reasonOf(why)}`);
  }

  return {
    parts,
    async close() {
      soon.stop();
      pairing.sponsor.close();
      await holdings.close();
      await updates?.close();
      await mesh?.stop();
      await roster?.save().catch(unkept("What was heard of other desks"));
      await ledger.close();
      await library?.close();
    },
  };
}
