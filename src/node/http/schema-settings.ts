/**
 * Settings of the branch, in requests and answers. What each may be is said once, in
 * `crdt/circulation/branch-settings.ts`: a desk never records what another desk would not read.
 */
import {
  branchSettings,
  type SettingName,
  type SettingValues,
  settingNames,
} from "../../crdt/circulation/branch-settings.ts";
import { RETENTION_DAYS_MAX } from "../../crdt/circulation/staff-fact.ts";
import type { SettingsView } from "./api-operating.ts";
import { type Schema, z } from "./hono.ts";
import { by, closed } from "./schema.ts";

function setting(name: SettingName) {
  const { expected, read, standard } = branchSettings[name];
  const isList = Array.isArray(standard);
  return z
    .unknown()
    .refine((value) => read(value) !== undefined, { error: expected })
    .openapi({ type: isList ? "array" : (typeof standard as "string"), description: expected });
}

const shapes = Object.fromEntries(settingNames.map((name) => [name, setting(name)]));
const days = `a whole number of days from 0 to ${RETENTION_DAYS_MAX}; 0: the longest loan and a week`;
const given = Object.fromEntries(settingNames.map((name) => [name, setting(name).optional()]));

export const settingsBody = closed({
  openDesks: z.boolean({ error: "true or false" }).optional(),
  retentionDays: z.int({ error: days }).min(0, days).max(RETENTION_DAYS_MAX, days).optional(),
  ...given,
  by,
}).refine(({ by: _, ...rest }) => Object.values(rest).some((value) => value !== undefined), {
  error: `at least one of openDesks, retentionDays, ${settingNames.join(", ")}`,
});

export const settingValues = z.object(shapes).openapi("SettingValues") as unknown as Schema<SettingValues>;
export const settings = z
  .object({
    ...shapes,
    openDesks: z.boolean(),
    retentionDays: z.int(),
    standard: z.object({ ...shapes, openDesks: z.boolean(), retentionDays: z.int() }),
    changed: z.record(
      z.string(),
      z.object({ at: z.string().openapi({ format: "date-time" }), by: z.string().optional() }),
    ),
  })
  .openapi("SettingsView") as unknown as Schema<SettingsView>;
