/**
 * What a page has in hand, kept in this node's memory while that page is loaded anew: a browser's own store would be
 * patron data on the disk in the clear. Each page has a name that it drew itself; nothing here is looked at.
 */
import type { Clock } from "../ports.ts";
import { z } from "./hono.ts";
import { defineRoute, type Route, toJson } from "./route.ts";
import { closed, text } from "./schema.ts";

/** A page that doesn't come back for so long was closed. */
const keptForMs = 10 * 60_000;
const pagesMax = 20;
const lettersMax = 100_000;

const page = text(/^[0-9a-f-]{36}$/, "the name of a page: a UUID");
const expected = `up to ${lettersMax} characters`;
const sittingBody = closed({ page, kept: z.string({ error: expected }).max(lettersMax, expected) });
const sittingPath = closed({ page });
const sitting = z.object({ kept: z.string() });

export function createSittingRoutes(clock: Clock): readonly Route[] {
  const sittings = new Map<string, { readonly kept: string; readonly at: number }>();

  function forgetOld(): void {
    const oldest = clock.monotonic() - keptForMs;
    for (const [name, { at }] of sittings) if (at < oldest) sittings.delete(name);
    // Maps keep their order: the first is the oldest.
    for (const name of [...sittings.keys()].slice(0, Math.max(0, sittings.size - pagesMax)))
      sittings.delete(name);
  }

  return [
    defineRoute({
      method: "get",
      path: "/api/sittings/{page}",
      summary: "What this page had in hand before it was loaded anew; empty: nothing",
      params: sittingPath,
      answers: { 200: { text: "As it was given", schema: sitting } },
      run: ({ params }) => {
        forgetOld();
        return toJson({ kept: sittings.get(params.page)?.kept ?? "" });
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/sittings",
      summary: "Keep what a page has in hand, in memory alone; empty: forget it",
      body: sittingBody,
      examples: { nothing: { page: "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01", kept: "" } },
      answers: { 200: { text: "Kept", schema: sitting } },
      run: ({ body }) => {
        sittings.delete(body.page);
        if (body.kept !== "") sittings.set(body.page, { kept: body.kept, at: clock.monotonic() });
        forgetOld();
        return toJson({ kept: "" });
      },
    }),
  ];
}
