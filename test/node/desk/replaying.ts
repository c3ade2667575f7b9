/** What tests of replays over SIP2 say over and over. */
import type { Answer } from "../../../src/node/desk/desk.ts";
import type { ReplayRequest } from "../../../src/node/desk/replay.ts";
import type { BatchView, ReplayView } from "../../../src/node/http/api.ts";
import { createMemoryTcp, type MemoryTcp } from "../../../src/node/sip2/tcp-memory.ts";
import { createIls, type Ils, type IlsOptions } from "../../sip2/ils.ts";
import { checkout, type RunningDesk, record, until, type World } from "./desks.ts";
import { checkin, takeValue } from "./ending.ts";

export const patron = "21234000000018";
export const itemOf = (n: number): string => `3319100000000${n}`;
export const server = { host: "ils", port: 6001, rate: 1_000 } as const;

export interface Line {
  readonly tcp: MemoryTcp;
  /** Another server in place of the one before. */
  serve(options?: IlsOptions): Ils;
}

export function createLine(): Line {
  const tcp = createMemoryTcp();
  let end = (): void => undefined;
  return {
    tcp,
    serve(options) {
      end();
      const ils = createIls(options);
      end = tcp.serve("ils:6001", ils.accept);
      return ils;
    },
  };
}

/** A desk with so many loans, each by the same patron, and a return of the first. */
export async function startWithBatch(
  world: World,
  line: Line,
  loans: number,
): Promise<{ readonly desk: RunningDesk; readonly id: string }> {
  world.pc(1).tcp = line.tcp;
  const desk = await world.start(1);
  for (let n = 1; n <= loans; n += 1) await record(desk, checkout(itemOf(n), patron));
  await record(desk, checkin(itemOf(1)));
  return { desk, id: takeValue(await desk.makeBatch({ format: "csv" })).id };
}

/** From beginning to end. */
export async function replay(
  desk: RunningDesk,
  id: string,
  request: Partial<ReplayRequest> = {},
): Promise<BatchView> {
  takeValue(await desk.replay(id, { ...server, ...request }, "MK"));
  return ended(desk, id);
}

export async function ended(desk: RunningDesk, id: string): Promise<BatchView> {
  await until("the replay is over", async () => takeValue(await desk.batch(id)).replay?.here === false);
  return takeValue(await desk.batch(id));
}

export function summary({ replay: view }: BatchView): readonly number[] {
  const { done, refused, unknown, waiting } = view as ReplayView;
  return [done, refused, unknown.length, waiting];
}

export const codeOf = (answer: Answer<unknown>): string =>
  answer.kind === "conflict" ? answer.code : answer.kind;
