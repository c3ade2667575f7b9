/** `outage …`: the lifecycle of an outage, as entries in the log that every desk sees. */
import type { OutageView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode, NodeRefusal } from "./node-client.ts";
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
  word("down", "down-here", "the ILS is down at this desk too"),
  word("works", "works-here", "the ILS works at this desk: tells all desks"),
  {
    usage: "outage called",
    summary: "who was called about it, for the record",
    options: [
      { flags: "--who <name>", text: "who was called", required: true },
      { flags: "--at <time>", text: "when, such as 2026-11-21T09:20:00+01:00" },
      { flags: "--called-by <name>", text: "who called" },
      as,
    ],
    examples: ['deskmesh outage called --who "help desk" --called-by MK'],
    run: (context, input) => {
      const { who, at, calledBy } = input.options;
      const call = { who, ...given("at", at), ...given("by", calledBy) };
      return post(context, input, "/api/outage/called", { called: [call] });
    },
  },
  {
    usage: "outage done",
    summary: "nothing more will be recorded at this desk",
    options: [as],
    examples: ["deskmesh outage done"],
    async run(context, input) {
      const code = await post(context, input, "/api/outage/desk-done", {});
      context.note(
        "This desk is done: the others know that nothing more comes from it, unless it scans again.",
      );
      return code;
    },
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
      { flags: "--told-at <time>", text: "when, such as 2026-11-21T09:20:00+01:00" },
      { flags: "--reason <text>", text: "why, for the record" },
      ...(name === "open" ? [as] : supervisorOptions),
    ],
    examples,
    run: (context, input) => {
      const { scope, toldBy, toldAt, reason } = input.options;
      const body = {
        ...given("scope", scope),
        ...given("toldBy", toldBy),
        ...given("at", toldAt),
        ...given("reason", reason),
      };
      const path = `/api/outage/${name}`;
      if (name === "open") return post(context, input, path, body);
      return withSupervisor(context, input, async (client) =>
        tell(context, await client.post<OutageView>(path, body).catch(explainObstacles)),
      );
    },
  };
}

function word(name: string, path: string, summary: string): CommandSpec {
  return {
    usage: `outage ${name}`,
    summary,
    options: [{ flags: "--told-by <who>", text: "who said so, for the record" }, as],
    examples: [`deskmesh outage ${name}`],
    run: (context, input) => {
      return post(context, input, `/api/outage/${path}`, given("toldBy", input.options.toldBy));
    },
  };
}

function given(name: string, value: string | true | undefined): Record<string, string | true> {
  return value === undefined ? {} : { [name]: value };
}

/** A line for each thing that stands against closing. */
function explainObstacles(error: unknown): never {
  const obstacles = error instanceof NodeRefusal ? (error.problem.obstacles ?? []) : [];
  if (obstacles.length === 0) throw error;
  throw new CommandFailure(
    exitCode.refused,
    ["The outage can't be closed yet:", ...obstacles.map((text) => `  ${text}`)].join("\n"),
  );
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
  if (!config.json) for (const { name } of outage.missing ?? []) out(`  the scans of ${name} are not in`);
  return exitCode.ok;
}
