/** Doctor's checks of what the desk itself knows: its branch, the other desks, its staff, its patron data. */
import type { DeskView, StateView } from "../http/api.ts";
import { clockLimitMs } from "../operating/readiness.ts";
import type { Finding } from "./doctor-checks.ts";

/** `meshPort`: of the node that runs; `null`: none does, and links are looked at only while one could have some. */
export function findingsOfState(state: StateView, meshPort: number | null): readonly Finding[] {
  const findings: Finding[] = [];
  if (state.fault !== undefined)
    findings.push({
      check: "recording",
      level: "bad",
      text: state.fault.text,
      remedy: "scan at another desk until this PC's disk is seen to",
    });
  if (state.branch === undefined)
    findings.push({
      check: "branch",
      level: "bad",
      text: "this PC belongs to no branch yet",
      remedy: "deskmesh branch create, or deskmesh join INVITE --desk NAME",
    });
  else if (meshPort !== null && !state.desks.desks.some((desk) => desk.linked && !desk.self))
    findings.push({
      check: "mesh",
      level: "look",
      text: "no other desk is linked; this one works alone",
      remedy: `is another desk on, on the same switch, and is its mesh port (here: ${meshPort}) open in its firewall?`,
    });
  findings.push(...oddDesks(state.desks.desks));
  if (state.branch !== undefined && state.staff.supervisors < 2)
    findings.push({
      check: "staff",
      level: "look",
      text: `${state.staff.supervisors === 1 ? "only one supervisor" : "no supervisor"}: who exports when nobody of them is in?`,
      remedy: "add another on the Supervisor page, and know where the sealed recovery code is",
    });
  if (state.branch !== undefined && state.snapshot === undefined)
    findings.push({
      check: "snapshot",
      level: "look",
      text: "none: patrons and titles are unknown, recording works",
      remedy: "deskmesh import FOLDER",
    });
  if (state.watch !== undefined && !state.watch.ok)
    findings.push({
      check: "snapshot",
      level: "look",
      text: `the watched folder (snapshot.watch): ${state.watch.text}`,
      remedy: "mend the files that are put there each night; deskmesh import FOLDER says more",
    });
  findings.push(...oldSnapshot(state), ...oddVersions(state));
  return findings;
}

/** What is odd about single desks: entries that don't count, two PCs as one, a clock that is off. */
function oddDesks(desks: readonly DeskView[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { name, aside } of desks) {
    if (aside)
      findings.push({
        check: "aside",
        level: "look",
        text: `${aside.count} entries of ${name} don't count here: ${asideTexts[aside.reason] ?? aside.reason}`,
        remedy: "see Desks: is it one of yours, and what is it that it wrote?",
      });
  }
  for (const desk of desks.filter(({ twin }) => twin))
    findings.push({
      check: "twin",
      level: "bad",
      text: `two PCs are ${desk.name}: one was copied from the other (a cloned disk, a restored image)`,
      remedy: 'at the copy: Desks, "make it a new desk"; what either has recorded stays',
    });
  for (const desk of desks) {
    const seconds = Math.round(Math.abs(desk.offsetMs ?? 0) / 1_000);
    if (seconds * 1_000 < clockLimitMs) continue;
    findings.push({
      check: "clock",
      level: "look",
      text: `${seconds} s ${(desk.offsetMs ?? 0) > 0 ? "ahead of" : "behind"} ${desk.name}'s`,
      remedy: "set the clock of the PC that is wrong; what was recorded keeps its order",
    });
  }
  return findings;
}

const asideTexts: Readonly<Record<string, string>> = {
  "unknown-desk": "this desk has not heard of its admission",
  "retired-desk": "it made them after it was retired",
  "unknown-kind": "a newer version of the program wrote them",
};

function oldSnapshot({ snapshot }: StateView): readonly Finding[] {
  if (snapshot === undefined || snapshot.ageHours <= oldHours) return [];
  const text = `${Math.round(snapshot.ageHours / 24)} days old`;
  return [
    { check: "snapshot", level: "look", text, remedy: "read in a new extract: deskmesh import FOLDER" },
  ];
}

function oddVersions({ desks, version }: StateView): readonly Finding[] {
  return desks.desks
    .filter((desk) => desk.linked && desk.version !== undefined && desk.version !== version)
    .map((desk) => ({
      check: "versions",
      level: "look",
      text: `${desk.name} runs ${desk.version}, this desk ${version}`,
      remedy: "bring all desks to one version, outside an outage: deskmesh update status",
    }));
}

const oldHours = 48;
