/** Reads the project's documents as far as the tests need them: blocks, code spans, bold words, headings, links. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block: what stands after its three backquotes, and its lines. */
export interface Block {
  readonly info: string;
  readonly lines: readonly string[];
}

export interface Document {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** All outside of fenced blocks. */
  readonly prose: string;
  readonly spans: readonly string[];
  readonly bold: readonly string[];
  /** As GitHub names them. */
  readonly anchors: readonly string[];
  /** Targets as they are written. */
  readonly links: readonly string[];
}

export function readDocument(path: string, text = readFileSync(`${root}/${path}`, "utf8")): Document {
  const blocks: Block[] = [];
  const proseLines: string[] = [];
  let open: { info: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const fence = /^```(.*)$/.exec(line);
    if (fence !== null && open === undefined) open = { info: fence[1]!.trim(), lines: [] };
    else if (fence !== null && open !== undefined) {
      blocks.push(open);
      open = undefined;
    } else if (open === undefined) proseLines.push(line);
    else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${path}: a block is not closed`);
  const prose = proseLines.join("\n");
  const plain = prose.replace(/`[^`]*`/g, "");
  return {
    path,
    blocks,
    prose,
    spans: [...prose.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replace(/\s+/g, " ")),
    bold: [...plain.matchAll(/\*\*([^*]+)\*\*/g)].map(([, words]) => words!.replace(/\s+/g, " ")),
    anchors: anchorsOf(proseLines),
    links: [...plain.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
  };
}

function anchorsOf(lines: readonly string[]): readonly string[] {
  const taken = new Map<string, number>();
  return lines.flatMap((line) => {
    const title = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (title === undefined) return [];
    const slug = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-");
    const before = taken.get(slug) ?? 0;
    taken.set(slug, before + 1);
    return [before === 0 ? slug : `${slug}-${before}`];
  });
}

/** Those of the project itself, also before they are committed. */
export function listDocuments(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean).sort();
}

/** Lines of a shell, without their comments; placeholders stay as they are. */
export function commandsOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/(?:^|\s)#.*$/, "").trim()).filter((line) => line !== "");
}

/** Words of a command line, quotes taken off. */
export function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}
