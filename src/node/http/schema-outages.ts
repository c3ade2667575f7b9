/** What answers about outages, the current one and past ones, look like; tied to `api.ts` as those in `schema-views.ts`. */
import type * as api from "./api.ts";
import { type Schema, z } from "./hono.ts";
import type { Loose } from "./schema-views.ts";

const text = z.string();
const whole = z.int();
/** RFC 3339 with the branch's offset. */
const instant = z.string().openapi({ format: "date-time" });

const maybe = z.string().optional();
export const outage: Schema<Loose<api.OutageView>> = z
  .object({
    number: whole,
    state: z.enum(["standby", "open", "closing", "loading", "closed"]),
    since: instant.optional(),
    changedAt: instant.optional(),
    scope: maybe,
    record: z
      .object({
        openedAt: z.object({ desk: text, name: text }).optional(),
        moves: z.array(
          z.object({
            to: z.enum(["open", "closing", "open-again", "close"]),
            at: instant,
            desk: text,
            by: maybe,
            toldBy: maybe,
            toldAt: maybe,
            reason: maybe,
          }),
        ),
        calls: z.array(z.object({ who: text, at: maybe, by: maybe })),
        reports: z.array(
          z.object({
            desk: text,
            name: text,
            says: z.enum(["down", "works"]),
            at: instant,
            by: maybe,
            toldBy: maybe,
          }),
        ),
      })
      .optional(),
    question: maybe,
    missing: z.array(z.object({ outage: whole, desk: text, name: text })).optional(),
    before: z.object({ number: whole, closedAt: instant }).optional(),
  })
  .openapi("OutageView");

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
