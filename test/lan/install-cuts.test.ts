/**
 * `install.sh` on a PC whose power goes: before each program that it runs, in a root of its own. Whenever that is, what
 * stands in /opt/deskmesh is one version, whole, and the next try comes to its end. The package is a small one.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lanLack } from "./bench.ts";
import { createRoot, lackOfRoots } from "./clean-root.ts";

const scripts = fileURLToPath(new URL("../../packaging/linux/", import.meta.url));
const changing = ["chmod", "cp", "ln", "mkdir", "mktemp", "mv", "readlink", "rm", "sync"];
/** Stands before each of those: counts down, and ends the script, as it stands, at the last one. */
const wrapper = (name: string): string => `#!/bin/sh
read left < /cut-after
if [ "$left" = 0 ]; then kill -9 $(cat /installer) $PPID; exit 1; fi
echo $((left - 1)) > /cut-after
exec /bin/${name} "$@"
`;

describe.skipIf(lanLack() !== null || lackOfRoots() !== null)("install.sh", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "deskmesh-cuts-"));
    createRoot(folder);
    for (const name of ["cut", "opt"]) mkdirSync(join(folder, name));
    for (const name of changing) writeFileSync(join(folder, "cut", name), wrapper(name), { mode: 0o755 });
    for (const version of ["1.0.0", "2.0.0"]) writePackage(version);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const packageOf = (version: string): string => `/root/deskmesh-${version}-linux-x64`;

  function writePackage(version: string): void {
    const top = join(folder, packageOf(version));
    mkdirSync(join(top, "app"), { recursive: true });
    writeFileSync(join(top, "deskmesh"), `#!/bin/sh\n[ $# != 0 ] || echo ${version}\n`, { mode: 0o755 });
    writeFileSync(join(top, "app", "package.json"), JSON.stringify({ version }));
    for (const name of ["install.sh", "uninstall.sh"]) copyFileSync(join(scripts, name), join(top, name));
    const names = ["deskmesh", "app/package.json", "install.sh", "uninstall.sh"];
    writeFileSync(join(top, "SHA256SUMS"), execFileSync("sha256sum", names, { cwd: top }));
  }

  function sh(script: string, path = "/bin:/usr/sbin"): { code: number | null; said: string } {
    const env = { PATH: path };
    const run = spawnSync("chroot", [folder, "/bin/sh", "-c", script], { env, encoding: "utf8" });
    return { code: run.status, said: run.stdout + run.stderr };
  }

  const install = (version: string): string => `sh ${packageOf(version)}/install.sh --no-service`;
  /** What a PC has that comes up again; the sums say that it is whole. */
  const inUse = "cd /opt/deskmesh/ && sha256sum --quiet -c SHA256SUMS && cat data-dir && ./deskmesh";

  it("leaves one whole version wherever the power goes", () => {
    expect(sh(install("1.0.0")).code).toBe(0);
    let version = "1.0.0";
    let cuts = 0;
    const seen = new Set<string>();
    for (; ; cuts++) {
      const other = version === "1.0.0" ? "2.0.0" : "1.0.0";
      writeFileSync(join(folder, "cut-after"), `${cuts}\n`);
      const { code } = sh(`sh -c 'echo $$ > /installer; exec ${install(other)}'`, "/cut:/bin:/usr/sbin");
      const { said } = sh(inUse);
      expect([`/var/lib/deskmesh\n${version}\n`, `/var/lib/deskmesh\n${other}\n`]).toContain(said);
      seen.add(said.trim().endsWith(other) ? "the new one" : "the one before");
      version = said.trim().split("\n").at(-1) ?? "";
      if (code === 0) break;
      expect(cuts).toBeLessThan(60);
    }
    // Cut before and behind the switch, and at each of its programs.
    expect([...seen].sort()).toEqual(["the new one", "the one before"]);
    expect(cuts).toBeGreaterThan(12);
    expect(readdirSync(join(folder, "opt", "deskmesh-versions"))).toHaveLength(2);
    expect(sh("/opt/deskmesh.old/deskmesh").said).toBe(version === "1.0.0" ? "2.0.0\n" : "1.0.0\n");
  });

  it("is taken off with all of its versions", () => {
    expect(sh("sh /opt/deskmesh/uninstall.sh --purge").said).toContain("expected --purge-data or nothing");
    expect(sh("sh /opt/deskmesh/uninstall.sh")).toEqual({
      code: 0,
      said: expect.stringContaining("/var/lib/deskmesh stays"),
    });
    expect(readdirSync(join(folder, "opt"))).toEqual([]);
  });

  it("says what it expected instead of a folder of that name, or of a package that was changed", () => {
    mkdirSync(join(folder, "opt", "deskmesh"));
    expect(sh(install("1.0.0"))).toEqual({ code: 4, said: expect.stringContaining("expected a link") });
    sh("rm -r /opt/deskmesh");
    writeFileSync(join(folder, packageOf("2.0.0"), "deskmesh"), "");
    expect(sh(install("2.0.0"))).toEqual({ code: 1, said: expect.stringContaining("package is damaged") });
    expect(readdirSync(join(folder, "opt"))).toEqual([]);
  });
});
