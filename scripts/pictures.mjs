// `npm run pictures [folder]`: a desk with the sample library is played, and its screens are kept as PNG. Without a
// folder the ones that the README shows are renewed, in docs/img. Needs a build and Chromium.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "./build.mjs";
import { isMain, root, runScript } from "./setup.mjs";

const by = { user: "ms", pin: "1234" };
/** What a reader calls the page. */
const NAMES = { export: "supervisor" };
const OTHERS = [
  "activity",
  "rules",
  "desks",
  "readiness",
  "settings",
  "scanner",
  "exceptions",
  "wizard",
  "day",
  "sheet",
];
const cards = { plain: "21998020000006", blocked: "21998020016432" };

export async function takePictures(folder, all, say) {
  mkdirSync(folder, { recursive: true });
  // A desk for each: what was lent in the light can't be lent again in the dark.
  for (const colorScheme of ["light", "dark"]) await takeLook(folder, all, colorScheme, say);
}

async function takeLook(folder, all, colorScheme, say) {
  const data = mkdtempSync(join(tmpdir(), "deskmesh-pictures-"));
  const node = await startNode(data);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    await prepare(poster(node.url));
    const page = await browser.newPage({
      viewport: { width: 1360, height: 800 },
      colorScheme,
      reducedMotion: "reduce",
    });
    const shot = async (name) => {
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      say(`${name}-${colorScheme}.png`);
    };
    await page.goto(node.url);
    await play(page, shot, all);
  } finally {
    await browser.close();
    node.child.kill();
    await node.gone;
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function prepare(post) {
  await post("branch", {
    name: "Riverside",
    code: "RIV",
    timezone: "Europe/Berlin",
    desk: "Desk 2",
    supervisor: by.user,
    pin: by.pin,
  });
  await post("snapshots", { path: join(root, "sample"), by });
  await post("settings", {
    ...{ ilsName: "Koha", ilsProfile: "koha", helpDesk: "Koha help desk, 555 0100" },
    contacts: [{ who: "Supervisor on duty", reach: "555 0101", note: "" }],
    by,
  });
  await post("outage/open", {});
}

async function play(page, shot, all) {
  const scan = async (code) => {
    await page.keyboard.type(code);
    await page.keyboard.press("Enter");
  };
  const row = (text) => page.getByTestId("row").filter({ hasText: text }).waitFor();
  const key = (name) => page.keyboard.press(name);
  await page.locator("#scan").waitFor();
  if (all) await shot("empty");
  await scan(cards.plain);
  await page.locator(".panel h2").first().waitFor();
  await signAs(page);
  const items = ["33191010000006", "33191010000378", "33191010001129", "UNKNOWN1008"];
  for (const item of items) {
    await scan(item);
    await settle(page, key, item);
  }
  await shot("checkout");
  await key("F7");
  await page.locator("tr.voided").first().waitFor();
  if (all) await more(page, shot, { scan, row, key });
  await key("Escape");
  await key("F1");
  await scan(cards.blocked);
  await page.getByText("Blocked").first().waitFor();
  await scan("33191010002986");
  await page.getByRole("alertdialog").waitFor();
  await scan("33191010003620");
  await page.getByText("Scan ignored").first().waitFor();
  await shot("question");
  await key("Escape");
  await key("Escape");
  for (const route of all ? ["export", ...OTHERS] : ["export", "readiness", "settings"]) {
    await page.evaluate(`location.hash = "#/${route}"`);
    await page.locator(`.frame.mode-${route} main h1`).waitFor();
    // What the page asks of the node comes a moment later, and each page shows another thing of it.
    await new Promise((resolve) => setTimeout(resolve, 800));
    await shot(NAMES[route] ?? route);
  }
}

/** A search with text in it takes the first Esc for itself. */
async function closeDialog(page, key) {
  const dialog = page.locator("dialog[open]");
  for (let tries = 0; tries < 3 && (await dialog.count()) > 0; tries++) await key("Escape");
  await dialog.waitFor({ state: "detached" });
}

async function more(page, shot, { scan, row, key }) {
  await key("Alt+D");
  await page.getByRole("dialog").waitFor();
  await shot("due");
  await page.locator("[name=due-sticky]").check();
  await page.getByRole("button", { name: "+14 days" }).click();
  await shot("sticky");
  await page.getByRole("button", { name: "Back to normal" }).click();
  await key("Control+/");
  await page.getByRole("dialog").waitFor();
  await shot("help");
  await key("Escape");
  await page.getByRole("button", { name: "No barcode" }).click();
  await page.keyboard.type("slow bridge", { delay: 60 });
  await page.locator(".found").waitFor();
  await shot("find-item");
  await closeDialog(page, key);
  await page.getByTestId("status-sound").click();
  await shot("sound");
  await key("Escape");
  await page.getByTestId("status-desk").click();
  await shot("this-desk");
  await key("Escape");
  for (let i = 0; i < 36; i++) {
    const item = `FORTY${String(i).padStart(5, "0")}${Date.now() % 1000}`;
    await scan(item);
    await settle(page, key, item);
  }
  await page.getByTestId("row").nth(36).waitFor();
  await shot("forty");
  await page.getByRole("button", { name: "Renew all" }).click();
  await page.getByTestId("renewals").waitFor({ timeout: 60_000 });
  await shot("renew-all");
  await key("F2");
  await scan("33191010000006");
  await row("33191010000006");
  await page.getByRole("button", { name: "Counted as now" }).click();
  await page.locator("dialog .choices button").nth(1).click();
  await shot("checkin");
  await key("F4");
  await page.locator("#query").fill("mü");
  await page.locator("tbody tr").first().waitFor();
  await key("ArrowDown");
  await shot("find");
  await key("Shift+F1");
  await page.locator("#reg-card").waitFor();
  await shot("register");
  await key("F6");
  await page.locator("#use-item").waitFor();
  await shot("in-house");
  await page.goto(`${page.url().split("#")[0]}#/paper`);
  await page.locator("#paper-item").waitFor();
  await shot("paper");
  await key("F1");
  await page.setViewportSize({ width: 320, height: 800 });
  await page.screenshot({ fullPage: true });
  await shot("narrow");
  await page.setViewportSize({ width: 1360, height: 800 });
  await key("Alt+Shift+H");
  await page.locator(".curtain").waitFor();
  await shot("hidden");
  await key("Escape");
}

/** Waits for the row, or answers what is asked: the pictures are of rows. */
async function settle(page, key, item) {
  const dialog = page.locator("dialog[open]");
  const row = page.getByTestId("row").filter({ hasText: item });
  await row.or(dialog).first().waitFor();
  if ((await dialog.count()) === 0) return;
  const reason = page.locator("#ask-reason");
  if ((await reason.count()) > 0) await reason.fill("Seen at the desk");
  for (const tick of await page.locator("dialog .tick input").all()) await tick.check();
  await key("Control+Enter");
  await row.waitFor();
}

async function signAs(page) {
  const dialog = page.locator("dialog[open]");
  await page.keyboard.type("33191010002253");
  await page.keyboard.press("Enter");
  await dialog.or(page.getByTestId("row")).first().waitFor();
  if ((await page.locator("#sign-user").count()) === 0) return;
  await page.locator("#sign-user").fill("MS");
  await page.keyboard.press("Enter");
}

function poster(url) {
  return async (path, body) => {
    const response = await fetch(`${url}/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "deskmesh-staff": "ms" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  };
}

function startNode(data) {
  const args = [
    "start",
    "--data-dir",
    data,
    "--no-mdns",
    "--mesh-host",
    "127.0.0.1",
    "--port",
    "0",
    "--mesh-port",
    "0",
  ];
  const child = spawn(process.execPath, [join(root, "bin", "deskmesh.mjs"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += String(chunk);
      const ready = said.match(/ready (http:\/\/127\.0\.0\.1:\d+)/);
      if (ready !== null) resolve({ url: ready[1], child, gone });
    });
    child.once("exit", (code) => reject(new Error(`the node ended with ${code}`)));
  });
}

if (isMain(import.meta))
  runScript(async () => {
    const say = (line) => process.stderr.write(`${line}\n`);
    await build(say);
    const [folder] = process.argv.slice(2);
    await takePictures(folder ?? join(root, "docs", "img"), folder !== undefined, say);
  });
