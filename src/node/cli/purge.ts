/** `purge`: forgets the scans of an outage on every desk; without a number it shows what there is to forget. */
import type { PastOutageView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode } from "./node-client.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";
import { tableLines } from "./table.ts";

export const purgeCommand: CommandSpec = {
  usage: "purge [outage]",
  summary: "destroy the scans of a loaded outage on every desk; without a number: what there is",
  options: [
    { flags: "--reason <text>", text: "why entries that count nowhere may go, too" },
    {
      flags: "--keep-days <days>",
      text: "from now on: purge so long after loading; 0: the longest loan and a week",
    },
    ...supervisorOptions,
  ],
  examples: [
    "deskmesh purge",
    "deskmesh purge 3 --as MK --pin-file ./pin",
    "deskmesh purge --keep-days 14 --as MK",
  ],
  run: runPurge,
};

async function runPurge(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { config, out } = context;
  const [outage] = input.arguments;
  const { reason, keepDays } = input.options;
  if (outage !== undefined && keepDays !== undefined)
    throw new CommandFailure(exitCode.usage, "--keep-days is for all outages: leave out the number");
  if (typeof keepDays === "string") return setRetention(context, input, keepDays);
  if (outage === undefined) {
    const client = await connectToNode(config.dataDir);
    const outages = await client.get<readonly PastOutageView[]>("/api/outages");
    if (config.json) out(JSON.stringify(outages));
    else for (const line of outageLines(outages)) out(line);
    return exitCode.ok;
  }
  if (!/^[1-9][0-9]{0,5}$/.test(outage))
    throw new CommandFailure(exitCode.usage, `expected the number of an outage, got "${outage}"`);
  const receipt = await withSupervisor(context, input, (client) =>
    client.post<PastOutageView>(`/api/outages/${outage}/purge`, reason === undefined ? {} : { reason }),
  );
  if (config.json) out(JSON.stringify(receipt));
  else for (const line of receiptLines(receipt)) out(line);
  return exitCode.ok;
}

async function setRetention(context: CommandContext, input: CommandInput, days: string): Promise<ExitCode> {
  if (!/^[0-9]{1,3}$/.test(days))
    throw new CommandFailure(exitCode.usage, `--keep-days: expected a number of days, got "${days}"`);
  const retentionDays = Number(days);
  await withSupervisor(context, input, (client) => client.post("/api/settings", { retentionDays }));
  const howLong =
    retentionDays === 0 ? "as long as the longest loan and a week" : `for ${retentionDays} days`;
  context.out(context.config.json ? JSON.stringify({ retentionDays }) : `kept ${howLong} after loading`);
  return exitCode.ok;
}

export function outageLines(outages: readonly PastOutageView[]): readonly string[] {
  if (outages.length === 0) return ["No outage yet."];
  return tableLines(
    ["OUTAGE", "STATE", "SCANS", "SCANS ARE"],
    outages.map((one) => [String(one.number), one.state, String(countAll(one)), tellFate(one)]),
  );
}

function tellFate({ purged, obstacles, purgeAt }: PastOutageView): string {
  if (purged) return `purged ${purged.at}`;
  if (obstacles.length > 0) return `kept: ${obstacles.join(" ")}`;
  return purgeAt === undefined ? "kept" : `kept until ${purgeAt}`;
}

/** Without names: it may lie about. */
export function receiptLines(receipt: PastOutageView): readonly string[] {
  const { number, purged, counts } = receipt;
  if (!purged) return [`outage ${number} is not purged`];
  const waiting = purged.desks.filter(({ done }) => !done).map(({ name }) => name);
  return [
    `outage ${number} purged ${purged.at}${purged.by === undefined ? "" : ` by ${purged.by}`}`,
    ...counts.map(({ kind, count }) => `  ${kind} ${count}`),
    `destroyed on ${purged.desks.length - waiting.length} of ${purged.desks.length} desks`,
    ...(waiting.length > 0 ? [`when they come back: ${waiting.join(", ")}`] : []),
  ];
}

function countAll({ counts }: PastOutageView): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
