/**
 * Is this PC ready for the day the line fails? Ten checks, in the order of the page, each with how it stands and what to
 * do. A pure judgement over the desk's state and what is known of the PC: the page, `doctor` and tests share it.
 */
import type { DeskView, ReadinessCheck, ReadinessView, StateView } from "../http/api.ts";
import type { Canary } from "./canary.ts";
import type { DeskTestName, DeskTests } from "./desk-tests.ts";
import { bytesToText, type SpaceLevel } from "./disk-space.ts";

export interface HostFacts {
  readonly canary: Canary;
  readonly level: SpaceLevel;
  readonly free: number | null;
  readonly tests: DeskTests;
  readonly isService: boolean;
  /** `null`: it takes writes. */
  readonly diskTrouble: string | null;
}

type Verdict = Omit<ReadinessCheck, "name" | "title">;

const hourMs = 3_600_000;
/** Beyond this, files and due dates are corrected (log.md, L26). */
export const clockLimitMs = 120_000;
const oldHours = 48;
const staleHours = 14 * 24;
/** As a branch calls its ILS that never gave it a name. */
const unnamedIls = "the library system";

export function judgeReadiness(state: StateView, host: HostFacts | null, now: number): ReadinessView {
  const tests = host?.tests ?? {};
  const checks: ReadinessCheck[] = [
    { name: "service", title: "Starts with this PC", ...judgeService(host) },
    { name: "disk", title: "Disk", ...judgeDisk(state, host) },
    { name: "peers", title: "Other desks", ...judgePeers(state) },
    { name: "clock", title: "Clock", ...judgeClock(state.desks.desks, now) },
    { name: "patrons", title: "Patron data", ...judgeSnapshot(state, "Patrons, titles and loans") },
    { name: "blocks", title: "Blocks", ...judgeSnapshot(state, "Blocks and messages") },
    { name: "printer", title: "Printer", ...judgeTest("printer", tests, now) },
    { name: "scanner", title: "Scanner", ...judgeTest("scanner", tests, now) },
    { name: "sound", title: "Sound", ...judgeTest("sound", tests, now) },
    { name: "practice", title: "Practice", ...judgeTest("practice", tests, now) },
  ];
  return { ready: checks.every(({ level }) => level !== "red"), checks };
}

function judgeService(host: HostFacts | null): Verdict {
  if (host?.isService) return { level: "green", text: "It runs as a service, and starts with this PC." };
  return {
    level: "amber",
    text: "It was started by hand: after a restart of this PC somebody must start it again.",
    remedy: "deskmesh service install",
  };
}

function judgeDisk(state: StateView, host: HostFacts | null): Verdict {
  if (state.fault !== undefined)
    return {
      level: "red",
      text: state.fault.text,
      remedy: "Use another desk until this PC's disk is seen to.",
    };
  if (host === null) return { level: "amber", text: "Nothing is known of this PC's disk." };
  const { canary, diskTrouble, level, free } = host;
  if (diskTrouble !== null)
    return {
      level: "red",
      text: `The data folder takes no writes (${diskTrouble}).`,
      remedy: "deskmesh doctor says why. Use another desk until then.",
    };
  const room = free === null ? "" : ` ${bytesToText(free)} free.`;
  if (level === "none")
    return { level: "red", text: `The disk is full: nothing is recorded here.${room}`, remedy: makeRoom };
  const forgetting = judgeForgetting(state, canary);
  if (forgetting !== null) return forgetting;
  if (level === "low") return { level: "amber", text: `The disk is nearly full.${room}`, remedy: makeRoom };
  if (canary.survived === 0)
    return {
      level: "amber",
      text: `It takes writes.${room} Whether this PC keeps them over a restart is not known yet.`,
      remedy: "Restart this PC once, and look here again.",
    };
  return { level: "green", text: `It takes writes, and has kept them over a restart.${room}` };
}

const makeRoom =
  "Make room on this disk: empty the bin, remove downloads. Recording goes on by itself at 100 MB.";

/** A disk that is set back at each restart: fine with others to refill it from, and with an identity that stays. */
function judgeForgetting(state: StateView, { apart, wiped, forgets }: Canary): Verdict | null {
  if (wiped === 0 && forgets === null) return null;
  const why =
    wiped > 0
      ? `This PC forgets its data folder when it is restarted (seen ${wiped === 1 ? "once" : `${wiped} times`}).`
      : `This PC will forget its data folder when it is restarted: ${forgets}.`;
  if (!apart)
    return {
      level: "red",
      text: `${why} Its keys lie there too: after a restart it would have to join the branch anew.`,
      remedy: "Start it with --identity-dir FOLDER, on a disk or share that is kept.",
    };
  if (!hasLinkedPeer(state))
    return {
      level: "red",
      text: `${why} No other desk is linked: what is recorded here now is nowhere else.`,
      remedy: "Do not switch this PC off before another desk is linked and has it all.",
    };
  return {
    level: "amber",
    text: `${why} What it held comes back from the other desks.`,
    remedy: "Have its administrator leave the data folder out (a thawed folder or partition).",
  };
}

function hasLinkedPeer(state: StateView): boolean {
  return state.desks.desks.some((desk) => !desk.self && desk.linked);
}

function judgePeers(state: StateView): Verdict {
  if (state.branch === undefined)
    return {
      level: "red",
      text: "This PC belongs to no branch yet.",
      remedy: "Create the branch on this page, or join one: deskmesh join INVITE --desk NAME",
    };
  const others = state.desks.desks.filter((desk) => !desk.self && desk.standing === "admitted");
  const linked = others.filter((desk) => desk.linked);
  if (others.length === 0)
    return {
      level: "amber",
      text: "It is the only desk of its branch: nothing is copied anywhere.",
      remedy: "Let a second desk in: deskmesh invite",
    };
  if (linked.length === 0)
    return {
      level: "amber",
      text: `None of ${others.length} other desks is linked: this one works alone.`,
      remedy: "Are the other PCs on, on the same switch? deskmesh doctor looks at network and firewall.",
    };
  const odd = linked.filter((desk) => desk.version !== undefined && desk.version !== state.version);
  if (odd.length > 0)
    return {
      level: "amber",
      text: `${odd.map((desk) => `${desk.name} has version ${desk.version}`).join(", ")}; this desk has ${state.version}.`,
      remedy: "Bring all desks to one version, outside an outage.",
    };
  const level = linked.length === others.length ? "green" : "amber";
  const away = others.filter((desk) => !desk.linked).map((desk) => desk.name);
  return {
    level,
    text: `${linked.length} of ${others.length} other desks linked.${away.length > 0 ? ` Not here: ${away.join(", ")}.` : ""}`,
    ...(away.length > 0 ? { remedy: "Switch them on, or say on the Desks page what became of them." } : {}),
  };
}

function judgeClock(desks: readonly DeskView[], now: number): Verdict {
  const year = new Date(now).getUTCFullYear();
  if (year < 2026 || year > 2037)
    return {
      level: "red",
      text: `This PC's clock says it is ${year}.`,
      remedy: "Set date and time. If it forgets them when switched off, its battery is empty.",
    };
  const offsets = desks.flatMap(({ name, offsetMs }) => (offsetMs === undefined ? [] : [{ name, offsetMs }]));
  const worst = offsets.toSorted((a, b) => Math.abs(b.offsetMs) - Math.abs(a.offsetMs))[0];
  if (worst === undefined) return { level: "green", text: "No other desk to compare it with." };
  const seconds = Math.round(Math.abs(worst.offsetMs) / 1000);
  if (Math.abs(worst.offsetMs) >= clockLimitMs)
    return {
      level: "amber",
      text: `It differs from ${worst.name}'s by ${seconds} s.`,
      remedy: "Set the clock of the PC that is wrong; what was recorded keeps its order.",
    };
  return { level: "green", text: `It agrees with the other desks, within ${Math.max(1, seconds)} s.` };
}

function judgeSnapshot({ snapshot, settings }: StateView, what: string): Verdict {
  const { ilsName = unnamedIls } = settings ?? {};
  const remedy =
    ilsName === unnamedIls
      ? "Read in a new extract of the library system: deskmesh import FOLDER"
      : `Read in a new extract of ${ilsName}: deskmesh import FOLDER`;
  if (snapshot === undefined)
    return { level: "amber", text: `${what}: none. Recording works, nobody is known by name.`, remedy };
  if (snapshot.state !== "in-force")
    return { level: "amber", text: `${what}: on their way from another desk.` };
  const { ageHours } = snapshot;
  const age = ageHours < 48 ? `${Math.round(ageHours)} h` : `${Math.round(ageHours / 24)} days`;
  if (ageHours > oldHours)
    return { level: ageHours > staleHours ? "red" : "amber", text: `${what} are ${age} old.`, remedy };
  return { level: "green", text: `${what} are ${age} old.` };
}

const testWords: Readonly<
  Record<DeskTestName, { readonly days: number; readonly never: string; readonly remedy: string }>
> = {
  printer: {
    days: 90,
    never: "Never tried from here.",
    remedy: "Print a test slip, and say that it came out.",
  },
  scanner: {
    days: 90,
    never: "Never tried at this desk.",
    remedy: "Scan a card and an item on the set-up page.",
  },
  sound: {
    days: 90,
    never: "Never tried at this desk.",
    remedy: "Play the sounds, and say that you heard them.",
  },
  practice: {
    days: 180,
    never: "Nobody has practised at this desk yet.",
    remedy: "Spend ten minutes in Practice with each of the staff.",
  },
};

function judgeTest(name: DeskTestName, tests: DeskTests, now: number): Verdict {
  const { days, never, remedy } = testWords[name];
  const at = tests[name];
  if (at === undefined) return { level: "amber", text: never, remedy };
  const age = Math.max(0, Math.floor((now - at) / (24 * hourMs)));
  const when = age === 0 ? "today" : age === 1 ? "yesterday" : `${age} days ago`;
  const text = name === "practice" ? `Last practised ${when}.` : `Worked ${when}.`;
  return age > days ? { level: "amber", text, remedy } : { level: "green", text };
}
