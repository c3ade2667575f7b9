/** `branch create` and `join`: how this desk comes to belong to a branch. */
import { hostname } from "node:os";
import type { StateView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
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
  usage: "join",
  summary: "make this PC a desk of a branch that exists (then: start)",
  options: [
    { flags: "--branch <id>", text: "the branch's id, as `deskmesh status` shows it there", required: true },
    { flags: "--desk <name>", text: "this desk's name", required: true },
  ],
  examples: ['deskmesh join --branch 3f9a… --desk "Desk 2"'],
  run: joinBranch,
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
  context.note(`At each other desk: deskmesh join --branch ${id} --desk NAME`);
  return exitCode.ok;
}

async function joinBranch(context: CommandContext, { options }: CommandInput): Promise<ExitCode> {
  const branch = textOf(options.branch);
  const desk = textOf(options.desk).trim();
  if (desk === "") throw new CommandFailure(exitCode.usage, "--desk: expected a name");
  await context.effects.joinBranch(context.config, branch, desk);
  if (context.config.json) context.out(JSON.stringify({ branch, desk }));
  else context.out(`joined ${branch} as ${desk}`);
  context.note("Now: deskmesh start");
  return exitCode.ok;
}

function textOf(value: string | true | undefined): string {
  return typeof value === "string" ? value : "";
}
