/**
 * An update handed from desk to desk: a supervisor offers a package at one desk, and every desk of that system that runs
 * an older version fetches it from those that have it. The offer is an entry of `branch`, signed like any other, and
 * names the package by its SHA-256. Nothing is handed over while an outage is open, and nothing is installed here: that
 * is for the PC's administrator (`cli/update.ts`).
 */
import { isHash } from "../../crdt/circulation/batch-fact.ts";
import type { SettingChange } from "../../crdt/circulation/setting-fact.ts";
import type { UpdateOfferView, UpdatesView } from "../http/api-operating.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { createSoon } from "../mesh/soon.ts";
import {
  isNewerVersion,
  isVersion,
  mostPackageBytes,
  type PackageFile,
  type Platform,
  platforms,
} from "../operating/package-file.ts";
import type { PackageFolder } from "../operating/package-folder.ts";
import type { Answer } from "./desk.ts";
import { reasonOf } from "./fault-text.ts";
import type { Ledger } from "./ledger.ts";
import type { OpenOptions } from "./open-desk.ts";
import type { DeskParts } from "./parts.ts";

/** Where a desk keeps packages, and the system that it is of; `null`: there is no package for it. */
export interface PackagePort {
  readonly folder: PackageFolder;
  readonly platform: Platform | null;
}

export interface Updates {
  /** `branch` says something new, or a desk was linked: look whether something is to be fetched. */
  follow(): void;
  view(rfc3339: (ms: number) => string): UpdatesView;
  offer(path: string, staff?: string): Promise<Answer<null>>;
  withdraw(staff?: string): Promise<Answer<null>>;
  /** Serves packages to other desks. */
  serve(path: string, from: number): AsyncIterable<Uint8Array> | null;
  /** Resolves when nothing is being fetched. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface UpdateActs {
  /** What is offered, and what of it is here. */
  updates(): Promise<Answer<UpdatesView>>;
  /** The path of a package on this PC, absolute. */
  offerUpdate(path: string, staff?: string): Promise<Answer<UpdatesView>>;
  /** No desk fetches it any more, and none keeps it. */
  withdrawUpdate(staff?: string): Promise<Answer<UpdatesView>>;
}

const retryAfterMs = 15_000;
const settingOf: Readonly<Record<Platform, string>> = {
  "linux-x64": "packageLinuxX64",
  "win-x64": "packageWinX64",
};

/** A setting of the branch that says which package is offered. */
export function isOfferName(name: string): boolean {
  return Object.values(settingOf).includes(name);
}

interface Offer extends Omit<PackageFile, "platform"> {
  readonly platform: Platform;
  readonly at: number;
  readonly by?: string;
}

/** Total: whatever stands in the log, of a later version too. */
export function readOffers(settings: ReadonlyMap<string, SettingChange>): readonly Offer[] {
  return platforms.flatMap((platform) => {
    const change = settings.get(settingOf[platform]);
    if (typeof change?.value !== "object" || change.value === null) return [];
    const { version, sha256, size } = change.value as Record<string, unknown>;
    if (!isVersion(version) || !isHash(sha256) || !Number.isSafeInteger(size)) return [];
    if ((size as number) < 1 || (size as number) > mostPackageBytes) return [];
    const by = change.by === undefined ? {} : { by: change.by };
    return [{ platform, version, sha256, size: size as number, at: change.at, ...by }];
  });
}

export async function openUpdates(
  { ports, membership, version, log, onChanged }: OpenOptions,
  parts: { readonly ledger: Ledger; readonly mesh: () => Mesh | null },
): Promise<Updates | null> {
  const { packages, wire, clock } = ports;
  if (!packages) return null;
  const { folder, platform } = packages;
  const prefix = `/deskmesh/1/${membership.branch}/package/`;
  const soon = createSoon(clock);
  const held = new Set(await folder.held());
  let have = 0;
  let working: Promise<void> | null = null;
  /** Something was said meanwhile. */
  let again = false;
  let closed = false;

  const offers = (): readonly Offer[] => readOffers(parts.ledger.branch.settings);
  const isOutage = (): boolean => parts.ledger.branch.current.state !== "standby";
  /** To be fetched, if anything is. */
  const wanted = (): Offer | undefined =>
    offers().find(
      (offer) =>
        offer.platform === platform && isNewerVersion(offer.version, version) && !held.has(offer.sha256),
    );

  function hold(): string | undefined {
    if (isOutage()) return "an outage is open: nothing is handed over or installed until it is closed";
    return ports.space && ports.space.level() !== "plenty" ? "this PC's disk is nearly full" : undefined;
  }

  /** From one linked desk after the other, going on where it stopped. */
  async function fetchFrom({ sha256, size, version: next }: Offer): Promise<void> {
    const mayGoOn = (): boolean => !closed && hold() === undefined && wanted()?.sha256 === sha256;
    for (const { address, peer } of parts.mesh()?.desks() ?? []) {
      if (!mayGoOn()) return;
      const target = { ...address, fingerprint: peer.fingerprint, path: `${prefix}${sha256}` };
      const received = await folder.receive({
        sha256,
        size,
        mayGoOn,
        readRange: (from) => wire.fetch(target, from),
        onProgress: (done) => {
          have = done;
        },
      });
      if (received === "wrong-bytes")
        log(`${peer.name} sent another package than was offered: thrown away, and fetched again.`);
      if (received !== "received") continue;
      held.add(sha256);
      onChanged();
      log(`Version ${next} is here, whole. Install it with: deskmesh update install`);
      return;
    }
  }

  async function tidyAndFetch(): Promise<void> {
    const offered = new Set(offers().map(({ sha256 }) => sha256));
    await folder.keepOnly(offered);
    for (const sha256 of held) if (!offered.has(sha256)) held.delete(sha256);
    const next = wanted();
    if (next && hold() === undefined) await fetchFrom(next);
  }

  function follow(): void {
    const isStale = [...held].some((sha256) => !offers().some((offer) => offer.sha256 === sha256));
    if (working) again = true;
    if (closed || working || (!wanted() && !isStale)) return;
    begin(tidyAndFetch()).catch((why: unknown) =>
      log(`A package could not be handed over: ${reasonOf(why)}`),
    );
  }

  /** One thing at a time: what is tidied away must not be what just comes in. */
  function begin<T>(work: Promise<T>): Promise<T> {
    const end = (): void => {
      working = null;
      if (again) {
        again = false;
        follow();
      }
      if (!working && wanted()) soon("update", retryAfterMs, follow);
    };
    working = work.then(end, end);
    return work;
  }

  async function settled(): Promise<void> {
    while (working) await working;
  }

  async function takeIn(path: string, staff: string | undefined): Promise<Answer<null>> {
    const read = await folder.takeIn(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      return { kind: "refused" as const, text: `The file can't be read (${error.code})` };
    });
    if (read.kind === "refused") return refused(`${read.text}. Nothing was offered.`);
    const { platform: of, ...value } = read.file;
    if (isNewerVersion(version, value.version)) {
      await folder.keepOnly(new Set(offers().map(({ sha256 }) => sha256)));
      return refused(
        `This is version ${value.version}, and this desk runs ${version}: expected that or a newer one. Nothing was offered.`,
      );
    }
    held.add(value.sha256);
    await parts.ledger.appendBranch({ kind: "setting", name: settingOf[of], value }, staff);
    return { kind: "done", value: null };
  }

  function viewOffer(offer: Offer, rfc3339: (ms: number) => string): UpdateOfferView {
    const { platform: of, version: offered, sha256, size, at, by } = offer;
    const isHere = held.has(sha256);
    const isOurs = of === platform && isNewerVersion(offered, version);
    return {
      ...{
        platform: of,
        version: offered,
        sha256,
        size,
        at: rfc3339(at),
        ...(by === undefined ? {} : { by }),
      },
      state: isHere ? "here" : isOurs ? "on-its-way" : "not-needed",
      have: isHere ? size : isOurs ? Math.min(have, size) : 0,
      newer: isOurs,
      ...(isHere ? { file: folder.pathOf(sha256) } : {}),
    };
  }

  return {
    follow,
    settled,
    view(rfc3339) {
      const why = hold();
      return {
        version,
        ...(platform === null ? {} : { platform }),
        offers: offers().map((offer) => viewOffer(offer, rfc3339)),
        ...(why === undefined ? {} : { hold: why }),
      };
    },
    async offer(path, staff) {
      const why = hold();
      if (why !== undefined) return { kind: "conflict", code: "not-now", text: `Not now: ${why}.` };
      await settled();
      return begin(takeIn(path, staff));
    },
    async withdraw(staff) {
      for (const { platform: of } of offers())
        await parts.ledger.appendBranch({ kind: "setting", name: settingOf[of], value: null }, staff);
      follow();
      await settled();
      return { kind: "done", value: null };
    },
    serve(path, from) {
      const sha256 = path.startsWith(prefix) ? path.slice(prefix.length) : "";
      return held.has(sha256) && !isOutage() ? folder.read(sha256, from) : null;
    },
    async close() {
      closed = true;
      soon.stop();
      await settled();
    },
  };
}

export function createUpdateActs(
  inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>,
): UpdateActs {
  const act = (run: (updates: Updates) => Promise<Answer<null>>): Promise<Answer<UpdatesView>> =>
    inBranch(async ({ updates, times }) => {
      if (!updates) return { kind: "not-found", text: "Nothing is handed over at this desk." };
      const answer = await run(updates);
      return answer.kind === "done" ? { kind: "done", value: updates.view(times().rfc3339) } : answer;
    });
  const nothing = { kind: "done", value: null } as const;
  return {
    updates: () => act(async () => nothing),
    offerUpdate: (path, staff) => act((updates) => updates.offer(path, staff)),
    withdrawUpdate: (staff) => act((updates) => updates.withdraw(staff)),
  };
}

function refused(text: string): Answer<never> {
  return { kind: "refused", refusal: { kind: "package", text } };
}
