/** A second desk comes in by the four words, through two browsers; a third one by an invite, typed into its page. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DesksView, StateView } from "../../src/node/http/api.ts";
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

describeWithBrowser("joining", () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  let browser: Browser;
  let desk: Page;

  beforeAll(async () => {
    folder = await makeFolder();
    nodes = await Promise.all(["one", "two", "three"].map((name) => startNode(join(folder, name))));
    await postJson(nodes[0]!, "branch", branchForm);
    browser = await launchBrowser();
    ({ page: desk } = await openPage(browser, nodes[0]!));
    desk.setDefaultTimeout(20_000);
    await desk.goto(`${nodes[0]!.url}/#/desks`);
  });

  afterAll(async () => {
    await browser?.close();
    for (const node of nodes) await stopNode(node);
    await removeFolder(folder);
  });

  const askFrom = async (node: RunningNode, name: string): Promise<Page> => {
    const { page } = await openPage(browser, node);
    page.setDefaultTimeout(20_000);
    await page.locator("#j-desk").fill(name);
    await page.locator("#j-address").fill(`127.0.0.1:${nodes[0]!.meshPort}`);
    await page.getByRole("button", { name: "Ask this address" }).click();
    await page.locator(".words").waitFor();
    return page;
  };
  const wordsOn = (page: Page) => page.locator(".words").first().textContent();

  test("both pages show the same four words; a no ends it, and nothing is joined", async () => {
    const page = await askFrom(nodes[1]!, "Desk 2");
    await desk.locator(".words").waitFor();
    expect(await wordsOn(page)).toBe(await wordsOn(desk));
    expect((await wordsOn(page))?.split(" · ")).toHaveLength(4);
    expect(await findViolations(page), "first run").toEqual([]);
    expect(await findViolations(desk), "desks").toEqual([]);
    // Nothing of the branch but its name, before the answer.
    expect(await page.textContent("body")).not.toContain("Desk 1");
    await desk.getByRole("button", { name: "They differ: refuse" }).click();
    // A supervisor's act: the dialog comes first, then the act goes out by itself.
    await signIn(desk, by.user, by.pin);
    await page.getByText("The other desk refused").waitFor();
    expect((await getJson<StateView>(nodes[1]!, "state")).branch).toBeUndefined();
    await page.context().close();
  });

  test("a yes at both lets the desk in", async () => {
    const page = await askFrom(nodes[1]!, "Desk 2");
    await desk.getByText("“Desk 2” asks to join").waitFor();
    expect(await wordsOn(page)).toBe(await wordsOn(desk));
    await page.getByRole("button", { name: "They match" }).click();
    await page.getByText("Waiting for somebody").waitFor();
    await desk.getByRole("button", { name: "They match: let it in" }).click();
    await page.locator("#scan").waitFor({ timeout: 20_000 });
    await desk
      .getByRole("row", { name: /Desk 2/ })
      .first()
      .waitFor();
    await page.context().close();
  });

  test("an invite is made on the page and typed in at the new PC; then it is renamed and retired", async () => {
    await desk.getByRole("button", { name: "Invite a desk" }).click();
    const invite = await desk.locator("#invite-line").inputValue();
    const { page } = await openPage(browser, nodes[2]!);
    await page.locator("#j-desk").fill("Desk 3");
    await page.locator("#j-invite").fill(invite);
    await page.getByRole("button", { name: "Join with this invite" }).click();
    await page.locator("#scan").waitFor({ timeout: 20_000 });
    await desk
      .getByRole("row", { name: /Desk 3/ })
      .first()
      .waitFor();
    await desk.getByText("Rename or retire a desk").click();
    await desk.locator("#rename-desk").selectOption({ label: "Desk 3" });
    await desk.locator("#d-name").fill("Children");
    await desk.getByRole("button", { name: "Rename", exact: true }).click();
    await desk
      .getByRole("row", { name: /Children/ })
      .first()
      .waitFor();
    expect(await findViolations(desk), "desks").toEqual([]);
    await desk.locator("#act-desk").selectOption({ label: "Children" });
    await desk.locator("#d-what").selectOption("retire");
    await desk.locator("#d-reason").fill("Sold");
    await desk.getByRole("button", { name: "Write it" }).click();
    await desk.getByText("Children is retired").waitFor();
    const standing = async () => {
      const { desks } = await getJson<DesksView>(nodes[1]!, "desks");
      return desks.find(({ name }) => name === "Children")?.linked ?? false;
    };
    await expect.poll(standing).toBe(false);
    await page.context().close();
  });
});
