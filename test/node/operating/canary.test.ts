/** Does this PC keep what is written on it? What the canary says after each restart, for any run of kept and wiped ones. */

import { expect, test } from "vitest";
import { isOutside, readCanary } from "../../../src/node/operating/canary.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import * as fc from "../../properties.ts";

test("counts restarts that were lived through and wipes that were not, whatever comes", async () => {
  const step = fc.constantFrom("restart", "wipe", "start-again");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, apart) => {
      let data = createMemoryVault();
      const identity = apart ? createMemoryVault() : data;
      let boot = 0;
      let [wiped, survived] = [0, 0];
      const look = () => readCanary({ data, identity, apart, boot: `b${boot}`, forgets: null });
      expect(await look()).toMatchObject({ wiped: 0, survived: 0, wipedNow: false });
      for (const one of steps) {
        if (one !== "start-again") boot += 1;
        if (one === "wipe") {
          data = createMemoryVault();
          survived = 0;
          // In one folder with the keys nothing is left to tell of it: it begins anew.
          if (apart) wiped += 1;
        } else if (one === "restart") survived += 1;
        const seen = await readCanary({
          data,
          identity: apart ? identity : data,
          apart,
          boot: `b${boot}`,
          forgets: null,
        });
        expect(seen).toMatchObject({ wiped, survived, wipedNow: apart && one === "wipe" });
      }
    }),
    { numRuns: 60 },
  );
});

test("damage of its file counts as nothing there, and never ends a start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const [data, identity] = [createMemoryVault(), createMemoryVault()];
      await data.write("canary.json", text);
      const seen = await readCanary({ data, identity, apart: true, boot: "b", forgets: null });
      expect(seen.wiped).toBe(0);
    }),
  );
});

test.each([
  ["/data", "/data/identity", false],
  ["/data", "/data", false],
  ["/data", "/data-2", true],
  ["/data/a", "/data", true],
  ["/data", "/keys", true],
])("%s and %s: apart %s", (folder, other, apart) => expect(isOutside(folder, other)).toBe(apart));
