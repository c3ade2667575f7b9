/** What two desks say to each other that have nothing to say (decision 0167). */
import { afterEach, expect, it } from "vitest";
import { frameKinds } from "../../../src/crdt/log/frames.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  linked,
  pause,
  record,
  type World,
} from "../desk/desks.ts";

/** y-websocket's provider parts after half a minute without a frame, unless it is kept from that. */
const seconds = process.env.DESKMESH_FULL === "1" ? 40 : 10;
let world: World;
afterEach(() => world.end());

it(
  "they ask once for both of them, on one link, and stay linked on all",
  async () => {
    const kinds: number[] = [];
    const weather = ({ frame }: { readonly frame: Uint8Array }) => {
      kinds.push(frame[0]!);
      return [{ frame, lateMs: 0 }];
    };
    world = createWorld({ network: { weather } });
    const desks = [await world.start(1), await world.start(2)] as const;
    await linked(...desks);
    await record(desks[0], checkout("33191000000001"));
    await agree(desks, 1);
    await pause(2_500);
    const parted: number[] = [];
    desks[1].subscribe(() => countLinked(desks[1]) === 0 && parted.push(1));
    const { dials } = world.network;
    kinds.length = 0;
    await pause(seconds * 1_000);
    expect([world.network.dials, parted]).toEqual([dials, []]);
    const asked = kinds.filter((kind) => kind === frameKinds.ping);
    expect(new Set(kinds)).toEqual(new Set([frameKinds.ping, frameKinds.pong]));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(Math.ceil(seconds / 4) + 1);
    await record(desks[1], checkout("33191000000002"));
    await agree(desks, 2);
  },
  (seconds + 30) * 1_000,
);
