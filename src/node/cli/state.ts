/** `status` and `desks`: what this node knows now. */
import type { DesksView, DeskView, StateView } from "../http/api.ts";
import type { CommandContext, CommandSpec } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";
import { lookWithNode } from "./one-off-node.ts";
import { tableLines } from "./table.ts";

export const statusCommand: CommandSpec = {
  usage: "status",
  summary:
    "branch, outage, desks and snapshot as this desk sees them, also while its node is stopped (exit 3: not ready)",
  examples: ["deskmesh status", "deskmesh status --json"],
  run: showStatus,
};

export const desksCommand: CommandSpec = {
  usage: "desks",
  summary: "who is in the mesh, what each made and how much of it is here",
  examples: ["deskmesh desks", "deskmesh desks --json"],
  run: showDesks,
};

async function showStatus(context: CommandContext): Promise<ExitCode> {
  const { config, out } = context;
  return lookWithNode(context, async (client, running) => {
    const state = await client.get<StateView>("/api/state");
    if (config.json) out(JSON.stringify({ running, ...state }));
    else for (const line of statusLines(state, running ? client.url : null)) out(line);
    return state.ready ? exitCode.ok : exitCode.notReady;
  });
}

async function showDesks({ config, out }: CommandContext): Promise<ExitCode> {
  const client = await connectToNode(config.dataDir);
  const view = await client.get<DesksView>("/api/desks");
  if (config.json) out(JSON.stringify(view));
  else for (const line of deskLines(view)) out(line);
  return exitCode.ok;
}

/** `url`: of the running node; `null`: none runs, and the data folder was read. */
export function statusLines(state: StateView, url: string | null): readonly string[] {
  const { branch, desk, outage, snapshot, fault } = state;
  if (branch === undefined)
    return [`No branch yet. ${url === null ? "" : `Open ${url} and create one, or: `}deskmesh branch create`];
  const linked = state.desks.desks.filter((one) => one.linked || one.self).length;
  const lines = [
    `branch    ${branch.name} (${branch.code}), id ${branch.id}`,
    `desk      ${desk?.name ?? "unknown"}, ${url ?? "its node is not running (deskmesh start); this is what its data folder holds"}`,
    `outage    ${outage.number} ${outage.state}${outage.since === undefined ? "" : ` since ${outage.since}`}`,
    `desks     ${linked} of ${state.desks.desks.length} here`,
    `snapshot  ${snapshot === undefined ? "none" : `${snapshot.state}, taken ${snapshot.takenAt}, ${snapshot.patrons} patrons, ${snapshot.items} items`}`,
    ...(state.watch === undefined ? [] : [`watched   ${state.watch.text}`]),
    `waiting   ${state.waiting} in no batch yet`,
    `check     ${state.exceptions.mustDecide} to decide, ${state.exceptions.lookAt} to look at`,
  ];
  return fault === undefined ? lines : [...lines, `FAULT     ${fault.text}`];
}

export function deskLines(view: DesksView): readonly string[] {
  const rows = view.desks.map((desk) => [
    desk.name + (desk.self ? " (here)" : ""),
    linkWord(desk),
    desk.verdict,
    `${desk.here} of ${desk.made}`,
    desk.offsetMs === undefined ? "" : `${(desk.offsetMs / 1000).toFixed(1)} s`,
    desk.lastHeard ?? "",
  ]);
  return tableLines(["DESK", "LINK", "STATE", "HERE", "CLOCK", "LAST HEARD"], rows);
}

function linkWord(desk: DeskView): string {
  if (desk.self) return "-";
  return desk.linked ? "linked" : "no link";
}
