/** A PC whose disk was copied finds out on its page, and becomes a desk of its own there. */
import { randomUUID } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DesksView, InviteView, StateView } from "../../src/node/http/api.ts";
import {
  branchForm,
  by,
  describeWithBrowser,
  findViolations,
  getJson,
  launchBrowser,
  makeFolder,
  openPage,
  postJson,
  type RunningNode,
  removeFolder,
  signIn,
  startNode,
  stopNode,
} from "./harness.ts";

describeWithBrowser("twins", () => {
  let folder: string;
  const nodes: RunningNode[] = [];
  let browser: Browser;
  const start = async (name: string): Promise<RunningNode> => {
    const node = await startNode(join(folder, name));
    nodes.push(node);
    return node;
  };
  /** Asks nobody anything. */
  const takeBack = (node: RunningNode, item: string) =>
    postJson(node, "transactions", {
      id: randomUUID().replace(/^(.{14})./, "$17"),
      kind: "checkin",
      item,
    });

  beforeAll(async () => {
    folder = await makeFolder();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const node of nodes) await stopNode(node);
    await removeFolder(folder);
  });

  test("its page says so and makes it a new desk, at a supervisor's word", async () => {
    const [one, first] = [await start("one"), await start("two")];
    await postJson(one, "branch", branchForm);
    await postJson(one, "outage/open", {});
    const { invite } = await postJson<InviteView>(one, "invites", { by });
    await postJson(first, "join", { invite, desk: "Desk 2" });
    await expect.poll(async () => (await getJson<StateView>(first, "state")).outage.state).toBe("open");
    await stopNode(first);
    await cp(join(folder, "two"), join(folder, "copy"), { recursive: true });
    const [two, copy] = [await start("two"), await start("copy")];
    for (let i = 0; i < 3; i++) {
      await Promise.all([takeBack(two, `3319100000010${i}`), takeBack(copy, `3319100000020${i}`)]);
    }
    const { page } = await openPage(browser, copy);
    page.setDefaultTimeout(20_000);
    await page.goto(`${copy.url}/#/desks`);
    await page.getByRole("heading", { name: "Two PCs have this desk’s identity" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.locator("#d-renew").fill("Desk 3");
    await page.getByRole("button", { name: "This is the copy: make it a new desk" }).click();
    await signIn(page, by.user, by.pin);
    await page.getByText("This PC is Desk 3 now").waitFor();
    await page
      .getByRole("heading", { name: "Two PCs have this desk’s identity" })
      .waitFor({ state: "hidden" });
    const linked = async (): Promise<unknown> => {
      const { desks } = await getJson<DesksView>(one, "desks");
      return desks.filter((desk) => desk.linked).map(({ name }) => name);
    };
    await expect.poll(linked, { timeout: 20_000 }).toEqual(["Desk 1", "Desk 2", "Desk 3"]);
    await takeBack(copy, "33191000000300");
    const rows = (await getJson<{ rows: unknown[] }>(copy, "transactions")).rows;
    expect(rows).toHaveLength(7);
  });
});
