/** `outage …`: the lifecycle of an outage, as entries in the log that every desk sees. */
import type { OutageView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";

/** Anybody may say that the ILS is gone, or that this desk is done; what comes after is a supervisor's word. */
const as = { flags: "--as <initials>", text: "who says so" };

export const outageCommands: readonly CommandSpec[] = [
  move(
    "open",
    "the ILS can't be reached: record here",
    ["deskmesh outage open --scope branch"],
    [
      {
        flags: "--scope <scope>",
        text: "who is cut off",
        choices: ["this-desk", "branch", "several", "unknown"],
      },
    ],
  ),
  move("closing", "the ILS is back: keep recording here until the batch is made", [
    'deskmesh outage closing --told-by "help desk" --as MK --pin-file ./pin',
  ]),
  move("open-again", "the ILS is gone again", ["deskmesh outage open-again --as MK"]),
  move("close", "all batches are loaded: the outage is over", ["deskmesh outage close --as MK"]),
  {
    usage: "outage done",
    summary: "nothing more will be recorded at this desk",
    options: [as],
    examples: ["deskmesh outage done"],
    run: (context, input) => post(context, input, "/api/outage/desk-done", {}),
  },
];

function move(
  name: string,
  summary: string,
  examples: readonly string[],
  own: NonNullable<CommandSpec["options"]> = [],
): CommandSpec {
  return {
    usage: `outage ${name}`,
    summary,
    options: [
      ...own,
      { flags: "--told-by <who>", text: "who said so, for the record" },
      ...(name === "open" ? [as] : supervisorOptions),
    ],
    examples,
    run: (context, input) => {
      const { scope, toldBy } = input.options;
      const body = { ...(scope === undefined ? {} : { scope }), ...(toldBy === undefined ? {} : { toldBy }) };
      const path = `/api/outage/${name}`;
      if (name === "open") return post(context, input, path, body);
      return withSupervisor(context, input, async (client) =>
        tell(context, await client.post<OutageView>(path, body)),
      );
    },
  };
}

async function post(
  context: CommandContext,
  { options }: CommandInput,
  path: string,
  body: unknown,
): Promise<ExitCode> {
  const client = await connectToNode(
    context.config.dataDir,
    typeof options.as === "string" ? { staff: options.as } : {},
  );
  return tell(context, await client.post<OutageView>(path, body));
}

function tell({ config, out }: CommandContext, outage: OutageView): ExitCode {
  out(config.json ? JSON.stringify(outage) : `outage ${outage.number} ${outage.state}`);
  return exitCode.ok;
}
