/**
 * The package as a library gets it: two PCs with nothing installed, each in a network namespace without a route, are
 * made two desks of a branch by typed commands, live through an outage and export it. What was typed and said is written
 * down in `test/e2e/out/transcript.txt`. The package for Windows can't be run here: it is looked through.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lanLack } from "./bench.ts";
import { type CleanRoot, createRoot, lackOfRoots } from "./clean-root.ts";
import { handOver } from "./hand-over.ts";
import { createNetwork, type Network } from "./network.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
// Two Nodes of 90 MB are fetched and packed: too long for every `npm test`.
const isFull = process.env.DESKMESH_FULL === "1";

// At once: most of either is waiting for a disk or a desk.
describe.skipIf(!isFull)("packages", { concurrent: true }, () => {
  let folder = "";
  let packages: readonly string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "deskmesh-package-"));
    const said = execFileSync(process.execPath, [join(checkout, "scripts/package.mjs"), "--out", folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    packages = said.trim().split("\n");
  }, 400_000);
  // Some 30,000 files.
  afterAll(() => rm(folder, { recursive: true, force: true }), 120_000);
  const packageFor = (name: string): string => packages.find((path) => path.includes(name)) ?? "";

  describe.skipIf(lanLack() !== null || lackOfRoots() !== null)("for Linux", () => {
    let network: Network | undefined;
    const services: ChildProcess[] = [];
    afterAll(async () => {
      for (const child of services) child.kill("SIGKILL");
      await network?.destroy();
    });

    test("makes two desks on two clean PCs, lives through an outage and exports it", {
      timeout: 300_000,
    }, async () => {
      network = createNetwork(["10.78.0.1/24", "10.78.0.2/24"]);
      const transcript = createTranscript(
        network,
        [1, 2].map((n) => createRoot(join(folder, `pc-${n}`))),
      );
      const { type, roots } = transcript;
      for (const root of roots)
        copyFileSync(packageFor("linux-x64"), join(root.folder, "root", basename(packageFor("linux-x64"))));
      const startedAt = performance.now();
      expect(await type(1, "type node npm 2>&1 | grep -c 'not found'")).toBe("2\n");
      for (const desk of [1, 2]) {
        await type(desk, "tar xzf deskmesh-*-linux-x64.tar.gz");
        await type(desk, "deskmesh-*-linux-x64/install.sh");
        services.push(await startService(transcript, desk));
      }
      await type(1, "echo 4711 > pin; chmod 600 pin");
      const founding = `--name "Riverside Library" --code RIV --timezone Europe/Berlin`;
      await type(1, `deskmesh branch create ${founding} --desk "Desk 1" --supervisor mk --pin-file pin`);
      await type(1, "deskmesh import /opt/deskmesh/app/sample");
      const invite = (await type(1, "deskmesh invite --quiet")).trim();
      await type(2, `deskmesh join ${invite} --desk "Desk 2"`);
      await until(async () => /^Desk 2 .*linked/m.test(await quietly(1, "deskmesh desks")));
      await type(1, "deskmesh desks");
      await type(1, "deskmesh outage open --scope branch");
      for (const [desk, scan] of scans) await type(desk, scanLine(scan));
      await type(2, "deskmesh outage done");
      await until(async () => (await quietly(1, "deskmesh status")).includes("3 "));
      await type(1, "deskmesh status");
      await type(1, "deskmesh outage closing --as mk --pin-file pin");
      await type(1, "deskmesh export --format koha --out out --as mk --pin-file pin");
      const file = await type(1, "cat out/*.koc");
      for (const [, scan] of scans) expect(file).toContain(scan.item);
      expect(file.match(/\t(issue|return)\t/g)).toHaveLength(scans.length);
      // The other desk makes the same bytes of it.
      await type(2, "deskmesh batches");
      await type(
        1,
        'deskmesh loaded $(deskmesh batches --json | sed \'s/.*"id":"\\([^"]*\\)".*/\\1/\') --job 17 --as mk --pin-file pin',
      );
      await type(1, "deskmesh outage close --as mk --pin-file pin");
      expect((performance.now() - startedAt) / 60_000).toBeLessThan(5);
      await type(1, "/opt/deskmesh/uninstall.sh");
      expect(await quietly(1, "ls /opt /usr/local/bin /etc/systemd/system")).not.toContain("deskmesh");
      expect(await quietly(1, "ls /var/lib/deskmesh")).toContain("log");
      writeTranscript(transcript.lines);

      function quietly(desk: number, script: string): Promise<string> {
        return transcript.ask(desk, script);
      }
    });
  });

  test.skipIf(lanLack() !== null || lackOfRoots() !== null)(
    "hand a new version from desk to desk, which is installed when no outage is open, and taken back",
    { timeout: 400_000 },
    () => handOver(folder, packageFor("linux-x64")),
  );

  test("for Windows: every native file, its own Node, all that runs, and nothing for another system", () => {
    const list = execFileSync("unzip", ["-Z1", packageFor("win-x64")], { encoding: "utf8", maxBuffer: 1e7 });
    const names = list
      .trim()
      .split("\n")
      .map((name) => name.slice(name.indexOf("/") + 1));
    const natives = names.filter((name) => name.endsWith(".node"));
    expect(natives).toEqual(["app/node_modules/classic-level/prebuilds/win32-x64/node.napi.node"]);
    const wanted = [
      "runtime/node.exe",
      "runtime/LICENSE",
      "app/dist/program/main.js",
      "app/dist/web/index.html",
    ];
    const scripts = ["deskmesh.cmd", "install.cmd", "uninstall.cmd", "README.txt", "SHA256SUMS"];
    for (const name of [...wanted, ...scripts]) expect(names).toContain(name);
    const { packages: locked } = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
    };
    for (const [path, { dev, devOptional, optional }] of Object.entries(locked)) {
      if (path === "" || optional || devOptional) continue;
      expect([path, names.includes(`app/${path}/package.json`)]).toEqual([path, dev !== true]);
    }
    // Both are made of one list: what the checksums name is what is there, byte for byte.
    const unpacked = mkdtempSync(join(folder, "zip-"));
    execFileSync("unzip", ["-q", packageFor("win-x64"), "-d", unpacked]);
    const top = join(unpacked, readdirSync(unpacked)[0] ?? "");
    const sums = readFileSync(join(top, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(sums.length).toBe(names.length - 1);
    for (const line of sums) {
      const [sum, path = ""] = line.split("  ");
      expect(
        createHash("sha256")
          .update(readFileSync(join(top, path)))
          .digest("hex"),
      ).toBe(sum);
    }
    // A program for 64-bit Windows: "PE", machine 0x8664.
    const node = readFileSync(join(top, "runtime/node.exe"));
    const header = node.readUInt32LE(0x3c);
    expect([node.toString("latin1", header, header + 2), node.readUInt16LE(header + 4)]).toEqual([
      "PE",
      0x8664,
    ]);
  });
});

interface Scan {
  readonly kind: "checkout" | "checkin";
  readonly patron?: string;
  readonly item: string;
}

const scans: readonly (readonly [desk: number, scan: Scan])[] = [
  [1, { kind: "checkout", patron: "21998020000006", item: "33191010000006" }],
  [2, { kind: "checkout", patron: "21998020000535", item: "33191010000378" }],
  [2, { kind: "checkin", item: "33191010000006" }],
];

/** What the page sends when a barcode is scanned. */
function scanLine({ kind, patron, item }: Scan): string {
  return `scan ${kind}${patron === undefined ? "" : ` --patron ${patron}`} --item ${item}`;
}

/** Stands in for the page: one request of the counter, from the PC itself, by the package's own Node. */
const scanScript = `#!/opt/deskmesh/runtime/node
const { readFileSync } = require("node:fs");
const { randomBytes } = require("node:crypto");
const [kind, ...rest] = process.argv.slice(2);
const given = Object.fromEntries(rest.flatMap((word, i) => (i % 2 ? [] : [[word.slice(2), rest[i + 1]]])));
const { port, token } = JSON.parse(readFileSync("/var/lib/deskmesh/run.json"));
const time = Date.now().toString(16).padStart(12, "0");
const hex = randomBytes(10).toString("hex");
const id = [time.slice(0, 8), time.slice(8), "7" + hex.slice(0, 3), "8" + hex.slice(3, 6), hex.slice(6, 18)].join("-");
fetch("http://127.0.0.1:" + port + "/api/transactions", {
  method: "POST",
  headers: { authorization: "Bearer " + token, "content-type": "application/json", "deskmesh-staff": "ab" },
  body: JSON.stringify({ id, kind, ...given, source: "scan" }),
}).then(async (reply) => {
  const said = await reply.json();
  console.log(reply.status, reply.status === 201 ? "saved, due " + (said.receipt.due ?? "-") : JSON.stringify(said));
  if (reply.status !== 201) process.exitCode = 1;
});
`;

interface Transcript {
  readonly roots: readonly CleanRoot[];
  readonly lines: string[];
  /** As typed at that desk's PC: written down with what it said. */
  type(desk: number, script: string): Promise<string>;
  ask(desk: number, script: string): Promise<string>;
  command(desk: number, script: string): readonly string[];
}

function createTranscript(network: Network, roots: readonly CleanRoot[]): Transcript {
  const lines: string[] = [];
  for (const { folder } of roots) {
    const path = join(folder, "bin", "scan");
    writeFileSync(path, scanScript, { mode: 0o755 });
  }
  const at = (desk: number): CleanRoot => {
    const root = roots[desk - 1];
    if (root === undefined) throw new Error(`there is no desk ${desk}`);
    return root;
  };
  const ask = (desk: number, script: string) => at(desk).run(network.namespace(desk), script);
  return {
    roots,
    lines,
    ask,
    command: (desk, script) => at(desk).command(network.namespace(desk), script),
    async type(desk, script) {
      const startedAt = performance.now();
      const said = await ask(desk, script);
      lines.push(`desk${desk}# ${script}   [${((performance.now() - startedAt) / 1000).toFixed(1)} s]`);
      lines.push(
        ...said
          .trimEnd()
          .split("\n")
          .filter((line) => line !== ""),
      );
      return said;
    },
  };
}

/** What systemd would do with the unit that was installed: its line, as its user, with its variables. */
async function startService(transcript: Transcript, desk: number): Promise<ChildProcess> {
  const unit = await transcript.ask(desk, "cat /etc/systemd/system/deskmesh.service");
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
  const user = `--reuid ${value("User")} --regid ${value("Group")} --clear-groups --no-new-privs`;
  const script = `exec setpriv ${user} --bounding-set -all env ${value("Environment")} ${value("ExecStart")}`;
  const [program = "", ...args] = transcript.command(desk, script);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("ready http://127.0.0.1:8470 mesh 8471")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the service of desk ${desk} ended with ${code}`)));
  });
  transcript.lines.push(`desk${desk}  (systemd starts the service: ready http://127.0.0.1:8470 mesh 8471)`);
  return child;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("not within a minute");
    await sleep(300);
  }
}

function writeTranscript(lines: readonly string[]): void {
  const out = join(checkout, "test", "e2e", "out");
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "transcript.txt"), `${lines.join("\n")}\n`);
}
