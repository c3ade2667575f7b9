/** `policy`: a check of a policy before it is imported, and the schema for whoever writes one. Without a node. */
import { resolve } from "node:path";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const policyCommands: readonly CommandSpec[] = [
  {
    usage: "policy check <file-or-folder>",
    summary:
      "what is wrong in a policy.json and in the files beside it, also in a zip file (exit 4: it can't be used)",
    examples: [
      "deskmesh policy check sample/policy.json",
      "deskmesh policy check ./snapshot --json",
      "deskmesh policy check extract.zip",
    ],
    run: check,
  },
  {
    usage: "policy schema",
    summary: "the JSON Schema of policy.json",
    examples: ["deskmesh policy schema > policy.schema.json"],
    run: printSchema,
  },
];

async function check(context: CommandContext, { arguments: [file = ""] }: CommandInput): Promise<ExitCode> {
  // Loaded here: no other command needs the schemas.
  const { reportPolicy } = await import("../policy/policy-report.ts");
  const report = await reportPolicy(resolve(file), new Date().toISOString().slice(0, 10));
  const { problems, warnings, rules } = report;
  if (context.config.json) context.out(JSON.stringify(report));
  else {
    for (const text of problems) context.out(`wrong    ${text}`);
    for (const text of warnings) context.out(`look at  ${text}`);
    const found = problems.length > 0 ? "can't be used" : `${rules} rules, ${warnings.length} to look at`;
    context.out(`${report.file}: ${found}`);
  }
  return problems.length > 0 ? exitCode.refused : exitCode.ok;
}

async function printSchema(context: CommandContext): Promise<ExitCode> {
  const { policyJsonSchema } = await import("../policy/policy-schema.ts");
  context.out(JSON.stringify(policyJsonSchema(), null, 2));
  return exitCode.ok;
}
