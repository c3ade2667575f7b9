/** The two files of a snapshot that aren't lists: when it was taken, and the branch's policy. */
import { largestPolicyBytes, parsePolicy } from "../policy/policy-text.ts";
import { parseJson } from "./record.ts";
import {
  policyFile,
  refuseSource,
  type Source,
  type SourceRefused,
  SourceUnreadable,
  takenAtFile,
} from "./source-file.ts";

type Files = Source["files"];

const longestTakenAt = 64 * 1024;

/** ms; `null`: there is no such file. */
export async function readTakenAt(
  files: Files,
): Promise<{ readonly kind: "taken"; readonly takenAt: number | null } | SourceRefused> {
  const read = await readText(files, takenAtFile, longestTakenAt);
  if (read.kind === "refused") return read;
  if (read.text === null) return { kind: "taken", takenAt: null };
  const parsed = parseJson(read.text.replace(/^\ufeff/, ""));
  const stated = typeof parsed === "object" && parsed !== null && "takenAt" in parsed ? parsed.takenAt : null;
  // Without an offset it would be another instant on a PC of another time zone.
  const isInstant = typeof stated === "string" && /T.*(Z|[+-]\d{2}:\d{2})$/.test(stated);
  const takenAt = isInstant ? Date.parse(stated) : stated;
  if (typeof takenAt === "number" && Number.isSafeInteger(takenAt) && takenAt > 0)
    return { kind: "taken", takenAt };
  return refuseSource('snapshot.json must be {"takenAt": "2026-01-31T18:00:00Z"}', takenAtFile);
}

/**
 * As the package carries it; `null`: there is none. One that can't be read refuses the whole snapshot: loans by half of
 * the rules would be wrong, and nobody would know.
 */
export async function readPolicy(
  files: Files,
): Promise<{ readonly kind: "policy"; readonly text: string | null } | SourceRefused> {
  const read = await readText(files, policyFile, largestPolicyBytes);
  if (read.kind === "refused") return read;
  if (read.text === null) return { kind: "policy", text: null };
  const parsed = parsePolicy(read.text);
  if (parsed.kind === "policy") return { kind: "policy", text: parsed.canonical };
  return refuseSource(`${policyFile}: ${parsed.problems.join(" ")}`, policyFile);
}

export async function readText(
  files: Files,
  name: string,
  longest: number,
): Promise<{ readonly kind: "text"; readonly text: string | null } | SourceRefused> {
  const file = files.get(name);
  if (file === undefined) return { kind: "text", text: null };
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file.read()) {
      size += chunk.length;
      if (size > longest) return refuseSource(`${name} is far too long`, name);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof SourceUnreadable) return refuseSource(`${name} ${error.message}`, name);
    throw error;
  }
  return { kind: "text", text: Buffer.concat(chunks).toString("utf8") };
}
