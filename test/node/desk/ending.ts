/** What tests of an outage's end say over and over. */
import type { Answer, Desk } from "../../../src/node/desk/desk.ts";
import { newId, type RunningDesk, until, type World } from "./desks.ts";

export function takeValue<T>(answer: Answer<T>): T {
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  return answer.value;
}

/** The network between them is gone, and they know it. */
export async function part(world: World, a: RunningDesk, b: RunningDesk): Promise<void> {
  world.network.cut(a.pc.host, b.pc.host);
  world.network.drop(a.pc.host, b.pc.host);
  await until("they miss each other", () => a.desks().desks.some(({ linked: there }) => !there));
}

/** Once the file may be given out. */
export async function textOf(desk: Desk, id: string, role: "main" | "extra", part?: number): Promise<string> {
  await until("it may be given out", async () => takeValue(await desk.batch(id)).released);
  return Buffer.from(takeValue(await desk.batchFile(id, role, part)).bytes).toString();
}

export const checkin = (item: string) => ({ id: newId(), kind: "checkin", item }) as const;
export const whole = { format: "jsonl" } as const;
export const loaded = { state: "loaded", job: "1" } as const;
