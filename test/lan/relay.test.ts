/** Desks that don't all reach each other: by the switch's doing, or because the lease of some ran out. */
import { afterEach, describe, expect, test } from "vitest";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import {
  countLinks,
  everyLinks,
  joinBranch,
  makeScans,
  openOutage,
  recordAll,
  startBranch,
  startFirstDesk,
  waitAlike,
  waitFor,
} from "./scans.ts";

describe.skipIf(lanLack() !== null)("desks apart", () => {
  let lan: Lan | undefined;
  afterEach(async () => {
    await lan?.destroy();
    lan = undefined;
  });
  showOutputOnFailure(() => lan, 3);

  test("two that reach each other only through a third agree", async () => {
    const here = await createLan({ desks: 3 });
    lan = here;
    here.isolate([1, 3]);
    await startFirstDesk(here);
    for (const desk of [2, 3]) {
      await joinBranch(here, desk, desk - 1);
      await here.startDesk(desk);
    }
    await waitFor("desk 2 is linked to both", async () => (await countLinks(here, 2)) === 2);
    await openOutage(here, 3);
    const made = await Promise.all([1, 2, 3].map((desk) => recordAll(here, desk, makeScans(desk, 20))));
    const { ms } = await waitAlike(here, [1, 2, 3], made.flat());
    console.log(`relay: alike ${ms.toFixed(0)} ms after the last scan, with desk 2 between`);
    expect([await countLinks(here, 1), await countLinks(here, 3)]).toEqual([1, 1]);
  });

  test("two of three lose their lease, one after the other, and all still agree", {
    timeout: 120_000,
  }, async () => {
    const here = await createLan({ desks: 3 });
    lan = here;
    await startBranch(here, 3);
    const ids = (
      await Promise.all([1, 2, 3].map((desk) => recordAll(here, desk, makeScans(desk, 10))))
    ).flat();
    await waitAlike(here, [1, 2, 3], ids);
    for (const [round, desk] of [2, 3].entries()) {
      here.loseLease(desk);
      const lostAt = performance.now();
      const scans = [1, 2, 3].map((at) => recordAll(here, at, makeScans(at, 10, 10 + round * 10)));
      ids.push(...(await Promise.all(scans)).flat());
      await waitAlike(here, [1, 2, 3], ids);
      const ms = performance.now() - lostAt;
      console.log(`relay: alike ${ms.toFixed(0)} ms after desk ${desk} fell to 169.254`);
    }
    // 10.x and 169.254.x share no subnet: these links are IPv6, link-local.
    await waitFor("all are linked again", () => everyLinks(here, 3, 2));
  });
});
