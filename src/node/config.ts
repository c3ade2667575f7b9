/**
 * What this node was told: flags > environment `DESKMESH_*` > `<data folder>/config.json` > defaults. Everything is
 * checked by hand here, so that each wrong value is answered by what was expected and where it stands. The parsing
 * is pure: `config-file.ts` touches the disk.
 */
import { isIP } from "node:net";
import { join } from "node:path";
import { nearestName } from "./http/nearest.ts";

export interface PeerAddress {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly dataDir: string;
  /** Keys, branch id, admitted desks, peer addresses; inside the data folder unless told otherwise. */
  readonly identityDir: string;
  /** Pages and API, on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Somebody chose the port: when it is taken, say so rather than take another. */
  readonly portGiven: boolean;
  readonly meshPort: number;
  readonly meshPortGiven: boolean;
  /** Addresses to serve the mesh on; empty = all private ones. */
  readonly meshHost: readonly string[];
  readonly peers: readonly PeerAddress[];
  readonly mdns: boolean;
  /** A folder that is read in whenever it has changed; undefined: none. */
  readonly "snapshot.watch"?: string;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Where a value came from, as shown to people: `--port`, `DESKMESH_PORT`, `"port" in config.json`. */
export interface ConfigProblem {
  readonly where: string;
  readonly text: string;
}

/** Setting → flag, variable or file that it came from; a setting that isn't here has its default. */
export type ConfigSources = Readonly<Partial<Record<SettingName, string>>>;

export type ConfigAnswer =
  | {
      readonly kind: "config";
      readonly config: Config;
      readonly sources: ConfigSources;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: "problems";
      readonly problems: readonly ConfigProblem[];
      /** With the default in place of each wrong value: for commands that help to mend it. */
      readonly config: Config;
      readonly sources: ConfigSources;
    };

/** As the command line hands them over: text as typed, lists for repeatable flags, `mdns: false` for --no-mdns. */
export type Flags = Readonly<Partial<Record<SettingName, unknown>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export const defaultPort = 8470;
export const defaultMeshPort = 8471;

const settings = {
  dataDir: { flag: "--data-dir", variable: "DESKMESH_DATA_DIR", parse: parsePath },
  identityDir: { flag: "--identity-dir", variable: "DESKMESH_IDENTITY_DIR", parse: parsePath },
  port: { flag: "--port", variable: "DESKMESH_PORT", parse: parsePort },
  meshPort: { flag: "--mesh-port", variable: "DESKMESH_MESH_PORT", parse: parsePort },
  meshHost: { flag: "--mesh-host", variable: "DESKMESH_MESH_HOST", parse: parseHosts },
  peers: { flag: "--peer", variable: "DESKMESH_PEER", parse: parsePeers },
  mdns: { flag: "--no-mdns", variable: "DESKMESH_MDNS", parse: parseSwitch },
  "snapshot.watch": { flag: "--snapshot-watch", variable: "DESKMESH_SNAPSHOT_WATCH", parse: parsePath },
  quiet: { flag: "--quiet", variable: "DESKMESH_QUIET", parse: parseSwitch },
  json: { flag: "--json", variable: "DESKMESH_JSON", parse: parseSwitch },
} as const;
export type SettingName = keyof typeof settings;
const settingNames = Object.keys(settings) as readonly SettingName[];
/** What `config.json` may hold. */
export const fileNames: readonly SettingName[] = settingNames.filter(
  (name) => name !== "dataDir" && name !== "json",
);
/** Settings that name a folder. */
export const folderNames: readonly SettingName[] = settingNames.filter(
  (name) => settings[name].parse === parsePath,
);
/** Variables that other parts read: the tests, and the command line for a fault's stack. */
const foreignVariables = new Set([
  "DESKMESH_FULL",
  "DESKMESH_REQUIRE",
  "DESKMESH_ROUNDS",
  "DESKMESH_SEED",
  "DESKMESH_SERVICE",
  "DESKMESH_TRACE",
]);

/**
 * The data folder alone, which must be known before `config.json` can be read.
 * `home`: the user's home folder; `platform`: as `process.platform`.
 */
export function chooseDataDir(flags: Flags, env: Environment, platform: string, home: string): string {
  const told = flags.dataDir ?? env.DESKMESH_DATA_DIR;
  return typeof told === "string" && told !== "" ? told : defaultDataDir(env, platform, home);
}

/** The user's own data folder, by the habit of each system. */
export function defaultDataDir(env: Environment, platform: string, home: string): string {
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "Deskmesh");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Deskmesh");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "deskmesh");
}

/** `fileText`: content of `config.json` in `dataDir`, `null` when there is none. All problems are told at once. */
export function parseConfig(input: {
  readonly dataDir: string;
  readonly flags: Flags;
  readonly env: Environment;
  readonly fileText: string | null;
}): ConfigAnswer {
  const problems: ConfigProblem[] = [];
  const file = parseFile(input.fileText, problems);
  const known = new Set<string>(settingNames.map((name) => settings[name].variable));
  const warnings = Object.keys(input.env)
    .filter((name) => name.startsWith("DESKMESH_") && !known.has(name) && !foreignVariables.has(name))
    .map((name) => `Nothing reads ${name}${suggest(name, [...known])}.`);

  const given = new Map<SettingName, string>();
  function read<T>(name: SettingName, parse: (value: unknown) => Parsed<T>, otherwise: T): T {
    const { flag, variable } = settings[name];
    // An empty variable is how scripts unset one.
    const fromEnv = input.env[variable] === "" ? undefined : input.env[variable];
    const sources: readonly (readonly [string, unknown])[] = [
      [flag, input.flags[name]],
      [variable, fromEnv],
      [`"${name}" in config.json`, file[name]],
    ];
    const source = sources.find(([, value]) => value !== undefined);
    if (source === undefined) return otherwise;
    const parsed = parse(source[1]);
    if (parsed.kind === "wrong") {
      problems.push({ where: source[0], text: `expected ${parsed.expected}, got ${shown(source[1])}` });
      return otherwise;
    }
    given.set(name, source[0]);
    return parsed.value;
  }

  const watched = read<string | undefined>("snapshot.watch", parsePath, undefined);
  const config: Config = {
    dataDir: read("dataDir", parsePath, input.dataDir),
    identityDir: read("identityDir", parsePath, join(input.dataDir, "identity")),
    port: read("port", parsePort, defaultPort),
    portGiven: given.has("port"),
    meshPort: read("meshPort", parsePort, defaultMeshPort),
    meshPortGiven: given.has("meshPort"),
    meshHost: read("meshHost", parseHosts, []),
    peers: read("peers", parsePeers, []),
    mdns: read("mdns", parseSwitch, true),
    ...(watched === undefined ? {} : { "snapshot.watch": watched }),
    quiet: read("quiet", parseSwitch, false),
    json: read("json", parseSwitch, false),
  };
  if (config.port !== 0 && config.port === config.meshPort)
    problems.push({ where: "--mesh-port", text: `pages and mesh can't share port ${config.port}` });
  const sources = Object.fromEntries(given) as ConfigSources;
  return problems.length > 0
    ? { kind: "problems", problems, config, sources }
    : { kind: "config", config, sources, warnings };
}

/** `HOST`, `HOST:PORT`, `[IPv6]:PORT`; without a port the mesh's default one. `null` when it is none of these. */
export function parsePeer(text: string): PeerAddress | null {
  const match = /^(?:\[([^\]\s]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const bare = isIP(text.trim()) === 6 ? text.trim() : undefined;
  const host = bare ?? match?.[1] ?? match?.[2];
  if (host === undefined) return null;
  if (match?.[1] !== undefined && isIP(host) !== 6) return null;
  if (!/^[\w.:%-]+$/.test(host)) return null;
  const port = match?.[3] === undefined ? defaultMeshPort : Number(match[3]);
  return port >= 1 && port <= 65535 ? { host, port } : null;
}

/** One value as it would be typed, checked as the file's: what to write there, or what was expected. */
export function parseForFile(name: SettingName, typed: string): Parsed<unknown> {
  const parsed = settings[name].parse(typed);
  // Addresses of peers stay as they were typed: the file is for people.
  return parsed.kind === "right" && name === "peers" ? { kind: "right", value: listOf(typed) } : parsed;
}

export type Parsed<T> =
  | { readonly kind: "right"; readonly value: T }
  | { readonly kind: "wrong"; readonly expected: string };

export function parseFile(text: string | null, problems: ConfigProblem[]): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ where: "config.json", text: `expected JSON: ${reason}` });
    return {};
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push({ where: "config.json", text: `expected an object, got ${shown(value)}` });
    return {};
  }
  for (const key of Object.keys(value)) {
    if ((fileNames as readonly string[]).includes(key)) continue;
    problems.push({
      where: `${JSON.stringify(key)} in config.json`,
      text: `no such setting${suggest(key, fileNames)}; expected one of ${fileNames.join(", ")}`,
    });
  }
  return value as Record<string, unknown>;
}

function suggest(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
}

/** A wrong value as typed, cut short: whoever pasted a file into a flag shall not get it all back. */
function shown(value: unknown): string {
  // Not what is in it: that may be deeper than any stack.
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function parsePort(value: unknown): Parsed<number> {
  const number = typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 65535)
    return { kind: "right", value: number };
  return { kind: "wrong", expected: "a port, 0 to 65535" };
}

function parsePath(value: unknown): Parsed<string> {
  if (typeof value === "string" && value !== "" && !value.includes("\0")) return { kind: "right", value };
  return { kind: "wrong", expected: "a folder" };
}

function parseSwitch(value: unknown): Parsed<boolean> {
  if (typeof value === "boolean") return { kind: "right", value };
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (["1", "true", "yes", "on"].includes(text)) return { kind: "right", value: true };
  if (["0", "false", "no", "off"].includes(text)) return { kind: "right", value: false };
  return { kind: "wrong", expected: "true or false" };
}

function parseHosts(value: unknown): Parsed<readonly string[]> {
  const hosts = listOf(value);
  if (hosts?.every((host) => isIP(host) !== 0)) return { kind: "right", value: hosts };
  return { kind: "wrong", expected: "IP addresses of this PC" };
}

function parsePeers(value: unknown): Parsed<readonly PeerAddress[]> {
  const peers = listOf(value)?.map(parsePeer);
  if (peers?.every((peer) => peer !== null)) return { kind: "right", value: peers };
  return { kind: "wrong", expected: "HOST:PORT, for an IPv6 address [ADDRESS]:PORT" };
}

/** Flags come as lists, variables as text with commas, the file as a list or one text. */
function listOf(value: unknown): readonly string[] | null {
  const list = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === "string")) return null;
  return list.map((entry) => entry.trim()).filter((entry) => entry !== "");
}
