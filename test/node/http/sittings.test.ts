/** What a page has in hand is given back to the page that has its name, and to nobody for ever. */
import { expect, test } from "vitest";
import { createDeskDouble, createTestParts, ownHost, post } from "./desk-double.ts";

const page = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";
const other = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a02";

function start() {
  let at = 0;
  const clock = { now: () => 0, monotonic: () => at, after: () => () => undefined };
  const { app, logged } = createTestParts(createDeskDouble(), { clock });
  const kept = async (name: string): Promise<unknown> =>
    (await app.request(`${ownHost}/api/sittings/${name}`)).json();
  const keep = (name: string, text: string) =>
    app.request(`${ownHost}/api/sittings`, post({ page: name, kept: text }));
  const wait = (ms: number): void => {
    at += ms;
  };
  return { kept, keep, wait, logged };
}

test("is given back to its name, replaced, forgotten, and gone after ten minutes", async () => {
  const { kept, keep, wait, logged } = start();
  expect(await kept(page)).toEqual({ kept: "" });
  await keep(page, '{"patron":"1"}');
  await keep(page, '{"patron":"2"}');
  expect(await kept(page)).toEqual({ kept: '{"patron":"2"}' });
  expect(await kept(other)).toEqual({ kept: "" });
  await keep(page, "");
  expect(await kept(page)).toEqual({ kept: "" });
  await keep(page, '{"patron":"3"}');
  wait(10 * 60_000 + 1);
  expect(await kept(page)).toEqual({ kept: "" });
  expect(logged).toEqual([]);
});

test("keeps a bounded number of pages, the newest", async () => {
  const { kept, keep } = start();
  const names = Array.from({ length: 30 }, (_, index) => page.slice(0, -2) + String(index + 10));
  for (const name of names) await keep(name, name);
  expect(await kept(names[0] ?? "")).toEqual({ kept: "" });
  expect(await kept(names.at(-1) ?? "")).toEqual({ kept: names.at(-1) });
});

test("refuses a name that is none and a text that is too long, and keeps nothing of it", async () => {
  const { keep } = start();
  expect((await keep("x", "y")).status).toBe(422);
  expect((await keep(page, "x".repeat(100_001))).status).toBe(422);
});
