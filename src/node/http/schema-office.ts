/** What the answers for a supervisor look like; tied to `api.ts` as those in `schema-views.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { type Loose, verdictMembers } from "./schema-views.ts";

const text = z.string();
const whole = z.int();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });

export const timeline: Schema<Loose<api.TimelineView>> = z
  .object({
    number: whole,
    state: z.enum(["standby", "open", "closing", "loading", "closed"]),
    desks: z.array(
      z.object({
        desk: text,
        name: text,
        ticks: z.array(z.object({ at: instant, kind: text, count: whole })),
        silentSince: instant.optional(),
        verdict: verdictMembers.verdict,
        said: z.object({ says: z.enum(["lost", "was-off"]), reason: text, by: text.optional() }).optional(),
      }),
    ),
    moves: z.array(z.object({ at: instant, to: text, by: text.optional(), said: text.optional() })),
    calls: z.array(z.object({ who: text, at: text.optional(), by: text.optional() })),
    batches: z.array(z.object({ at: instant, id: text, state: text })),
    conflicts: z.array(z.object({ at: instant, desk: text, kind: text, text, settled: z.boolean() })),
  })
  .openapi("TimelineView");

export const audit: Schema<readonly Loose<api.AuditRow>[]> = z.array(
  z.object({ at: instant, desk: text, by: text.optional(), subject: text, text }),
);

export const trail: Schema<Loose<api.TrailView>> = z
  .object({
    id: text,
    steps: z.array(z.object({ at: instant, by: text.optional(), desk: text, text })),
  })
  .openapi("TrailView");
