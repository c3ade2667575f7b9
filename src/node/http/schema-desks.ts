/** What requests about desks must look like: joining, names, retiring (contract.md). */
import { z } from "./hono.ts";
import { by, closed, text, words } from "./schema.ts";

const deskName = words(40);
export const inviteBody = closed({
  ttlMinutes: z
    .int({ error: "a whole number of minutes from 1 to 10080" })
    .min(1, "a whole number of minutes from 1 to 10080")
    .max(10_080, "a whole number of minutes from 1 to 10080")
    .optional(),
  by,
});
export const joinBody = closed({
  invite: z.string({ error: "an invite" }).min(1, "an invite").max(4096, "an invite"),
  desk: deskName,
});
export const askBody = closed({
  branch: text(/^[0-9a-f]{32}$/, "the id of a branch that was heard").optional(),
  address: text(/^[\w.:%[\]-]{1,80}$/, "ADDRESS or ADDRESS:PORT").optional(),
  desk: deskName,
}).refine((body) => (body.branch === undefined) !== (body.address === undefined), {
  path: ["branch"],
  error: "a branch or an address, one of the two",
});
export const decideBody = closed({
  decision: z.enum(["confirm", "refuse"], { error: "one of confirm, refuse" }),
  by,
});
export const answerBody = closed({
  decision: z.enum(["confirm", "refuse"], { error: "one of confirm, refuse" }),
});
export const renameBody = closed({ name: deskName, by });
export const renewBody = closed({ desk: deskName, by });
export const retireBody = closed({ reason: words(200).optional(), by });
export const reasonBody = closed({ reason: words(200), by });
