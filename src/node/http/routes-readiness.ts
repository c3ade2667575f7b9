/** Is this PC ready for the day the line fails, and what staff tried out at it. Nothing here tells of a patron. */
import type { Desk } from "../desk/desk.ts";
import { type DeskTestName, deskTestNames } from "../operating/desk-tests.ts";
import type { Host } from "../operating/host.ts";
import { type HostFacts, judgeReadiness } from "../operating/readiness.ts";
import type { Clock } from "../ports.ts";
import type { ReadinessView } from "./api.ts";
import { type Schema, z } from "./hono.ts";
import { defineRoute, type Route, toJson } from "./route.ts";
import { closed } from "./schema.ts";

const view = z
  .object({
    ready: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        level: z.enum(["green", "amber", "red"]),
        text: z.string(),
        remedy: z.string().optional(),
      }),
    ),
  })
  .openapi("ReadinessView") as unknown as Schema<ReadinessView>;

const testBody = closed({
  test: z.enum(deskTestNames, { error: `one of ${deskTestNames.join(", ")}` }),
});

export function createReadinessRoutes(desk: Desk, clock: Clock, host: Host | undefined): readonly Route[] {
  const judge = async (): Promise<ReadinessView> =>
    judgeReadiness(desk.state(), await gatherFacts(host), clock.now());
  return [
    defineRoute({
      method: "get",
      path: "/api/readiness",
      summary: "Ten checks: is this PC ready for the day the line fails?",
      answers: { 200: { text: "How each check stands, and what to do", schema: view } },
      run: async () => toJson(await judge()),
    }),
    defineRoute({
      method: "post",
      path: "/api/readiness/tests",
      summary: "Printer, scanner, sound or practice worked at this desk just now",
      body: testBody,
      examples: { printer: { test: "printer" } },
      answers: { 200: { text: "All checks after it", schema: view } },
      run: async ({ body }) => {
        await host?.tests.note((body as { test: DeskTestName }).test);
        return toJson(await judge());
      },
    }),
  ];
}

export async function gatherFacts(host: Host | undefined): Promise<HostFacts | null> {
  if (host === undefined) return null;
  const { canary, space, tests, isService } = host;
  const diskTrouble = await host.probeDisk();
  await space.look();
  return { canary, level: space.level(), free: space.free(), tests: tests.read(), isService, diskTrouble };
}
