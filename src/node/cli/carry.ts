/** `carry out` and `carry in`: the log on a stick, where no network joins two desks. */
import { resolve } from "node:path";
import type { CarriedInView, CarriedOutView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";
import { lookWithNode } from "./one-off-node.ts";
import { readPin } from "./supervisor.ts";

const passphraseFlag = "--passphrase-file";
const passphraseOption = {
  flags: `${passphraseFlag} <file>`,
  text: "a file with the passphrase; - for standard input (default: a prompt)",
};

export const carryCommands: readonly CommandSpec[] = [
  {
    usage: "carry out <file>",
    summary:
      "write all that this desk holds into one encrypted, signed file, for a stick (also without the node)",
    options: [passphraseOption],
    examples: ["deskmesh carry out /media/stick/desk-3.carry --passphrase-file ./passphrase"],
    run: carryOut,
  },
  {
    usage: "carry in <file>",
    summary: "take in such a file of another desk of this branch; twice is the same as once",
    options: [passphraseOption],
    examples: ["deskmesh carry in /media/stick/desk-3.carry --passphrase-file ./passphrase"],
    run: carryIn,
  },
];

async function carryOut(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const body = await readRequest(context, input);
  const made = await lookWithNode(context, (client) => client.post<CarriedOutView>("/api/carry/out", body));
  const { out, note, config } = context;
  if (config.json) out(JSON.stringify(made));
  else out(`carried out ${made.path}: ${made.entries} entries, ${made.bytes} bytes`);
  note(
    "At the other desk: deskmesh carry in FILE. Then carry one back, so that this desk knows what is held there.",
  );
  return exitCode.ok;
}

async function carryIn(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const body = await readRequest(context, input);
  const client = await connectToNode(context.config.dataDir);
  const taken = await client.post<CarriedInView>("/api/carry/in", body);
  const { out, warn, config } = context;
  if (config.json) out(JSON.stringify(taken));
  else out(`carried in: ${taken.entries} new entries from ${taken.from.name}, as of ${taken.madeAt}`);
  if (taken.leftOut > 0)
    warn(
      `${taken.leftOut} parts have another content at this desk and were left out: see deskmesh desks and doctor.`,
    );
  return exitCode.ok;
}

async function readRequest(
  context: CommandContext,
  { arguments: [file = ""], options }: CommandInput,
): Promise<{ readonly path: string; readonly passphrase: string }> {
  const passphrase = await readPin(
    context,
    options.passphraseFile,
    "Passphrase of the file: ",
    passphraseFlag,
  );
  if (passphrase === null || passphrase === "")
    throw new CommandFailure(
      exitCode.usage,
      `This needs the file's passphrase: ${passphraseFlag} FILE (or - for standard input).`,
    );
  return { path: resolve(file), passphrase };
}
