/** `outage …`: the lifecycle of an outage, as entries in the log that every desk sees. */
import type { OutageView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";

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
    'deskmesh outage closing --told-by "help desk"',
  ]),
  move("open-again", "the ILS is gone again", ["deskmesh outage open-again"]),
  move("close", "all batches are loaded: the outage is over", ["deskmesh outage close"]),
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
    options: [...own, { flags: "--told-by <who>", text: "who said so, for the record" }, as],
    examples,
    run: (context, input) => {
      const { scope, toldBy } = input.options;
      const body = { ...(scope === undefined ? {} : { scope }), ...(toldBy === undefined ? {} : { toldBy }) };
      return post(context, input, `/api/outage/${name}`, body);
    },
  };
}

async function post(
  { config, out }: CommandContext,
  { options }: CommandInput,
  path: string,
  body: unknown,
): Promise<ExitCode> {
  const client = await connectToNode(
    config.dataDir,
    typeof options.as === "string" ? { staff: options.as } : {},
  );
  const outage = await client.post<OutageView>(path, body);
  out(config.json ? JSON.stringify(outage) : `outage ${outage.number} ${outage.state}`);
  return exitCode.ok;
}
