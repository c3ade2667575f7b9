/**
 * `doctor`: what is wrong on this PC and how to mend it. Runs without a node, and never stops at the first finding.
 * A missing default route is not one: a dead router is what Deskmesh is for.
 */
import { join } from "node:path";
import type { StateView } from "../http/api.ts";
import { countWipes } from "../operating/canary.ts";
import type { CommandContext, CommandSpec } from "./command.ts";
import {
  checkClock,
  checkDamage,
  checkFolder,
  checkForgets,
  checkNetwork,
  checkNodeVersion,
  checkPort,
  checkPrivate,
  checkRoom,
  checkSync,
  type Finding,
} from "./doctor-checks.ts";
import { checkFirewall, checkMulticast, checkRoute, type LinkedDesk } from "./doctor-network.ts";
import { findingsOfState } from "./doctor-state.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { lookWithNode } from "./one-off-node.ts";
import { readRunFile } from "./run-file.ts";

export const doctorCommand: CommandSpec = {
  usage: "doctor",
  summary:
    "what is wrong on this PC and how to mend it (exit 3: something is; 7: only the node isn't running)",
  examples: ["deskmesh doctor", "deskmesh doctor --json"],
  mends: true,
  run: examine,
};

async function examine(context: CommandContext): Promise<ExitCode> {
  const { config } = context;
  const pc = context.effects.pc ?? (await import("../operating/pc.ts")).realPc;
  const settings: Finding[] = context.problems.map(({ where, text }) => ({
    check: "settings",
    level: "bad",
    text: `${where}: ${text}`,
    remedy: "mend it in the file that deskmesh config path shows, or where that flag or variable is set",
  }));
  const node = await checkRunning(context);
  const findings: Finding[] = [
    checkNodeVersion(pc.nodeVersion),
    ...settings,
    await checkFolder("data folder", config.dataDir),
    await checkFolder("identity folder", config.identityDir),
    checkRoom(await pc.freeBytes(config.dataDir)),
    checkSync(pc.quickestSync(config.dataDir), config),
    await checkDamage(config),
    checkForgets(await pc.forgets(config.dataDir), await countWipes(config.identityDir), config),
    await checkPrivate("identity", config.identityDir),
    await checkPrivate("keys", join(config.dataDir, "keys")),
    ...node.findings,
    ...(node.isRunning
      ? []
      : [
          await checkPort("pages", config.port, ["127.0.0.1"]),
          await checkPort("mesh", config.meshPort, config.meshHost),
        ]),
    checkNetwork(pc.interfaces()),
    ...(config.mdns ? [await checkMulticast(pc, node.linked)] : []),
    checkFirewall(await pc.firewall(), pc.platform, node.meshPort),
    await checkRoute(pc),
    checkClock(pc.now()),
  ];
  if (config.json) context.out(JSON.stringify({ findings }));
  else for (const line of findingLines(findings)) context.out(line);
  if (findings.some((finding) => finding.level === "bad")) return exitCode.notReady;
  return node.isRunning ? exitCode.ok : exitCode.nodeNotRunning;
}

export function findingLines(findings: readonly Finding[]): readonly string[] {
  const words = { ok: "ok  ", look: "LOOK", bad: "BAD " } as const;
  return findings.flatMap(({ level, check, text, remedy }) => [
    `${words[level]}  ${check}: ${text}`,
    ...(remedy === undefined ? [] : [`      → ${remedy}`]),
  ]);
}

interface SeenNode {
  readonly findings: readonly Finding[];
  readonly isRunning: boolean;
  readonly linked: readonly LinkedDesk[];
  /** Of the node that runs, whatever it was started with; else as it is set here. */
  readonly meshPort: number;
}

/** What the desk knows: from the running node, else out of the data folder where this PC belongs to a branch. */
async function checkRunning(context: CommandContext): Promise<SeenNode> {
  const { dataDir, meshPort: set } = context.config;
  const seenNothing = (...findings: readonly Finding[]): SeenNode => ({
    ...{ findings, isRunning: false, linked: [], meshPort: set },
  });
  try {
    return await lookWithNode(context, async (client, isRunning) => {
      const state = await client.get<StateView>("/api/state");
      const meshPort = (isRunning ? (await readRunFile(dataDir))?.meshPort : undefined) ?? set;
      const text = `runs at ${client.url}`;
      return {
        isRunning,
        meshPort,
        linked: linkedDesks(state),
        findings: [
          isRunning ? { check: "node", level: "ok", text } : notRunning,
          ...findingsOfState(state, isRunning ? meshPort : null),
        ],
      };
    });
  } catch (error) {
    if (!(error instanceof CommandFailure)) {
      const text = error instanceof Error ? error.message : String(error);
      const remedy = "restore a backup into another folder, or move this one away and join the branch anew";
      return seenNothing({ check: "log", level: "bad", text, remedy }, notRunning);
    }
    if (error.exitCode === exitCode.nodeNotRunning) return seenNothing(notRunning);
    const remedy =
      error.exitCode === exitCode.notPermitted
        ? "run this as the user whose desk it is, or with sudo"
        : "end it, and start it anew: deskmesh start (a service: restart it)";
    return seenNothing({ check: "node", level: "bad", text: error.message, remedy });
  }
}

function linkedDesks({ desks }: StateView): readonly LinkedDesk[] {
  return desks.desks.flatMap(({ name, self, linked, address }) =>
    self || !linked || address === undefined ? [] : [{ name, host: address.split(" ")[0] ?? "" }],
  );
}

const notRunning: Finding = {
  check: "node",
  level: "look",
  text: "is not running here",
  remedy: "deskmesh start",
};
