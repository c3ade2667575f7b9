/** Staff of a real branch: two desks over the memory network, real PINs. */
import { afterEach, describe, expect, test } from "vitest";
import type { StateView } from "../../../src/node/http/api.ts";
import { checkout, createWorld, linked, record, recordOrAnswer, until, type World } from "./desks.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

const form = { name: "Riverside", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" };

/** Desk 1 has created the branch with supervisor `mk`, PIN 1234; desk 2 has joined. */
async function startTwoDesks() {
  const world = createWorld({ unfounded: true });
  worlds.push(world);
  const one = await world.start(1, []);
  const created = await one.createBranch({ ...form, supervisor: "mk", pin: "1234" });
  if (created.kind !== "done") throw new Error(JSON.stringify(created));
  const two = await world.start(2, [1]);
  await linked(one, two);
  await until("desk 2 knows the supervisor", () => two.staff.find("mk") !== null);
  return { world, one, two, recoveryCode: created.value.recoveryCode };
}

describe("the first supervisor", () => {
  test("is made with the branch, is known at every desk, and survives a restart", async () => {
    const { world, one, two } = await startTwoDesks();
    expect(await two.staff.signIn("MK", "1234")).toEqual({
      kind: "signed-in",
      user: "mk",
      role: "supervisor",
    });
    expect(await two.staff.signIn("mk", "4321")).toEqual({ kind: "wrong" });
    expect((one.state() as StateView).staff).toEqual({ openDesks: true, supervisors: 1 });
    await world.stop(one);
    const again = await world.start(1, [2]);
    expect((await again.staff.signIn("mk", "1234")).kind).toBe("signed-in");
    expect(await again.pc.vault.read("branch.json")).not.toContain("1234");
  });

  test("a form without a usable name or PIN makes no branch", async () => {
    const world = createWorld({ unfounded: true });
    worlds.push(world);
    const one = await world.start(1, []);
    for (const wrong of [
      { supervisor: "m k", pin: "1234" },
      { supervisor: "mk", pin: "123" },
      { supervisor: "operator", pin: "1234" },
    ])
      expect((await one.createBranch({ ...form, ...wrong })).kind).toBe("refused");
    expect(one.state().branch).toBeUndefined();
    const both = await Promise.all(
      ["mk", "ab"].map((supervisor) => one.createBranch({ ...form, supervisor, pin: "1234" })),
    );
    expect(both.map(({ kind }) => kind).sort()).toEqual(["conflict", "done"]);
  });
});

describe("staff management", () => {
  test("what one desk decides counts at the other: added, new PIN, disabled", async () => {
    const { one, two } = await startTwoDesks();
    await one.staff.change({ user: "ab", pin: "aaaa", role: "staff" }, "mk");
    await until("desk 2 knows ab", () => two.staff.find("ab") !== null);
    expect(two.staff.list().map(({ user }) => user)).toEqual(["ab", "mk"]);
    const before = two.staff.find("ab")?.pinMark;
    await one.staff.change({ user: "AB", pin: "bbbb" }, "mk");
    await until("desk 2 knows the new PIN", () => two.staff.find("ab")?.pinMark !== before);
    expect((await two.staff.signIn("ab", "aaaa")).kind).toBe("wrong");
    expect((await two.staff.signIn("ab", "bbbb")).kind).toBe("signed-in");
    await one.staff.change({ user: "ab", disabled: true }, "mk");
    await until("desk 2 knows that ab is disabled", () => two.staff.find("ab") === null);
    expect((await two.staff.signIn("ab", "bbbb")).kind).toBe("wrong");
    expect((await one.staff.change({ user: "zz", disabled: true }, "mk")).kind).toBe("not-found");
  });

  test("the last supervisor can't be lost", async () => {
    const { one } = await startTwoDesks();
    for (const change of [{ disabled: true }, { role: "staff" as const }])
      expect(await one.staff.change({ user: "mk", ...change }, "mk")).toMatchObject({
        kind: "conflict",
        code: "last-supervisor",
      });
    await one.staff.change({ user: "ab", pin: "aaaa", role: "supervisor" }, "mk");
    expect((await one.staff.change({ user: "mk", role: "staff" }, "ab")).kind).toBe("done");
  });

  test("wrong PINs are told: ten in the branch lock at both desks, until the recovery code", async () => {
    const { one, two, recoveryCode } = await startTwoDesks();
    for (let n = 0; n < 5; n++) expect((await one.staff.signIn("mk", "9999")).kind).toBe("wrong");
    const here = await one.staff.signIn("mk", "1234");
    expect(here.kind === "locked" && here.retryAfterMs).toBeGreaterThan(50_000);
    for (let n = 0; n < 5; n++) expect((await two.staff.signIn("mk", "9999")).kind).toBe("wrong");
    await until("both know ten", () =>
      [one, two].every((desk) => desk.staff.list().some(({ locked }) => locked)),
    );
    expect(await two.staff.signIn("mk", "1234")).toEqual({ kind: "locked" });
    expect((await two.staff.recover({ code: `${recoveryCode}0`, user: "mk", pin: "5678" })).kind).toBe(
      "refused",
    );
    const done = await two.staff.recover({ code: recoveryCode.toLowerCase(), user: "mk", pin: "5678" });
    expect(done.kind).toBe("done");
    expect((await two.staff.signIn("mk", "5678")).kind).toBe("signed-in");
    await until("desk 1 knows", () => one.staff.list().every(({ locked }) => !locked));
    // The lock of the desk itself is off as well.
    expect((await one.staff.signIn("mk", "5678")).kind).toBe("signed-in");
    // The code is used up; the new one is another.
    expect((await two.staff.recover({ code: recoveryCode, user: "zz", pin: "5678" })).kind).toBe("refused");
    expect(done.kind === "done" && done.value.recoveryCode).not.toBe(recoveryCode);
  });
});

describe("who recorded", () => {
  test("staff void their own; another's needs a supervisor, signed in or lending", async () => {
    const { one } = await startTwoDesks();
    const voiding = (voids: string) =>
      ({ id: checkout("x").id, kind: "voiding", voids, reason: "Mistake" }) as const;
    const [first, second, third] = [checkout("I1"), checkout("I2"), checkout("I3")];
    for (const scan of [first, second, third]) await record(one, scan, "ab");
    expect((await one.record(voiding(first.id), "AB", "staff")).kind).toBe("recorded");
    const asked = await one.record(voiding(second.id), "cd", "staff");
    expect(asked).toMatchObject({
      kind: "questions",
      questions: [{ code: "void-other", role: "supervisor" }],
    });
    // Answering it oneself is no answer.
    expect((await recordOrAnswer(one, voiding(second.id), "cd")).kind).toBe("questions");
    const lent = asked.kind === "questions" ? asked.questions : [];
    const overrides = lent.map(({ code, ref }) => ({ code, ref, acknowledged: true, by: "mk" }));
    expect((await one.record({ ...voiding(second.id), overrides }, "cd", "staff")).kind).toBe("recorded");
    expect((await one.record(voiding(third.id), "mk", "supervisor")).kind).toBe("recorded");
  });
});
