/** What is wrong, and what looks wrong, in a `policy.json` and in the files beside it. */
import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCalendar } from "../../crdt/circulation/calendar.ts";
import { checkPolicy } from "../../crdt/circulation/policy-check.ts";
import { nearestName } from "../http/nearest.ts";
import { openFolder } from "../snapshot/folder-source.ts";
import { openKoha } from "../snapshot/koha-database.ts";
import { readText } from "../snapshot/side-text.ts";
import { type OpenedSource, policyFile, type Source } from "../snapshot/source-file.ts";
import { openZipFile } from "../snapshot/zip-source.ts";
import { readFacts, type SourceFacts } from "./policy-facts.ts";
import { largestPolicyBytes, parsePolicy } from "./policy-text.ts";

export interface PolicyReport {
  readonly file: string;
  /** It can't be used. */
  readonly problems: readonly string[];
  /** It can, and this is probably not meant. */
  readonly warnings: readonly string[];
  readonly rules: number;
}

/** `path`: the policy, or the snapshot's folder or zip file that holds it. `today`: `YYYY-MM-DD`. */
export async function reportPolicy(path: string, today: string): Promise<PolicyReport> {
  const kind = await kindOf(path);
  if (kind === null) return wrong(path, "There is no such file, or it can't be read.");
  const opened = await openBeside(path, kind);
  if (opened.kind === "refused") return wrong(path, opened.text);
  try {
    const file = kind === "folder" ? join(path, policyFile) : path;
    const own = kind === "file" ? await readFile(path, "utf8") : await policyIn(opened.source);
    if (typeof own !== "string") return wrong(file, own.text);
    return await report(file, own, opened.source, today);
  } finally {
    await opened.source.close();
  }
}

function wrong(file: string, ...problems: readonly string[]): PolicyReport {
  return { file, problems, warnings: [], rules: 0 };
}

async function report(file: string, text: string, source: Source, today: string): Promise<PolicyReport> {
  const parsed = parsePolicy(text);
  if (parsed.kind === "problems") return wrong(file, ...parsed.problems);
  const { policy } = parsed;
  const koha = await openKoha(source);
  if (koha.kind === "refused") return wrong(file, koha.text);
  try {
    const beside = await readFacts(koha.source);
    const { facts } = beside;
    const options = { today, nearest: nearestName, ...(facts === undefined ? {} : { facts }) };
    const warnings = [...checkPolicy(policy, options), ...checkCalendars(beside, policy.ils.branch)];
    return { file, problems: beside.problems, warnings, rules: policy.loanRules.length };
  } finally {
    if (koha.source !== source) await koha.source.close();
  }
}

async function policyIn({ files }: Source): Promise<string | { readonly text: string }> {
  const read = await readText(files, policyFile, largestPolicyBytes);
  if (read.kind === "refused") return read;
  return read.text ?? { text: `There is no ${policyFile} in it.` };
}

function openBeside(path: string, kind: "folder" | "zip" | "file"): Promise<OpenedSource> {
  if (kind === "zip") return openZipFile(path);
  return openFolder(kind === "folder" ? path : dirname(path));
}

/** `null`: it isn't there, or can't be read. */
async function kindOf(path: string): Promise<"folder" | "zip" | "file" | null> {
  try {
    if ((await stat(path)).isDirectory()) return "folder";
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return buffer.toString("latin1") === "PK" ? "zip" : "file";
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

function checkCalendars({ hours, closings }: SourceFacts, branch: string | undefined): string[] {
  const known = [...new Set([...hours.keys(), ...closings.keys()])];
  if (branch !== undefined && known.length > 0 && !known.includes(branch)) {
    const near = nearestName(branch, known);
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    return [`ils.branch: no hours or closed days are known for ${JSON.stringify(branch)}.${hint}`];
  }
  const looked = branch === undefined ? known : [branch];
  return looked.flatMap((name) =>
    createCalendar(hours.get(name) ?? [], closings.get(name) ?? []).warnings.map(
      (text) => `${name}: ${text}`,
    ),
  );
}
