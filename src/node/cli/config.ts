/**
 * `config` and `paths`: settings of this desk, which stand in its file, and those of the branch, which travel as
 * entries to every desk. One command for both: their names don't meet.
 */
import { join, resolve } from "node:path";
import { branchSettings, settingNames } from "../../crdt/circulation/branch-settings.ts";
import {
  type Config,
  type ConfigProblem,
  fileNames,
  folderNames,
  parseConfig,
  parseFile,
  parseForFile,
  type SettingName,
} from "../config.ts";
import { configPath, readConfigFile, storeSettings } from "../config-file.ts";
import type { SettingsView } from "../http/api.ts";
import { nearestName } from "../http/nearest.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { hasBranch, withNode } from "./one-off-node.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";
import { tableLines } from "./table.ts";

const branchNames: readonly string[] = ["openDesks", "retentionDays", ...settingNames];

export const configCommands: readonly CommandSpec[] = [
  {
    usage: "config get [name]",
    summary: "all settings of this desk and its branch, with where each comes from; or the value of one",
    examples: ["deskmesh config get", "deskmesh config get port", "deskmesh config get ilsName --json"],
    mends: true,
    run: getSettings,
  },
  {
    usage: "config set <name> <value>",
    summary: "change a setting: of this desk in its file (at its next start), of the branch at every desk",
    options: [...supervisorOptions],
    examples: [
      "deskmesh config set port 8480",
      'deskmesh config set ilsName "Koha" --as MK --pin-file ./pin',
      'deskmesh config set contacts \'[{"who": "IT", "reach": "555 0100"}]\' --as MK',
    ],
    run: setSetting,
  },
  {
    usage: "config unset <name>",
    summary: "take a setting of this desk out of its file: its default counts again",
    examples: ["deskmesh config unset peers"],
    run: unsetSetting,
  },
  {
    usage: "config path",
    summary: "where this desk's settings stand",
    examples: ["deskmesh config path"],
    mends: true,
    run: async ({ config, out }) => {
      const path = configPath(config.dataDir);
      out(config.json ? JSON.stringify({ path }) : path);
      return exitCode.ok;
    },
  },
];

export const pathsCommand: CommandSpec = {
  usage: "paths",
  summary: "the folders and files of this desk",
  examples: ["deskmesh paths", "deskmesh paths --json"],
  mends: true,
  run: async ({ config, out }) => {
    const paths = listPaths(config);
    if (config.json) out(JSON.stringify(paths));
    else for (const line of tableLines(["WHAT", "WHERE"], Object.entries(paths))) out(line);
    return exitCode.ok;
  },
};

export function listPaths({ dataDir, identityDir }: Config): Readonly<Record<string, string>> {
  return {
    data: dataDir,
    identity: identityDir,
    config: configPath(dataDir),
    log: join(dataDir, "log"),
    snapshots: join(dataDir, "snapshots"),
    keys: join(dataDir, "keys"),
    messages: join(dataDir, "messages"),
    updates: join(dataDir, "updates"),
    run: join(dataDir, "run.json"),
  };
}

interface Shown {
  readonly name: string;
  readonly value: unknown;
  readonly scope: "desk" | "branch";
  readonly from: string;
}

async function getSettings(context: CommandContext, { arguments: [name] }: CommandInput): Promise<ExitCode> {
  const { config, out, problems } = context;
  for (const { where, text } of problems) context.warn(`${where}: ${text}`);
  if (name !== undefined) checkName(name);
  const wantsBranch = name === undefined || branchNames.includes(name);
  const shown = [...showDesk(context), ...(wantsBranch ? await showBranch(context, name) : [])];
  const wanted = name === undefined ? shown : shown.filter((one) => one.name === name);
  if (config.json) out(JSON.stringify(name === undefined ? wanted : wanted[0]));
  else if (name !== undefined) for (const { value } of wanted) out(valueToText(value));
  else {
    const rows = wanted.map((one) => [one.name, valueToText(one.value), one.scope, one.from]);
    for (const line of tableLines(["SETTING", "VALUE", "OF", "FROM"], rows)) out(line);
  }
  return problems.length > 0 ? exitCode.usage : exitCode.ok;
}

function showDesk({ config, sources }: CommandContext): readonly Shown[] {
  return fileNames.map((name) => ({
    name,
    value: name === "peers" ? config.peers.map(({ host, port }) => `${host}:${port}`) : (config[name] ?? ""),
    scope: "desk",
    from: sources[name] ?? "default",
  }));
}

/** Nothing to show while this PC belongs to no branch. */
async function showBranch(context: CommandContext, name: string | undefined): Promise<readonly Shown[]> {
  if (!hasBranch(context.config)) {
    if (name === undefined) return [];
    const text = `${name} is a setting of the branch, and this PC belongs to none yet.`;
    throw new CommandFailure(exitCode.refused, text);
  }
  const view = await withNode(context, undefined, (client) => client.get<SettingsView>("/api/settings"));
  const { changed, standard: _standard, ...values } = view;
  return Object.entries(values).map(([each, value]) => {
    const change = changed[each];
    const by = change?.by === undefined ? "" : ` by ${change.by}`;
    return { name: each, value, scope: "branch", from: change ? `set ${change.at}${by}` : "default" };
  });
}

async function setSetting(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { config, out, note } = context;
  const [name = "", typed = ""] = input.arguments;
  checkName(name);
  if (branchNames.includes(name)) {
    const value = readTyped(name, typed);
    const view = await withSupervisor(context, input, (client) =>
      client.post<SettingsView>("/api/settings", { [name]: value }),
    );
    tell(name, view[name as keyof SettingsView]);
    return exitCode.ok;
  }
  const parsed = parseForFile(name as SettingName, typed);
  if (parsed.kind === "wrong")
    throw new CommandFailure(exitCode.usage, `${name}: expected ${parsed.expected}, got "${shorten(typed)}"`);
  // The node that reads the file may be started anywhere.
  const isFolder = folderNames.includes(name as SettingName);
  const value = isFolder ? resolve(String(parsed.value)) : parsed.value;
  await storeStartable(config.dataDir, { [name]: value });
  tell(name, value);
  note("Counts from the next start of this desk's node.");
  return exitCode.ok;

  function tell(of: string, value: unknown): void {
    out(config.json ? JSON.stringify({ name: of, value }) : `${of} ${valueToText(value)}`);
  }
}

async function unsetSetting(
  { config, out }: CommandContext,
  { arguments: [name = ""] }: CommandInput,
): Promise<ExitCode> {
  checkName(name);
  if (branchNames.includes(name)) {
    const text = `${name} is a setting of the branch: set it to what it shall be (deskmesh config set ${name} VALUE).`;
    throw new CommandFailure(exitCode.usage, text);
  }
  await storeStartable(config.dataDir, { [name]: undefined });
  out(config.json ? JSON.stringify({ name }) : `${name} has its default again`);
  return exitCode.ok;
}

/** Two settings may be right by themselves and not together: the next start would refuse, and so would this command. */
async function storeStartable(dataDir: string, change: Readonly<Record<string, unknown>>): Promise<void> {
  const before = parseFile(await readConfigFile(dataDir), []);
  const known = problemsOf(dataDir, before).map(({ text }) => text);
  const fresh = problemsOf(dataDir, { ...before, ...change }).find(({ text }) => !known.includes(text));
  if (fresh !== undefined)
    throw new CommandFailure(exitCode.usage, `${fresh.where}: ${fresh.text}. Nothing was changed.`);
  await storeSettings(dataDir, change);
}

/** Of what stands in the file alone, whatever flags and environment say this time. */
function problemsOf(dataDir: string, settings: Readonly<Record<string, unknown>>): readonly ConfigProblem[] {
  const answer = parseConfig({ dataDir, flags: {}, env: {}, fileText: JSON.stringify(settings) });
  return answer.kind === "problems" ? answer.problems : [];
}

/** Text stays text where the setting is one; everything else is JSON: true, 14, a list. */
function readTyped(name: string, typed: string): unknown {
  if (branchSettings[name as keyof typeof branchSettings]?.read(typed) !== undefined) return typed;
  try {
    return JSON.parse(typed);
  } catch {
    // Text where something else was expected: the node says what.
    return typed;
  }
}

function checkName(name: string): void {
  const known = [...fileNames, ...branchNames];
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? ` Known: ${known.join(", ")}.` : ` Did you mean ${nearest}?`;
  throw new CommandFailure(exitCode.usage, `There is no setting "${shorten(name)}".${hint}`);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueToText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(",");
  return JSON.stringify(value);
}
