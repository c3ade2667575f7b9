/** `branch create`, `invite` and `join`: how desks come to belong to a branch. */
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { InviteView, StateView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";
import { withNode } from "./one-off-node.ts";
import { readPin } from "./supervisor.ts";

export const branchCreateCommand: CommandSpec = {
  usage: "branch create",
  summary: "make this PC the first desk of a new branch",
  options: [
    { flags: "--name <name>", text: "the branch's name", required: true },
    { flags: "--code <code>", text: "2 to 8 letters; made from the name if left out" },
    {
      flags: "--timezone <zone>",
      text: "e.g. Europe/Berlin; this PC's if left out, then the branch's for ever",
    },
    { flags: "--desk <name>", text: "this desk's name; this PC's name if left out" },
    { flags: "--supervisor <user>", text: "initials of the first supervisor", required: true },
    { flags: "--pin-file <file>", text: "a file with their PIN; - for standard input (default: a prompt)" },
  ],
  examples: [
    'deskmesh branch create --name "Riverside Library" --code RIV --desk "Desk 1" --supervisor MK --pin-file ./pin',
  ],
  run: createBranch,
};

export const joinCommand: CommandSpec = {
  usage: "join <invite>",
  summary: "make this PC a desk of a branch that exists (then: start)",
  options: [{ flags: "--desk <name>", text: "this desk's name", required: true }],
  examples: ['deskmesh join deskmesh1.eyJi… --desk "Desk 2"', 'deskmesh join ./invite.txt --desk "Desk 2"'],
  run: joinBranch,
};

export const inviteCommand: CommandSpec = {
  usage: "invite",
  summary: "one line of text, or a file, that lets one other PC join, once",
  options: [
    { flags: "--ttl <time>", text: "how long it is good, e.g. 10m, 2h, 1d (default: 10m)" },
    { flags: "--file <file>", text: "write it there, e.g. on a USB stick, instead of showing it" },
  ],
  examples: ["deskmesh invite", "deskmesh invite --ttl 1d --file /media/stick/invite.txt"],
  run: invite,
};

/** First letters of the words, or the first letters of the only word: `Riverside` → `RIV`. */
export function codeFromName(name: string): string {
  const words =
    name
      .normalize("NFD")
      .toUpperCase()
      .match(/[A-Z]+/g) ?? [];
  const initials = words.map((word) => word[0]).join("");
  const letters = words.join("");
  const code = words.length >= 3 ? initials : letters.slice(0, 3);
  return code.length >= 2 ? code.slice(0, 8) : `${code}LIB`.slice(0, 3);
}

async function createBranch(context: CommandContext, { options }: CommandInput): Promise<ExitCode> {
  const name = textOf(options.name);
  const code = textOf(options.code) || codeFromName(name);
  if (!/^[A-Za-z]{2,8}$/.test(code))
    throw new CommandFailure(exitCode.usage, `--code: expected 2 to 8 letters, got ${JSON.stringify(code)}`);
  const supervisor = textOf(options.supervisor);
  const pin = await readPin(context, options.pinFile, `PIN for ${supervisor} (4 to 64 characters): `);
  if (pin === null)
    throw new CommandFailure(exitCode.usage, "--pin-file: expected a file with the supervisor's PIN, or -");
  const form = {
    name,
    code: code.toUpperCase(),
    timezone: textOf(options.timezone) || Intl.DateTimeFormat().resolvedOptions().timeZone,
    desk: textOf(options.desk) || hostname(),
    supervisor,
    pin,
  };
  const { branch, recoveryCode } = await withNode(context, undefined, (client) =>
    client.post<StateView & { recoveryCode: string }>("/api/branch", form),
  );
  const id = branch?.id ?? "";
  if (context.config.json) context.out(JSON.stringify({ ...branch, recoveryCode }));
  else {
    context.out(`branch ${id}`);
    context.out(`recovery code ${recoveryCode}`);
  }
  context.warn(
    "Write the recovery code down, seal it, and keep it away from this PC. It makes a new supervisor, and is not shown again.",
  );
  context.note(`${form.name} (${form.code}, ${form.timezone}), first desk ${form.desk}.`);
  context.note(
    "For each other desk: deskmesh start and deskmesh invite here, and there: deskmesh join INVITE --desk NAME",
  );
  return exitCode.ok;
}

async function invite(context: CommandContext, { options }: CommandInput): Promise<ExitCode> {
  const { config, out, note } = context;
  const ttlMinutes = options.ttl === undefined ? undefined : parseMinutes(textOf(options.ttl));
  const client = await connectToNode(config.dataDir);
  const made = await client.post<InviteView>("/api/invites", ttlMinutes === undefined ? {} : { ttlMinutes });
  const file = textOf(options.file);
  if (file !== "") await writeInvite(file, made.invite);
  if (config.json) out(JSON.stringify(file === "" ? made : { file, expires: made.expires }));
  else out(file === "" ? made.invite : file);
  note(`Lets one desk in, once, until ${made.expires}. At the other PC: deskmesh join INVITE --desk NAME`);
  return exitCode.ok;
}

/** Where it can't be written nobody has it, and it ends by itself. */
async function writeInvite(file: string, line: string): Promise<void> {
  await writeFile(file, `${line}\n`, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    const text = `--file: ${file} can't be written (${error.code}): expected a file in a folder that is there`;
    throw new CommandFailure(exitCode.usage, text);
  });
}

async function joinBranch(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const desk = textOf(input.options.desk).trim();
  if (desk === "") throw new CommandFailure(exitCode.usage, "--desk: expected a name");
  const line = await readInvite(input.arguments[0] ?? "");
  const body = { invite: line, desk };
  const state = await withNode(context, undefined, (client) => client.post<StateView>("/api/join", body));
  const branch = state.branch?.id ?? "";
  if (context.config.json) context.out(JSON.stringify({ branch, desk }));
  else context.out(`joined ${branch} as ${desk}`);
  const isRunning = await connectToNode(context.config.dataDir).then(
    () => true,
    () => false,
  );
  context.note(isRunning ? "This desk's node runs, and links by itself." : "Now: deskmesh start");
  return exitCode.ok;
}

/** The line itself, or a file that holds it. */
async function readInvite(given: string): Promise<string> {
  if (given.startsWith("deskmesh1.")) return given;
  try {
    return (await readFile(given, "utf8")).trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const text = `expected an invite (deskmesh1.…) or a file with one, and there is no such file (${code})`;
    throw new CommandFailure(exitCode.usage, text);
  }
}

function parseMinutes(text: string): number {
  const [, count, unit] = /^(\d{1,5})(m|h|d)$/.exec(text) ?? [];
  const minutes = Number(count) * ({ m: 1, h: 60, d: 1440 }[unit ?? ""] ?? Number.NaN);
  if (minutes >= 1 && minutes <= 10_080) return minutes;
  throw new CommandFailure(
    exitCode.usage,
    `--ttl: expected 1m to 7d, such as 10m, got ${JSON.stringify(text)}`,
  );
}

function textOf(value: string | true | undefined): string {
  return typeof value === "string" ? value : "";
}
