/** A desk that joined without hearing the branch's name announces it once it has. */
import { expect, it } from "vitest";
import { startAnnouncing } from "../../../src/node/mesh/announcing.ts";
import { createAir } from "../../../src/node/mesh/discovery-memory.ts";
import type { Sighting } from "../../../src/node/ports.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";

it("announces the name when it is heard, once, and again when it is another", async () => {
  const clock = createManualClock(0);
  const air = createAir(clock);
  const heard: (string | undefined)[] = [];
  await air.discovery("a new PC").start(null, ({ name }: Sighting) => void heard.push(name));
  let name: string | undefined;
  let starts = 0;
  const discovery = air.discovery("desk 2");
  const announcing = await startAnnouncing({
    discovery: {
      ...discovery,
      start: (own, onSighting) => {
        starts++;
        return discovery.start(own, onSighting);
      },
    },
    own: { branch: "b".repeat(32), run: "1".repeat(16), port: 8471 },
    branchName: () => name,
    onSighting: () => undefined,
    onTrouble: (text) => expect.fail(text),
  });
  clock.advance(5_000);
  expect(new Set(heard)).toEqual(new Set([undefined]));
  for (const next of ["Riverside", "Riverside", "Hillside"]) {
    name = next;
    announcing.renew();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20_000);
    expect(heard.at(-1)).toBe(next);
  }
  expect(starts).toBe(3);
  name = undefined;
  announcing.renew();
  await announcing.stop();
  announcing.renew();
  await new Promise((resolve) => setImmediate(resolve));
  expect(starts).toBe(3);
});
