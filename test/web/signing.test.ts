import { describe, expect, test } from "vitest";
import { idleToHiding, WARN_MS } from "../../src/web/privacy.ts";
import type { Connection, HttpAnswer } from "../../src/web/request.ts";
import { createSigning } from "../../src/web/signing.ts";
import { createModel, type Model } from "../../src/web/store.ts";
import { sampleState } from "./sample.ts";

const supervisorNeeded: HttpAnswer = { status: 403, body: { code: "supervisor" } };
const AFTER_MS = 180_000;
const done: HttpAnswer = { status: 201, body: {} };

/** A node that knows `mk` (supervisor) and `ab`, both with the PIN 1234. */
function start(openDesks = true, change: Partial<Connection> = {}) {
  let model: Model = {
    ...createModel("out", ""),
    state: sampleState({ staff: { openDesks, supervisors: 1 } }),
  };
  const asked: string[] = [];
  const kept: string[] = [];
  const connection: Connection = {
    get: async () => ({ status: 200, body: {} }),
    async post(path, body) {
      asked.push(path);
      const { user, pin } = body as { user: string; pin: string };
      if (pin !== "1234") return { status: 401, body: { code: "wrong-pin", detail: "No." } };
      return { status: 200, body: { user, role: user === "mk" ? "supervisor" : "staff", token: "t" } };
    },
    async delete(path) {
      asked.push(`delete ${path}`);
      return { status: 200, body: {} };
    },
    download: async () => undefined,
    beacon: () => undefined,
    reopen: () => void asked.push("reopen"),
    ...change,
  };
  const store = {
    get: () => model,
    set(next: Model) {
      model = next;
    },
  };
  const keepStaff = (initials: string): void => void kept.push(initials);
  const signing = createSigning({ store, connection, keepStaff, onChanged: () => undefined });
  return { signing, asked, kept, model: () => model };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("an act that needs somebody to sign in", () => {
  test("waits for the dialog and is sent again as it was; no PIN stays in the model", async () => {
    const { signing, model, asked, kept } = start();
    let sent = 0;
    const answer = signing.guard(async () => (sent++ === 0 ? supervisorNeeded : done));
    await turn();
    expect(model().signIn).toEqual({ needs: "supervisor" });
    await signing.submit("mk", "4321");
    expect(model().signIn?.error).toBe("No.");
    await signing.submit("ab", "1234");
    expect(model().signIn?.error).toContain("not a supervisor");
    await signing.submit("mk", "1234");
    expect(await answer).toBe(done);
    expect(sent).toBe(2);
    expect(model()).toMatchObject({ staff: "mk", signedIn: { user: "mk", role: "supervisor" } });
    expect(model().signIn).toBeUndefined();
    expect(JSON.stringify(model())).not.toContain("1234");
    expect(kept.at(-1)).toBe("mk");
    expect(asked.filter((path) => path === "reopen")).toHaveLength(2);
  });

  test("comes back refused when nobody does", async () => {
    const { signing } = start();
    const answer = signing.guard(async () => supervisorNeeded);
    await turn();
    signing.cancel();
    expect(await answer).toBe(supervisorNeeded);
  });

  test("two that wait are both sent again, and the dialog asks for what the harder one needs", async () => {
    const { signing, model } = start();
    let isSigned = false;
    const act = (needed: HttpAnswer) => signing.guard(async () => (isSigned ? done : needed));
    const both = Promise.all([act({ status: 401, body: { code: "sign-in" } }), act(supervisorNeeded)]);
    await turn();
    expect(model().signIn?.needs).toBe("supervisor");
    isSigned = true;
    await signing.submit("mk", "1234");
    expect(await both).toEqual([done, done]);
  });

  test("other refusals go through, and so does no answer", async () => {
    const { signing, model } = start();
    for (const answer of [
      undefined,
      { status: 401, body: { code: "wrong-pin" } },
      { status: 403, body: { code: "foreign-origin" } },
      { status: 403, body: undefined },
      { status: 409, body: { code: "supervisor" } },
    ]) {
      expect(await signing.guard(async () => answer)).toBe(answer);
    }
    expect(model().signIn).toBeUndefined();
  });
});

describe("initials alone", () => {
  test("are enough where the branch says so, and sign out whoever was signed in", async () => {
    const { signing, model, asked } = start();
    void signing.ask("staff");
    await signing.submit("mk", "1234");
    void signing.ask("staff");
    await signing.submit("zz", "");
    expect(model()).toMatchObject({ staff: "zz" });
    expect(model().signedIn).toBeUndefined();
    expect(asked).toContain("delete session");
  });

  test("sign out for good, though the node heard nothing of it then", async () => {
    let isThere = true;
    let signedIn: string | undefined;
    const { signing, model } = start(true, {
      get: async () => ({
        status: 200,
        body: signedIn === undefined ? {} : { user: signedIn, role: "supervisor" },
      }),
      async delete() {
        if (!isThere) return undefined;
        signedIn = undefined;
        return { status: 200, body: {} };
      },
    });
    void signing.ask("staff");
    await signing.submit("mk", "1234");
    signedIn = "mk";
    isThere = false;
    void signing.ask("staff");
    await signing.submit("zz", "");
    await signing.refresh();
    isThere = true;
    await signing.refresh();
    expect(model()).toMatchObject({ staff: "zz" });
    expect(model().signedIn).toBeUndefined();
    expect(signedIn).toBeUndefined();
  });

  test("are not enough for a supervisor's act, nor where staff sign in", async () => {
    for (const [openDesks, needs] of [
      [true, "supervisor"],
      [false, "staff"],
    ] as const) {
      const { signing, model } = start(openDesks);
      void signing.ask(needs);
      await signing.submit("zz", "");
      expect(model().signIn?.error).toBe("Type the PIN as well.");
      expect(model().staff).toBe("");
    }
  });
});

test("an empty desk is told for twenty seconds before it hides its patron", () => {
  expect(idleToHiding(AFTER_MS - WARN_MS - 1, AFTER_MS)).toBeUndefined();
  expect(idleToHiding(AFTER_MS - WARN_MS, AFTER_MS)).toBe(20);
  expect(idleToHiding(AFTER_MS - 1, AFTER_MS)).toBe(1);
  expect(idleToHiding(AFTER_MS, AFTER_MS)).toBe(0);
});
