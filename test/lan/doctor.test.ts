/**
 * `doctor` on PCs with real troubles: planted in namespaces, disks, clocks, files and other desks, and found by the
 * program as people run it. What can't be planted here (netsh, an old Node) is in `test/cli/doctor.test.ts`.
 */
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/node/cli/doctor-checks.ts";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import { buildDiskShim, compile, type DiskShim, lackOfCompiler } from "./disk-shim.ts";
import { countLinks, makeScans, readState, recordAll, startBranch, waitFor } from "./scans.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const launcher = join(checkout, "bin", "deskmesh.mjs");
const clockSource = fileURLToPath(new URL("clock-shim.c", import.meta.url));

interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
}

interface Where {
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Stands before the program. */
  readonly under?: readonly string[];
}

describe.skipIf(lanLack() !== null)("doctor finds", () => {
  let lan: Lan;
  let folder = "";
  const undo: (() => void)[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "deskmesh-doctor-"));
    lan = await createLan({ desks: 3 });
    await startBranch(lan, 2);
    await recordAll(lan, 2, makeScans(2, 12));
  });
  afterAll(async () => {
    for (const one of undo) one();
    await lan?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });
  showOutputOnFailure(() => lan, 3);

  /** What it says in a desk's namespace; `null`: in a new one, with nothing but loopback. */
  async function examine(desk: number | null, where: Where): Promise<Examined> {
    const { dataDir, args = [], env = {}, under = [] } = where;
    const place = desk === null ? ["unshare", "--net"] : ["ip", "netns", "exec", lan.namespace(desk)];
    const command = [process.execPath, launcher, "doctor", "--json", "--data-dir", dataDir, ...args];
    const [program = "", ...rest] = [...place, ...under, ...command];
    return new Promise((resolve, reject) => {
      const options = { timeout: 30_000, env: { ...process.env, ...env } };
      execFile(program, rest, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== "number" || !stdout.startsWith("{"))
          return reject(new Error(`${code}: ${stderr}`));
        resolve({ code, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings });
      });
    });
  }

  function expectFound({ code, findings }: Examined, check: string, text: string, remedy: string): void {
    const wrong = findings.filter(({ level }) => level !== "ok");
    const found = wrong.find((one) => one.check === check && one.text.includes(text));
    expect(found, JSON.stringify(wrong)).toBeDefined();
    expect(found?.remedy).toContain(remedy);
    if (found?.level === "bad") expect(code).toBe(3);
  }

  const newFolder = (name: string): string => join(folder, name);
  const running = (desk: number): Where => ({ dataDir: lan.dataDir(desk) });

  // Mostly waiting for multicasts.
  describe.concurrent("on a PC of no branch", () => {
    test.each([
      ["pages port", "8470", "--port"],
      ["mesh port", "8471", "--mesh-port"],
    ])("a %s that another program holds", async (check, port, remedy) => {
      const holder =
        "require('net').createServer().listen(+process.argv[1], '0.0.0.0', () => console.log('held'))";
      const program = lan.spawn(3, process.execPath, ["-e", holder, port]);
      if (program.stdout !== null) await once(program.stdout, "data");
      expectFound(await examine(3, { dataDir: newFolder("port") }), check, `${port} is taken`, remedy);
      program.kill("SIGKILL");
      await once(program, "exit");
    });

    test("no interface but loopback", async () => {
      const seen = await examine(null, { dataDir: newFolder("lonely") });
      expectFound(seen, "network", "this desk works alone", "plug in the cable");
    });

    test("a system that takes no part in multicast", async () => {
      const most = "/proc/sys/net/ipv4/igmp_max_memberships";
      const under = ["sh", "-c", `echo 0 > ${most}; "$@"; code=$?; echo 20 > ${most}; exit $code`, "sh"];
      const seen = await examine(3, { dataDir: newFolder("deaf"), under });
      expectFound(seen, "multicast", "nothing comes back on eth0 (10.77.0.3", "config set peers");
    });

    test("a firewall that lets no desk in", async () => {
      // What ufw says of itself; its rules are the kernel's, and any test of those would be of ufw.
      const bin = newFolder("bin");
      mkdirSync(bin);
      const said =
        "Status: active\n\nTo                         Action      From\n22/tcp                     ALLOW       Anywhere\n";
      writeFileSync(join(bin, "ufw"), `#!/bin/sh\nprintf '${said.replaceAll("\n", "\\n")}'\n`, {
        mode: 0o755,
      });
      const env = { PATH: `${bin}:${process.env.PATH}` };
      const seen = await examine(3, { dataDir: newFolder("walled"), env });
      expectFound(seen, "firewall", "8471/tcp and 5353/udp not open", "sudo ufw allow 8471/tcp");
    });

    test("a setting that nothing knows", async () => {
      const dataDir = newFolder("misspelt");
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, "config.json"), '{"mesh-prot": 8471}');
      expectFound(await examine(3, { dataDir }), "settings", "did you mean meshPort?", "config path");
    });

    test("a data folder of another user", async () => {
      const dataDir = newFolder("theirs");
      mkdirSync(dataDir, { mode: 0o700 });
      chownSync(dataDir, 65534, 65534);
      // Root as any other user: not above permissions.
      const under = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"];
      const seen = await examine(3, { dataDir, under });
      expectFound(seen, "settings", "another user's of this PC", "config path");
      expectFound(seen, "data folder", "EACCES", "writable for this user");
    });

    test("a full disk, in memory at that", async () => {
      const dataDir = newFolder("full");
      mkdirSync(dataDir);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=50m", "tmpfs", dataDir]);
      undo.push(() => execFileSync("umount", [dataDir]));
      const seen = await examine(3, { dataDir });
      expectFound(seen, "disk", "nothing is recorded below", "make room");
      expectFound(seen, "restart", "it lies in memory", "--identity-dir");
      expectFound(seen, "sync", "no disk is that quick", "on a disk of this PC");
    });

    describe.skipIf(lackOfCompiler() !== null)("of the disk", () => {
      const shim = (mode: "fail" | "lie"): DiskShim => {
        const disk = buildDiskShim();
        disk.set(mode);
        undo.push(() => disk.remove());
        return disk;
      };

      test("a sync that fails", async () => {
        const disk = shim("fail");
        const seen = await examine(3, { dataDir: newFolder("failing"), env: disk.env });
        expectFound(seen, "data folder", "EIO", "choose another");
      });

      test("a sync that does nothing", async () => {
        const disk = shim("lie");
        const seen = await examine(3, { dataDir: newFolder("lying"), env: disk.env });
        expectFound(seen, "sync", "no disk is that quick", "eatmydata");
      });
    });
  });

  describe("on a desk", () => {
    test("keys that others may read", async () => {
      const identity = join(lan.dataDir(1), "identity");
      const [key = ""] = readdirSync(identity).filter((name) => name.includes("key"));
      chmodSync(join(identity, key), 0o644);
      const seen = await examine(1, running(1));
      chmodSync(join(identity, key), 0o600);
      expectFound(seen, "identity", `other users of this PC may read ${join(identity, key)}`, "chmod -R go=");
    });

    test("patron data of long ago", async () => {
      await lan.run(1, ["import", join(checkout, "sample"), "--data-dir", lan.dataDir(1)]);
      expectFound(await examine(1, running(1)), "snapshot", "days old", "deskmesh import");
    });

    test("a node that hangs", async () => {
      lan.signal(2, "SIGSTOP");
      const seen = await examine(2, running(2));
      lan.signal(2, "SIGCONT");
      expectFound(seen, "node", "gives no answer in 5 s", "start it anew");
    });

    test("no second desk", async () => {
      await lan.kill(2, "SIGTERM");
      await waitFor("desk 1 is alone", async () => (await countLinks(lan, 1)) === 0);
      expectFound(await examine(1, running(1)), "mesh", "no other desk is linked", "same switch");
    });

    test("a damaged log", async () => {
      const log = join(lan.dataDir(2), "log");
      const outage = readdirSync(log).find((name) => name.startsWith("outage")) ?? "";
      const files = readdirSync(join(log, outage)).filter((name) => /\.(ldb|log)$/.test(name));
      const path = files
        .map((name) => join(log, outage, name))
        .toSorted((a, b) => readFileSync(b).length - readFileSync(a).length)[0];
      const bytes = readFileSync(path ?? "");
      bytes[Math.floor(bytes.length / 3)]! ^= 0x40;
      writeFileSync(path ?? "", bytes);
      const seen = await examine(2, running(2));
      expectFound(seen, "node", "is not running here", "deskmesh start");
      expectFound(seen, "damage", `${outage}.damaged-1 was set aside`, "link another desk");
    });

    test.skipIf(lackOfCompiler() !== null)(
      "a clock that is off, another version, and a switch that keeps multicasts back",
      { timeout: 120_000 },
      async () => {
        await lan.kill(2, "SIGTERM");
        const shim = newFolder("clock-shim.so");
        compile(clockSource, shim);
        const older = newFolder("older");
        for (const part of ["bin", "dist"])
          cpSync(join(checkout, part), join(older, part), { recursive: true });
        symlinkSync(join(checkout, "node_modules"), join(older, "node_modules"));
        const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
        writeFileSync(join(older, "package.json"), JSON.stringify({ ...manifest, version: "0.0.9" }));
        lan.blockMulticast();
        const args = ["--data-dir", lan.dataDir(2), "--port", "8470", "--peer", "10.77.0.1:8471"];
        const env = { LD_PRELOAD: shim, CLOCK_SHIM_SECONDS: "600" };
        const node = lan.spawn(
          2,
          process.execPath,
          [join(older, "bin", "deskmesh.mjs"), "start", ...args],
          env,
        );
        await waitFor("desk 2 is linked", async () => (await countLinks(lan, 1)) === 1);
        await waitFor("its clock is known", async () => {
          const { desks } = (await readState(lan, 1)).desks;
          return desks.some(({ self, offsetMs }) => !self && Math.abs(offsetMs ?? 0) > 1_000);
        });
        const seen = await examine(1, running(1));
        expectFound(seen, "clock", "600 s behind Desk 2's", "set the clock");
        expectFound(seen, "versions", "Desk 2 runs 0.0.9", "one version");
        expectFound(seen, "multicast", "Desk 2 is linked and not heard", "IGMP snooping");
        node.kill("SIGTERM");
        await once(node, "exit");
      },
    );

    test("two PCs with one identity", async () => {
      cpSync(lan.dataDir(2), lan.dataDir(3), { recursive: true });
      for (const desk of [2, 3]) await lan.startDesk(desk, ["--peer", "10.77.0.1:8471"]);
      await waitFor("both are heard", async () =>
        (await readState(lan, 1)).desks.desks.some(({ twin }) => twin),
      );
      expectFound(await examine(1, running(1)), "twin", "two PCs are Desk 2", "make it a new desk");
      for (const desk of [2, 3]) await lan.kill(desk, "SIGTERM");
    });

    test("a data folder that is wiped at each restart", async () => {
      const args = ["--identity-dir", newFolder("kept")];
      rmSync(lan.dataDir(3), { recursive: true });
      await lan.startDesk(3, args);
      await lan.kill(3, "SIGTERM");
      rmSync(lan.dataDir(3), { recursive: true });
      await lan.startDesk(3, args);
      const seen = await examine(3, { ...running(3), args });
      expectFound(seen, "restart", "so it was found once", "it comes back from the other desks");
      await lan.kill(3, "SIGTERM");
    });
  });
});
