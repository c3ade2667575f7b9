/** A PC that is no desk of the branch: it has a branch of the same name, and announces itself under the branch's own id. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DesksView } from "../../src/node/http/api.ts";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import {
  by,
  everyLinks,
  makeScans,
  pause,
  readState,
  recordAll,
  startBranch,
  waitAlike,
  waitFor,
} from "./scans.ts";

const DESKS = [1, 2, 3] as const;

describe.skipIf(lanLack() !== null)("a stranger on the LAN", () => {
  let lan: Lan;
  beforeAll(async () => {
    lan = await createLan({ desks: 4 });
  });
  afterAll(() => lan?.destroy());
  showOutputOnFailure(() => lan, 4);

  test("three desks came in by invite; the stranger gets nothing, and is in nobody's way", {
    timeout: 120_000,
  }, async () => {
    await startBranch(lan, 3);
    const { branch } = await readState(lan, 1);
    await lan.startDesk(4);
    const staff = { supervisor: by.user, pin: by.pin };
    const form = { name: branch?.name, code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1", ...staff };
    expect((await lan.api(4, "POST", "/api/branch", form)).status).toBe(201);
    const own = { branch: branch?.id ?? "", run: "f".repeat(16), port: 8471, name: branch?.name ?? "" };
    const probe = await lan.probe(4, own, () => undefined);
    await waitFor("the desks have met it, and say so", async () =>
      DESKS.every((desk) => lan.output(desk).includes("not admitted")),
    );
    const ids = (await Promise.all(DESKS.map((desk) => recordAll(lan, desk, makeScans(desk, 20))))).flat();
    await waitAlike(lan, DESKS, ids);
    await pause(1_000);
    expect(await everyLinks(lan, 3, 2)).toBe(true);
    for (const desk of DESKS) {
      const { desks } = (await lan.api(desk, "GET", "/api/desks")).json<DesksView>();
      expect(desks.map(({ standing }) => standing)).toEqual(["admitted", "admitted", "admitted"]);
    }
    const stranger = await readState(lan, 4);
    expect(stranger.desks.desks.filter(({ self }) => !self)).toEqual([]);
    expect(stranger.waiting).toBe(0);
    await probe.stop();
  });
});
