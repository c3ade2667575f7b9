/** What is set for all desks of the branch: read out of the log, and changed by entries of it. */
import {
  readSettings,
  type SettingName,
  type SettingValues,
  settingNames,
} from "../../crdt/circulation/branch-settings.ts";
import { findStrangeDesk } from "../../crdt/circulation/statistics-groups.ts";
import type { SettingsView } from "../http/api.ts";
import type { Answer, BranchSettings, Refusal } from "./desk.ts";
import type { DeskParts } from "./parts.ts";

const standard = { ...readSettings(() => undefined), openDesks: true, retentionDays: 0 };

/** As long as nobody set anything. */
export const standardSettings: SettingsView = { ...standard, standard, changed: {} };

export function settingValues({ ledger }: Pick<DeskParts, "ledger">): SettingValues {
  return readSettings((name) => ledger.branch.settings.get(name)?.value);
}

export function viewSettings(parts: DeskParts): SettingsView {
  const { settings, staff } = parts.ledger.branch;
  const { rfc3339 } = parts.times();
  const known = new Set<string>([...settingNames, "openDesks", "retentionDays"]);
  const changed = [...settings]
    .filter(([name]) => known.has(name))
    .map(([name, { at, by }]) => [name, { at: rfc3339(at), ...(by === undefined ? {} : { by }) }]);
  return {
    ...settingValues(parts),
    openDesks: staff.openDesks,
    retentionDays: staff.retentionDays,
    standard,
    changed: Object.fromEntries(changed),
  };
}

/** One entry for each setting that is another one afterwards, each durable before the next. */
export async function changeSettings(
  parts: DeskParts,
  given: BranchSettings,
  by?: string,
): Promise<Answer<SettingsView>> {
  const { ledger } = parts;
  const { openDesks, retentionDays, ...values } = given;
  const before = settingValues(parts);
  const groups = values.statisticsGroups;
  const refused = groups === before.statisticsGroups ? null : objectToGroups(parts, groups);
  if (refused) return refused;
  if (openDesks !== undefined || retentionDays !== undefined) {
    await ledger.appendBranch(
      {
        kind: "settings",
        ...(openDesks === undefined ? {} : { openDesks }),
        ...(retentionDays === undefined ? {} : { retentionDays }),
      },
      by,
    );
  }
  for (const name of Object.keys(values) as SettingName[]) {
    const value = values[name];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(before[name])) continue;
    await ledger.appendBranch({ kind: "setting", name, value }, by);
  }
  return { kind: "done", value: viewSettings(parts) };
}

/** A number for a desk that there isn't would count nowhere, and nobody would see it before the file is loaded. */
function objectToGroups({ roster }: DeskParts, line = ""): Refusal | null {
  const names = roster.desks().map((desk) => roster.nameOf(desk));
  const strange = findStrangeDesk(line, names);
  if (strange === undefined) return null;
  const text = `No desk of this branch is called “${strange}”. Expected names of desks, such as ${names.slice(0, 20).join(", ")}.`;
  return { kind: "refused", refusal: { kind: "invalid", text } };
}
