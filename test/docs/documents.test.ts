/**
 * No document names what isn't there: links, anchors, files, commands, options, settings, variables. Each rule is shown a
 * planted offender, too.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { branchSettings } from "../../src/crdt/circulation/branch-settings.ts";
import { commands, commonOptions } from "../../src/node/cli/command-line.ts";
import { fileNames } from "../../src/node/config.ts";
import { commandsOf, type Document, listDocuments, readDocument, root, splitWords } from "./markdown.ts";

const documents = listDocuments().map((path) => readDocument(path));
const byPath = new Map(documents.map((each) => [each.path, each]));
/** What a reader goes by today; the changelog and the decisions tell of what was. */
const current = documents.filter(({ path }) => /^(README|CONTRIBUTING|docs\/(?!decisions\/))/.test(path));

const findDeadLinks = ({ path, links }: Document): readonly string[] =>
  links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && byPath.get(target)?.anchors.includes(anchor) !== true;
  });

const flagOf = ({ flags }: { readonly flags: string }): string => flags.split(" ")[0]!;
const commonFlags = ["--help", "--version", ...commonOptions.map(flagOf)];
const ownFlags = new Set([...commonFlags, ...commands.flatMap(({ options = [] }) => options.map(flagOf))]);
const scriptTexts = ["scripts", "bench"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => readFileSync(join(root, folder, name), "utf8")),
);
const otherPrograms = scriptTexts.join("\n");
const installers = ["install.sh", "uninstall.sh"]
  .map((name) => readFileSync(join(root, "packaging/linux", name), "utf8"))
  .join("\n");

/** Names, as far as they are words: `outage open`, `import`. */
const commandNames = commands.map(({ usage }) => usage.split(" ").filter((word) => /^[a-z-]+$/.test(word)));
const groups = new Set(commandNames.filter(({ length }) => length > 1).map(([first]) => first));

/** Words that are neither options nor their values. */
function findOperands(words: readonly string[], flags: readonly string[]): readonly string[] {
  const withValue = new Set(flags.filter((each) => each.includes("<")).map((each) => each.split(" ")[0]));
  return words.filter((word, at) => !word.startsWith("--") && !withValue.has(words[at - 1]));
}

/** What is wrong with `deskmesh …` as it is written; `isWhole`: nothing of it may be missing. */
function findWrongCommand(line: string, isWhole: boolean): string | undefined {
  const words = splitWords(line);
  const rest = words.slice(words.indexOf("deskmesh") + 1);
  const [first = "…", second] = rest.filter((word) => !word.startsWith("-"));
  if (["…", "COMMAND"].includes(first)) return findWrongFlag(rest, commonFlags);
  const spec = commands
    .filter((_, at) => commandNames[at]!.every((word, place) => rest[place] === word))
    .sort((a, b) => b.usage.length - a.usage.length)[0];
  if (spec === undefined)
    return groups.has(first) && second === undefined ? undefined : `no such command: ${line}`;
  const options = [...commonOptions, ...(spec.options ?? [])];
  const wrong = findWrongFlag(rest, [...commonFlags, ...options.map(flagOf)]);
  if (wrong !== undefined) return wrong;
  const usage = spec.usage.split(" ");
  const operands = findOperands(
    rest,
    options.map(({ flags }) => flags),
  );
  if (operands.length > usage.length) return `too many arguments: ${line}`;
  if (!isWhole) return undefined;
  const lacking = (spec.options ?? []).filter(
    ({ required, flags }) => required && !rest.includes(flagOf({ flags })),
  );
  if (lacking.length > 0) return `lacks ${lacking.map(flagOf).join(", ")}: ${line}`;
  const needed = usage.filter((word) => !word.startsWith("[")).length;
  return operands.length < needed ? `lacks an argument: ${line}` : undefined;
}

const findWrongFlag = (words: readonly string[], known: readonly string[]): string | undefined => {
  const wrong = words.find((word) => word.startsWith("--") && !known.includes(word.replace(/[=,.].*$/, "")));
  return wrong === undefined ? undefined : `no such option: ${wrong} in ${words.join(" ")}`;
};

function findWrongCommands({ blocks, spans }: Document): readonly string[] {
  const lines = blocks
    .filter(({ info }) => info.startsWith("sh"))
    .flatMap((block) => commandsOf(block.lines));
  const isOwn = (text: string): boolean => /^(?:npx )?deskmesh(?: |$)/.test(text);
  const isOther = (text: string): boolean => /^(?:[A-Z_]+=\S+ )*(?:npm|npx) /.test(text) && !isOwn(text);
  const flagsIn = (text: string): readonly string[] => text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
  return [
    ...lines.filter(isOwn).map((line) => findWrongCommand(line, true)),
    ...spans.filter(isOwn).map((span) => findWrongCommand(span, false)),
    ...[...lines, ...spans].filter(isOther).flatMap((text) => findWrongScript(text)),
    ...[...lines, ...spans]
      .filter((text) => !isOwn(text) && !isOther(text))
      .flatMap((text) =>
        flagsIn(text)
          .filter((flag) => !ownFlags.has(flag) && !installers.includes(` ${flag}`))
          .map((flag) => `no such option: ${flag}`),
      ),
  ].filter((each) => each !== undefined);
}

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };

function findWrongScript(text: string): readonly string[] {
  const words = splitWords(text).filter((word) => !/^[A-Z_]+=/.test(word));
  const [program, first, second = ""] = words;
  const script = program === "npm" ? (first === "run" ? second : first) : undefined;
  if (script !== undefined && !Object.hasOwn(scripts, script)) return [`no such script: ${text}`];
  const flags = words.filter((word) => /^--[a-z]/.test(word));
  return flags
    .filter((flag) => !otherPrograms.includes(flag.slice(2)))
    .map((flag) => `no such option: ${flag}`);
}

function findWrongSettings({ blocks, spans }: Document): readonly string[] {
  const texts = [...blocks.flatMap((block) => block.lines), ...spans];
  const known = new Set<string>([...fileNames, "openDesks", "retentionDays", ...Object.keys(branchSettings)]);
  return texts.flatMap((text) => {
    const name = /config (?:set|get|unset) ([A-Za-z.]+)/.exec(text)?.[1];
    return name === undefined || known.has(name) ? [] : [name];
  });
}

const configSource = readFileSync(join(root, "src/node/config.ts"), "utf8");
const findWrongVariables = ({ prose, blocks }: Document): readonly string[] =>
  [...`${prose}\n${blocks.flatMap((block) => block.lines).join("\n")}`.matchAll(/DESKMESH_[A-Z]\w*/g)]
    .map(([name]) => name)
    .filter((name) => !configSource.includes(`"${name}"`));

const findMissingFiles = ({ spans }: Document): readonly string[] =>
  spans
    .filter((span) => /^(?:src|test|docs|scripts|bench|sample|\.ci)\/[\w./-]*$/.test(span))
    .filter((path) => !existsSync(join(root, path)));

describe.each(documents.map((each) => [each.path, each] as const))("%s", (_, document) => {
  it("links to what is there", () => expect(findDeadLinks(document)).toEqual([]));
});

describe.each(current.map((each) => [each.path, each] as const))("%s", (_, document) => {
  it("names commands and options that are there", () => expect(findWrongCommands(document)).toEqual([]));
  it("names settings that are there", () => expect(findWrongSettings(document)).toEqual([]));
  it("names variables that are there", () => expect(findWrongVariables(document)).toEqual([]));
  it("names files that are there", () => expect(findMissingFiles(document)).toEqual([]));
});

/** Commands in what the program itself says: on its pages, in remedies and notes. */
function findWrongAdvice(source: string): readonly string[] {
  const said = source.replace(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, "");
  return [...said.matchAll(/(?<![\w.-])deskmesh ([a-z]+)(?![a-z-]| \$)(?: ([a-z][a-z-]+))?/g)].flatMap(
    ([text, first, second]) => {
      const own = commandNames.filter(([name]) => name === first);
      const isKnown = own.some((name) => name.length === 1 || name[1] === second);
      return isKnown ? [] : [text];
    },
  );
}

describe("what the program says", () => {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  it("names commands that are there", () => {
    const all = files.map((name) => readFileSync(join(root, "src", name), "utf8")).join("\n");
    expect([...all.matchAll(/deskmesh [a-z]/g)].length).toBeGreaterThan(60);
    expect(findWrongAdvice(all)).toEqual([]);
  });
  it("would be found wrong", () => {
    expect(findWrongAdvice("<code>deskmesh config show</code>")).toEqual(["deskmesh config show"]);
    expect(findWrongAdvice('remedy: "deskmesh fly FOLDER",')).toEqual(["deskmesh fly"]);
    expect(findWrongAdvice('remedy: "deskmesh doctor says why; deskmesh config get",')).toEqual([]);
  });
});

describe("the rules", () => {
  const read = (text: string): Document => readDocument("docs/planted.md", text);
  it("see the documents", () => {
    expect(current.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/operator-guide.md", "docs/ils/koha.md"]),
    );
    expect(statSync(join(root, "README.md")).size).toBeGreaterThan(5_000);
    expect(current.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(20);
  });
  it.each(["[a](nowhere.md)", "[a](../README.md#no-such-part)", "[a](#no-such-part)"])("refuse %s", (text) =>
    expect(findDeadLinks(read(text))).toHaveLength(1),
  );
  it.each([
    "`deskmesh fly`",
    "`npx deskmesh status --fast`",
    "`deskmesh outage open --job 7`",
    '`deskmesh desks retir "Desk 3"`',
    "`--no-such-thing`",
    "`npm run nothing`",
    "`npm run sim -- --no-such-thing 1`",
    "```sh\ndeskmesh export --out x\n```",
    "```sh\ndeskmesh loaded --job 5\n```",
    "```sh\nnpx deskmesh join deskmesh1.… \n```",
  ])("refuse %s", (text) => expect(findWrongCommands(read(text))).toHaveLength(1));
  it.each([
    "`deskmesh status --json`",
    "`deskmesh`",
    "`deskmesh --help`",
    "`deskmesh config`",
    '`deskmesh desks lost "Desk 3"`',
    "`--mesh-port`",
    "`npm run sim -- --runs 1000`",
    "```sh\ndeskmesh export --format koha --out x   # --like this\n```",
  ])("allow %s", (text) => expect(findWrongCommands(read(text))).toEqual([]));
  it("refuse unknown settings, variables and files", () => {
    expect(findWrongSettings(read("`deskmesh config set ilsNmae x`"))).toEqual(["ilsNmae"]);
    expect(findWrongVariables(read("DESKMESH_PROT and DESKMESH_PORT"))).toEqual(["DESKMESH_PROT"]);
    expect(findMissingFiles(read("`src/node/flying.ts` `src/node/main.ts`"))).toEqual(["src/node/flying.ts"]);
  });
});
