/** What is wrong, and what looks wrong, in a `policy.json` and in the files beside it. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCalendar } from "../../crdt/circulation/calendar.ts";
import { checkPolicy } from "../../crdt/circulation/policy-check.ts";
import { nearestName } from "../http/nearest.ts";
import { policyFile } from "../snapshot/source-file.ts";
import { type FolderFacts, readFolderFacts } from "./policy-facts.ts";
import { parsePolicy } from "./policy-text.ts";

export interface PolicyReport {
  readonly file: string;
  /** It can't be used. */
  readonly problems: readonly string[];
  /** It can, and this is probably not meant. */
  readonly warnings: readonly string[];
  readonly rules: number;
}

/** `path`: the policy, or the snapshot's folder that holds it. `today`: `YYYY-MM-DD`. */
export async function reportPolicy(path: string, today: string): Promise<PolicyReport> {
  const file = (await isFolder(path)) ? join(path, policyFile) : path;
  const text = await readText(file);
  if (text === null)
    return { file, problems: ["There is no such file, or it can't be read."], warnings: [], rules: 0 };
  const parsed = parsePolicy(text);
  if (parsed.kind === "problems") return { file, problems: parsed.problems, warnings: [], rules: 0 };
  const { policy } = parsed;
  const beside = await readFolderFacts(dirname(file));
  const { facts } = beside;
  const options = { today, nearest: nearestName, ...(facts === undefined ? {} : { facts }) };
  const warnings = [...checkPolicy(policy, options), ...checkCalendars(beside, policy.ils.branch)];
  return { file, problems: beside.problems, warnings, rules: policy.loanRules.length };
}

function checkCalendars({ hours, closings }: FolderFacts, branch: string | undefined): string[] {
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

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}
