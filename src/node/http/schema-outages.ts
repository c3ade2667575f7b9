/** What answers about past outages look like; tied to `api.ts` as those in `schema-views.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import type { Loose } from "./schema-views.ts";

const text = z.string();
const whole = z.int();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });

export const pastOutage: Schema<Loose<api.PastOutageView>> = z
  .object({
    number: whole,
    state: z.enum(["standby", "open", "closing", "loading", "closed"]),
    since: instant.optional(),
    closedAt: instant.optional(),
    counts: z.array(z.object({ kind: text, count: whole })),
    obstacles: z.array(text),
    needsReason: z.boolean(),
    purgeAt: instant.optional(),
    purged: z
      .object({
        at: instant,
        by: text.optional(),
        reason: text.optional(),
        desks: z.array(z.object({ desk: text, name: text, done: z.boolean() })),
      })
      .optional(),
  })
  .openapi("PastOutageView");
export const pastOutages = z.array(pastOutage);
export const statistics: Schema<readonly Loose<api.StatisticsRow>[]> = z.array(
  z.object({ desk: text, kind: text, hour: instant, count: whole }),
);
