/**
 * The command line as a whole: all commands, the options they share, help, and how each end becomes an exit code.
 * The one place that knows the library that parses flags.
 */
import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { chooseDataDir, type Environment, type Flags, parseConfig } from "../config.ts";
import { nearestName } from "../http/nearest.ts";
import { serviceCommands } from "./autostart.ts";
import { backupCommand, restoreCommand } from "./backup.ts";
import { batchesCommand, failedCommand, loadedCommand, reissueCommand, withdrawCommand } from "./batches.ts";
import { branchCreateCommand, inviteCommand, joinCommand } from "./branch.ts";
import { carryCommands } from "./carry.ts";
import type { CommandContext, CommandInput, CommandSpec, Effects, OptionSpec } from "./command.ts";
import { configCommands, pathsCommand } from "./config.ts";
import { readFileOf } from "./config-text.ts";
import { demoCommand } from "./demo.ts";
import { deskActCommands } from "./desk-acts.ts";
import { doctorCommand } from "./doctor.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { outageCommands } from "./outage.ts";
import { policyCommands } from "./policy.ts";
import { purgeCommand } from "./purge.ts";
import { replayCommand } from "./replay.ts";
import { startCommand } from "./start.ts";
import { desksCommand, statusCommand } from "./state.ts";
import { updateCommands } from "./update.ts";

export interface Terminal {
  readonly env: Environment;
  readonly platform: string;
  readonly home: string;
  /** Whole text with its line ends. */
  stdout(text: string): void;
  stderr(text: string): void;
}

/** What every command takes. */
export const commonOptions: readonly (OptionSpec & { readonly repeatable?: true })[] = [
  { flags: "--data-dir <folder>", text: "where this desk keeps its log and snapshots" },
  {
    flags: "--identity-dir <folder>",
    text: "where it keeps its key and branch (default: in the data folder)",
  },
  { flags: "--port <number>", text: "pages and API, on 127.0.0.1; 0 takes a free one (default: 8470)" },
  { flags: "--mesh-port <number>", text: "other desks; 0 takes a free one (default: 8471)" },
  {
    flags: "--mesh-host <address>",
    text: "serve the mesh here; repeatable (default: all private addresses)",
    repeatable: true,
  },
  {
    flags: "--peer <host:port>",
    text: "another desk, where mDNS can't find it; repeatable",
    repeatable: true,
  },
  { flags: "--no-mdns", text: "neither announce this desk nor look for others" },
  { flags: "--snapshot-watch <folder>", text: "read this folder in whenever its files have changed" },
  { flags: "--json", text: "results as JSON" },
  { flags: "--quiet", text: "results and errors alone" },
];

export const commands: readonly CommandSpec[] = [
  startCommand,
  demoCommand,
  branchCreateCommand,
  inviteCommand,
  joinCommand,
  importCommand,
  statusCommand,
  desksCommand,
  ...deskActCommands,
  ...outageCommands,
  exportCommand,
  batchesCommand,
  loadedCommand,
  failedCommand,
  reissueCommand,
  withdrawCommand,
  replayCommand,
  ...policyCommands,
  purgeCommand,
  doctorCommand,
  ...carryCommands,
  backupCommand,
  restoreCommand,
  ...serviceCommands,
  ...updateCommands,
  ...configCommands,
  pathsCommand,
];

/** `argv`: what stands after the command's own name. Never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  version: string,
  effects: Effects,
): Promise<ExitCode> {
  let chosen: { readonly spec: CommandSpec; readonly input: CommandInput; readonly flags: Flags } | undefined;
  const program = createProgram(terminal, version, (spec, input, flags) => {
    chosen = { spec, input, flags };
  });
  try {
    program.parse(
      withDefaultCommand(
        argv,
        createProgram(terminal, version, () => undefined),
      ),
      { from: "user" },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) tellUsage(argv, error, terminal);
    return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  if (chosen === undefined) return exitCode.ok;
  try {
    const context = await createContext(chosen, terminal, version, effects);
    return context === null ? exitCode.usage : await chosen.spec.run(context, chosen.input);
  } catch (error) {
    return tellFailure(error, terminal);
  }
}

/** Beside what the library that parses flags has said: what it doesn't know of these commands. */
function tellUsage(argv: readonly string[], error: CommanderError, terminal: Terminal): void {
  suggestCommand(argv, error, terminal);
  if (error.code === "commander.missingMandatoryOptionValue") {
    const [flags] = /--[^']+/.exec(error.message) ?? [];
    const option = commands.flatMap(({ options }) => options ?? []).find((one) => one.flags === flags);
    if (option?.choices) terminal.stderr(`(Expected one of ${option.choices.join(", ")}.)\n`);
  }
  // A group without its command has shown that already.
  if (error.code !== "commander.help")
    terminal.stderr("(deskmesh --help, or deskmesh COMMAND --help, shows what there is.)\n");
}

/** `desks retir …` is `desks` with too many arguments to the library that parses them. */
function suggestCommand(argv: readonly string[], error: CommanderError, terminal: Terminal): void {
  if (error.code !== "commander.excessArguments") return;
  const words = argv.filter((word) => !word.startsWith("-"));
  const group = words.findIndex((word) => commands.some(({ usage }) => usage.startsWith(`${word} `)));
  const [name = "", meant = ""] = words.slice(Math.max(group, 0));
  const known = commands.map(({ usage }) => usage.split(" ")).filter(([first]) => first === name);
  const nearest = nearestName(
    meant,
    known.map(([, second]) => second ?? "").filter((one) => /^[a-z]/.test(one)),
  );
  if (nearest !== undefined) terminal.stderr(`(Did you mean ${name} ${nearest}?)\n`);
}

type Choose = (spec: CommandSpec, input: CommandInput, flags: Flags) => void;

function createProgram(terminal: Terminal, version: string, choose: Choose): Command {
  const program = new Command("deskmesh")
    .description("Keeps a library branch lending when its line to the library system is down.")
    .version(version, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .usage("[options] <command>")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: terminal.stdout, writeErr: terminal.stderr });
  addCommonOptions(program);
  const groups = new Map<string, Command>();
  for (const spec of commands) addCommand(program, groups, spec, choose);
  program.addHelpText(
    "after",
    "\nWithout a command: start. Settings: flags > DESKMESH_… > config.json in the data folder > defaults.\n\nExamples:\n  deskmesh\n  deskmesh demo\n  deskmesh status --json\n  deskmesh export --format koha --out ./out --as MK",
  );
  return program;
}

function addCommonOptions(program: Command): void {
  const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
  for (const { flags, text, repeatable } of commonOptions) {
    if (repeatable === true) program.option(flags, text, collect);
    else program.option(flags, text);
  }
}

function addCommand(program: Command, groups: Map<string, Command>, spec: CommandSpec, choose: Choose): void {
  const words = spec.usage.split(" ");
  const name = words.filter((word) => /^[a-z-]+$/.test(word));
  let parent = program;
  if (name.length > 1) {
    const group = name[0]!;
    parent = groups.get(group) ?? program.command(group).description(groupSummaries[group] ?? "");
    groups.set(group, parent);
  }
  const command = parent.command(words.slice(name.length - 1).join(" ")).description(spec.summary);
  // `desks` is a command, and a group of others.
  if (words.length === 1) groups.set(words[0]!, command);
  for (const { flags, text, required, choices } of spec.options ?? []) {
    const option = new Option(flags, text).makeOptionMandatory(required === true);
    command.addOption(choices === undefined ? option : option.choices(choices));
  }
  command.addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`);
  command.action(() => {
    const given = Object.keys(program.opts()).filter((key) => program.getOptionValueSource(key) === "cli");
    const flags = Object.fromEntries(given.map((key) => [settingOf(key), program.opts()[key]]));
    choose(spec, { arguments: command.args, options: command.opts() }, flags);
  });
}

const groupSummaries: Readonly<Record<string, string>> = {
  carry: "the log on a stick, where no network joins two desks",
  branch: "the branch that this desk belongs to",
  config: "settings of this desk and of its branch",
  policy: "the loan rules of a snapshot",
  service: "start this desk's node with the PC",
  update: "a new version of the program, handed from desk to desk",
  outage: "the lifecycle of an outage: open, closing, open-again, close, done",
};

/** No command means `start`; help and version are the program's own. */
function withDefaultCommand(argv: readonly string[], probe: Command): readonly string[] {
  const asked = argv.some((word) => ["-h", "--help", "-V", "--version"].includes(word));
  if (asked) return argv;
  try {
    return probe.parseOptions([...argv]).operands.length === 0 ? ["start", ...argv] : argv;
  } catch (error) {
    // The same mistake comes again in the true parse, and is told there.
    if (error instanceof CommanderError) return argv;
    throw error;
  }
}

async function createContext(
  { flags, spec }: { readonly flags: Flags; readonly spec: CommandSpec },
  terminal: Terminal,
  version: string,
  effects: Effects,
): Promise<CommandContext | null> {
  const { env } = terminal;
  const dataDir = chooseDataDir(flags, env, terminal.platform, terminal.home);
  const file = await readFileOf(dataDir);
  if (file.problem !== undefined && spec.mends === undefined) {
    const { where, text } = file.problem;
    throw file.exit === undefined
      ? new CommandFailure(exitCode.notPermitted, text)
      : new CommandFailure(file.exit, `${where}: ${text}`);
  }
  const answer = parseConfig({ dataDir, flags, env, fileText: file.text });
  const problems = [
    ...(file.problem === undefined ? [] : [file.problem]),
    ...(answer.kind === "problems" ? answer.problems : []),
  ];
  if (problems.length > 0 && spec.mends === undefined) {
    for (const { where, text } of problems) terminal.stderr(`${where}: ${text}\n`);
    return null;
  }
  if (answer.kind === "config") for (const warning of answer.warnings) terminal.stderr(`${warning}\n`);
  // Absolute, so that every message names a folder that can be found.
  const { dataDir: folder, identityDir } = answer.config;
  const config = { ...answer.config, dataDir: resolve(folder), identityDir: resolve(identityDir) };
  return {
    config,
    sources: answer.sources,
    problems,
    env,
    version,
    effects,
    out: (line) => terminal.stdout(`${line}\n`),
    note: (line) => {
      if (!config.quiet) terminal.stderr(`${line}\n`);
    },
    warn: (line) => terminal.stderr(`${line}\n`),
  };
}

function tellFailure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommandFailure) {
    terminal.stderr(`${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? error.message : String(error);
  terminal.stderr(`fault: ${text}\n`);
  if (terminal.env.DESKMESH_TRACE === "1" && error instanceof Error) terminal.stderr(`${error.stack}\n`);
  return exitCode.fault;
}

/** A flag's name where its setting is called otherwise. */
function settingOf(key: string): string {
  if (key === "peer") return "peers";
  return key === "snapshotWatch" ? "snapshot.watch" : key;
}
