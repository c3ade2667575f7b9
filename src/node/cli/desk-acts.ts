/** `desks retire`, `lost`, `was-off`, `rename`: what a supervisor does about a desk. */
import type { DesksView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { deskLines } from "./state.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";

const reason = { flags: "--reason <text>", text: "why, for the record" } as const;

export const deskActCommands: readonly CommandSpec[] = [
  {
    usage: "desks retire <desk>",
    summary: "no longer admitted, for good; what this desk holds of it still counts",
    options: [reason, ...supervisorOptions],
    examples: ['deskmesh desks retire "Desk 3" --reason "Stolen" --as MK --pin-file ./pin'],
    run: (context, input) => act(context, input, "retire"),
  },
  {
    usage: "desks lost <desk>",
    summary: "its PC is broken, nothing more will come: export is whole without it and names it",
    options: [{ ...reason, required: true }, ...supervisorOptions],
    examples: ['deskmesh desks lost "Desk 3" --reason "Its disk is broken"'],
    run: (context, input) => act(context, input, "lost"),
  },
  {
    usage: "desks was-off <desk>",
    summary: "it was off during the outage and made nothing",
    options: [{ ...reason, required: true }, ...supervisorOptions],
    examples: ['deskmesh desks was-off "Desk 3" --reason "Closed on Saturdays"'],
    run: (context, input) => act(context, input, "was-off"),
  },
  {
    usage: "desks rename <desk>",
    summary: "give a desk another name",
    options: [{ flags: "--name <name>", text: "its new name", required: true }, ...supervisorOptions],
    examples: ['deskmesh desks rename "Desk 3" --name "Children\'s desk"'],
    run: (context, input) => act(context, input, "rename"),
  },
];

function act(
  context: CommandContext,
  input: CommandInput,
  kind: "retire" | "lost" | "was-off" | "rename",
): Promise<ExitCode> {
  const { config, out } = context;
  const { options } = input;
  const path = `/api/desks/${encodeURIComponent(input.arguments[0] ?? "")}/${kind}`;
  return withSupervisor(context, input, async (client) => {
    const body = kind === "rename" ? { name: options.name } : { reason: options.reason };
    const view = await client.post<DesksView>(path, body);
    if (config.json) out(JSON.stringify(view));
    else for (const line of deskLines(view)) out(line);
    return exitCode.ok;
  });
}
