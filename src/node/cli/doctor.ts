/**
 * `doctor`: what is wrong on this PC and how to mend it. Runs without a node, and never stops at the first finding.
 * A missing default route is not one: a dead router is what Deskmesh is for.
 */
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { StateView } from "../http/api.ts";
import type { CommandContext, CommandSpec } from "./command.ts";
import {
  checkClock,
  checkFolder,
  checkNetwork,
  checkNodeVersion,
  checkPort,
  checkPrivate,
  type Finding,
} from "./doctor-checks.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";

export const doctorCommand: CommandSpec = {
  usage: "doctor",
  summary:
    "what is wrong on this PC and how to mend it (exit 3: something is; 7: only the node isn't running)",
  examples: ["deskmesh doctor", "deskmesh doctor --json"],
  run: examine,
};

async function examine(context: CommandContext): Promise<ExitCode> {
  const { config } = context;
  const node = await checkRunning(context);
  const findings: Finding[] = [
    checkNodeVersion(process.versions.node),
    await checkFolder("data folder", config.dataDir),
    await checkFolder("identity folder", config.identityDir),
    await checkPrivate("identity", config.identityDir),
    await checkPrivate("keys", join(config.dataDir, "keys")),
    node.finding,
    ...(node.state === null
      ? [
          await checkPort("pages", config.port, ["127.0.0.1"]),
          await checkPort("mesh", config.meshPort, config.meshHost),
        ]
      : findingsOfState(node.state)),
    checkNetwork(networkInterfaces()),
    checkClock(Date.now()),
  ];
  if (config.json) context.out(JSON.stringify({ findings }));
  else for (const line of findingLines(findings)) context.out(line);
  if (findings.some((finding) => finding.level === "bad")) return exitCode.notReady;
  return node.state === null ? exitCode.nodeNotRunning : exitCode.ok;
}

export function findingLines(findings: readonly Finding[]): readonly string[] {
  const words = { ok: "ok  ", look: "LOOK", bad: "BAD " } as const;
  return findings.flatMap(({ level, check, text, remedy }) => [
    `${words[level]}  ${check}: ${text}`,
    ...(remedy === undefined ? [] : [`      → ${remedy}`]),
  ]);
}

async function checkRunning({
  config,
}: CommandContext): Promise<{ readonly finding: Finding; readonly state: StateView | null }> {
  try {
    const client = await connectToNode(config.dataDir);
    const state = await client.get<StateView>("/api/state");
    return { finding: { check: "node", level: "ok", text: `runs at ${client.url}` }, state };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const finding: Finding =
      error.exitCode === exitCode.nodeNotRunning
        ? { check: "node", level: "look", text: "is not running here", remedy: "deskmesh start" }
        : {
            check: "node",
            level: "bad",
            text: error.message,
            remedy: "stop it and start it anew: deskmesh start",
          };
    return { finding, state: null };
  }
}

function findingsOfState(state: StateView): readonly Finding[] {
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
  else if (!state.desks.desks.some((desk) => desk.linked))
    findings.push({
      check: "mesh",
      level: "look",
      text: "no other desk is linked; this one works alone",
      remedy: "is another desk on, on the same switch, and is port 8471 open in its firewall?",
    });
  for (const { name, aside } of state.desks.desks) {
    if (aside)
      findings.push({
        check: "aside",
        level: "look",
        text: `${aside.count} entries of ${name} don't count here: ${asideTexts[aside.reason] ?? aside.reason}`,
        remedy: "see Desks: is it one of yours, and what is it that it wrote?",
      });
  }
  for (const desk of state.desks.desks) {
    if (Math.abs(desk.offsetMs ?? 0) < clockLimitMs) continue;
    findings.push({
      check: "clock",
      level: "look",
      text: `differs from ${desk.name}'s by ${Math.round((desk.offsetMs ?? 0) / 1000)} s`,
      remedy: "set the clock of the PC that is wrong; what was recorded keeps its order",
    });
  }
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
  return findings;
}

const asideTexts: Readonly<Record<string, string>> = {
  "unknown-desk": "this desk has not heard of its admission",
  "retired-desk": "it made them after it was retired",
  "unknown-kind": "a newer version of the program wrote them",
};

/** Beyond this, files and due dates are corrected (log.md, L26). */
const clockLimitMs = 120_000;
