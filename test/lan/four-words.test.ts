/**
 * Three desks by invite and a fourth by the four words, each word compared on two screens, while a stranger's branch of
 * the same name is on the same wire.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DesksView } from "../../src/node/http/api.ts";
import { browserPath, hasBrowser, launchBrowser, signIn } from "../e2e/harness.ts";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import {
  by,
  everyLinks,
  makeScans,
  range,
  readState,
  recordAll,
  startBranch,
  waitAlike,
  waitFor,
} from "./scans.ts";

describe.skipIf(lanLack() !== null || !hasBrowser())("four words on the LAN", () => {
  let lan: Lan;
  let folder: string;
  const browsers: Browser[] = [];
  beforeAll(async () => {
    lan = await createLan({ desks: 5 });
    folder = await mkdtemp(join(tmpdir(), "deskmesh-words-"));
  });
  afterAll(async () => {
    for (const browser of browsers) await browser.close();
    await lan?.destroy();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  showOutputOnFailure(() => lan, 5);

  /** A browser on that PC: pages are served on its own 127.0.0.1 alone. */
  async function openPage(desk: number, path = ""): Promise<Page> {
    const script = join(folder, `browser-${desk}`);
    await writeFile(script, `#!/bin/sh\nexec ip netns exec ${lan.namespace(desk)} ${browserPath} "$@"\n`);
    await chmod(script, 0o700);
    const browser = await launchBrowser(script);
    browsers.push(browser);
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`http://127.0.0.1:8470/${path}`);
    return page;
  }

  test("the fourth asks the branch that it hears, and knows the stranger's by its words", {
    timeout: 180_000,
  }, async () => {
    await startBranch(lan, 3);
    const name = (await readState(lan, 1)).branch?.name ?? "";
    await lan.startDesk(5);
    const form = {
      name,
      code: "RIV",
      timezone: "Europe/Berlin",
      desk: "Desk 1",
      supervisor: by.user,
      pin: by.pin,
    };
    expect((await lan.api(5, "POST", "/api/branch", form)).status).toBe(201);
    await lan.startDesk(4);
    const [joining, admitted] = [await openPage(4), await openPage(1, "#/desks")];
    const ask = joining.getByRole("button", { name: `Ask ${name}` });
    await expect.poll(() => ask.count(), { timeout: 20_000 }).toBe(2);
    const right = (await readState(lan, 1)).branch?.id;
    const heard = (await readState(lan, 4)).joins.heard.map(({ branch }) => branch);
    const askFor = async (place: number): Promise<string | null> => {
      await joining.locator("#j-desk").fill("Desk 4");
      await ask.nth(place).click();
      return joining.locator(".words").first().textContent();
    };

    // The stranger's: words stand here, and nobody asks at the desk that a supervisor is looking at.
    await askFor(heard.findIndex((branch) => branch !== right));
    expect((await readState(lan, 1)).joins.requests).toEqual([]);
    await joining.getByRole("button", { name: "They differ" }).click();

    const words = await askFor(heard.indexOf(right ?? ""));
    const seen = await waitForRequest(lan);
    const screen = await openAt(seen, admitted);
    expect(await screen.locator(".words").first().textContent()).toBe(words);
    await joining.getByRole("button", { name: "They match" }).click();
    await screen.getByRole("button", { name: "They match: let it in" }).click();
    await signIn(screen, by.user, by.pin);
    await waitFor("all four are linked", () => everyLinks(lan, 4, 3));
    const ids = (await Promise.all(range(4).map((desk) => recordAll(lan, desk, makeScans(desk, 10))))).flat();
    await waitAlike(lan, range(4), ids);
    for (const desk of range(4)) {
      const { desks } = (await lan.api(desk, "GET", "/api/desks")).json<DesksView>();
      expect(desks.map(({ standing }) => standing)).toEqual(Array(4).fill("admitted"));
    }
    const stranger = (await lan.api(5, "GET", "/api/desks")).json<DesksView>();
    expect(stranger.desks).toHaveLength(1);
  });

  /** It asked the desk that it heard: any of the three. */
  async function waitForRequest(on: Lan): Promise<number> {
    let asked = 0;
    await waitFor("a desk is asked", async () => {
      for (const desk of range(3)) if ((await readState(on, desk)).joins.requests.length > 0) asked = desk;
      return asked > 0;
    });
    return asked;
  }

  async function openAt(desk: number, first: Page): Promise<Page> {
    const page = desk === 1 ? first : await openPage(desk, "#/desks");
    await page.getByText("“Desk 4” asks to join").waitFor();
    return page;
  }
});
