/** `replay`: a batch line by line over SIP2, watched to its end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchView, ReplayView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";
import { withProgress } from "./progress.ts";
import { readPin, supervisorOptions, withSupervisor } from "./supervisor.ts";

export const replayCommand: CommandSpec = {
  usage: "replay <batch>",
  summary:
    "send a batch line by line to the ILS's SIP2 server instead of loading its file, or go on with that",
  options: [
    { flags: "--sip2 <host:port>", text: "the SIP2 server", required: true },
    { flags: "--tls", text: "encrypted; the server's certificate must be one that this PC trusts" },
    { flags: "--sip2-user <user>", text: "SIP2's own login, where the server asks for one" },
    {
      flags: "--sip2-password-file <file>",
      text: "a file with its password; - for standard input (default: a prompt)",
    },
    { flags: "--institution <id>", text: "the ILS's institution id (default: what the server calls itself)" },
    { flags: "--location <code>", text: "where this is, as the ILS calls it" },
    { flags: "--rate <number>", text: "lines a second at most (default: 5)" },
    { flags: "--answer-within <seconds>", text: "how long to wait for each answer (default: 10)" },
    { flags: "--go-on", text: "not to stop at the first line that is refused" },
    { flags: "--again <lines>", text: "send these lines again, of those without an answer: 12,15" },
    { flags: "--there <lines>", text: "these lines are in the ILS: somebody has looked" },
    { flags: "--leave", text: "leave the others without an answer to be done by hand" },
    { flags: "--take-over", text: "another desk replays it, and shall not any more" },
    { flags: "--alone", text: "desks that are away replay nothing: somebody has looked" },
    { flags: "--anyway", text: "though the server says that it takes nothing done while it was away" },
    ...supervisorOptions,
  ],
  examples: [
    "deskmesh replay --sip2 ils.example.org:6001 RIV-3-1-4a7c --sip2-user desk --sip2-password-file ./sip2 --as MK",
    "deskmesh replay --sip2 ils.example.org:6001 RIV-3-1-4a7c --there 12 --again 15 --as MK",
  ],
  run: replay,
};

const pollMs = 300;

async function replay(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const [id = ""] = input.arguments;
  const body = { ...readTarget(input), ...(await readLogin(context, input)) };
  const address = `/api/batches/${encodeURIComponent(id)}`;
  const operator = await connectToNode(context.config.dataDir);
  const batch = await withProgress(context, operator, "replay", async () => {
    const begun = await withSupervisor(context, input, (client) =>
      client.post<BatchView>(`${address}/replay`, body),
    );
    for (const note of begun.replay?.notes ?? []) context.warn(note);
    return awaitEnd(operator, begun, address);
  });
  const { out, config } = context;
  if (config.json) out(JSON.stringify(batch));
  else for (const line of replayLines(batch)) out(line);
  const { unknown = [], waiting = 0 } = batch.replay ?? {};
  return unknown.length + waiting > 0 ? exitCode.refused : exitCode.ok;
}

async function awaitEnd(client: NodeClient, begun: BatchView, address: string): Promise<BatchView> {
  let batch = begun;
  // It ends at the last line or at the first surprise, which may be hours away.
  while (batch.replay?.here) {
    await sleep(pollMs);
    batch = await client.get<BatchView>(address);
  }
  return batch;
}

export function replayLines({ id, state, replay }: BatchView): readonly string[] {
  if (replay === undefined) return [`batch ${id} ${state}`];
  const { lines, done, refused, unknown, waiting, stopped } = replay;
  return [
    `batch ${id} ${state}: ${lines} lines, ${done} done, ${refused} refused, ${unknown.length} without an answer, ${waiting} not sent`,
    ...(stopped === undefined ? [] : [stopped]),
    ...unknown.map(unknownToLine),
    ...(unknown.length === 0
      ? []
      : ["Look for these in the library system. Then replay again, with --there, --again or --leave."]),
    ...(refused === 0
      ? []
      : ["What was refused is a to-do: see the report of the file on the supervisor's page."]),
  ];
}

function unknownToLine({ line, at, sentBy, words }: ReplayView["unknown"][number]): string {
  const by = sentBy === undefined ? "" : ` by ${sentBy}`;
  return `  line ${line ?? "?"}: sent ${at}${by}, no answer${words === undefined ? "" : ` (${words})`}`;
}

function readTarget({ options }: CommandInput) {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/
    .exec(String(options.sip2))
    ?.filter((part) => part !== undefined) ?? [undefined, undefined, undefined];
  if (host === undefined || port === undefined)
    throw new CommandFailure(exitCode.usage, "--sip2: expected HOST:PORT, for example ils.example.org:6001");
  return {
    host,
    port: Number(port),
    ...flag(options, "tls", "goOn", "leave", "takeOver", "alone", "anyway"),
    ...word(options, "institution", "location"),
    ...number(options, "rate", "--rate"),
    ...number(options, "answerWithin", "--answer-within"),
    ...lineList(options, "again"),
    ...lineList(options, "there"),
  };
}

type Options = CommandInput["options"];

function flag(options: Options, ...names: readonly string[]): Record<string, true> {
  return Object.fromEntries(names.flatMap((name) => (options[name] === true ? [[name, true as const]] : [])));
}

function word(options: Options, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (typeof options[name] === "string" ? [[name, options[name]]] : [])),
  );
}

function number(options: Options, name: string, flags: string): Record<string, number> {
  const text = options[name];
  if (typeof text !== "string") return {};
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new CommandFailure(exitCode.usage, `${flags}: expected a number`);
  return { [name]: Number(text) };
}

function lineList(options: Options, name: "again" | "there"): Record<string, readonly number[]> {
  const text = options[name];
  if (typeof text !== "string") return {};
  if (!/^\d{1,7}(?:,\d{1,7})*$/.test(text))
    throw new CommandFailure(exitCode.usage, `--${name}: expected numbers of lines, for example 12,15`);
  return { [name]: text.split(",").map(Number) };
}

async function readLogin(context: CommandContext, { options }: CommandInput) {
  const user = options.sip2User;
  if (typeof user !== "string") return {};
  const flags = "--sip2-password-file";
  const password = await readPin(context, options.sip2PasswordFile, `SIP2 password of ${user}: `, flags);
  if (password === null)
    throw new CommandFailure(exitCode.usage, `This needs SIP2's password: ${flags} FILE`);
  return { login: { user, password } };
}
