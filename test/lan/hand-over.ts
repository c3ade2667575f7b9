/**
 * An update as a library makes it: two PCs with nothing installed, each with the package of today and a service; a later
 * version is offered at one and installed at the other. systemd's part is played by a script that starts what the unit
 * says, as its user.
 */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "vitest";
import { type CleanRoot, createRoot } from "./clean-root.ts";
import { createNetwork } from "./network.ts";

const exec = promisify(execFile);

/** Of the fields in the unit, those that say who runs what. */
const systemctl = `#!/bin/sh
[ "$1" = restart ] || exit 0
runs() { grep -qs '^State:.[^Z]' "/proc/$1/status"; }
if [ -s /run/desk.pid ]; then
  old=$(cat /run/desk.pid)
  kill "$old" 2>/dev/null || true
  n=0
  while runs "$old"; do sleep 0.1; n=$((n + 1)); [ $n -lt 150 ] || exit 1; done
fi
value() { sed -n "s/^$1=//p" /etc/systemd/system/deskmesh.service; }
user=$(value User)
setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set -all \\
  env $(value Environment) $(value ExecStart) </dev/null >>/run/desk.log 2>&1 &
echo $! > /run/desk.pid
`;

/** `today`: the package as it is made now. */
export async function handOver(folder: string, today: string): Promise<void> {
  const network = createNetwork(["10.79.0.1/24", "10.79.0.2/24"]);
  const roots = [1, 2].map((n) => createRoot(join(folder, `pc-updated-${n}`)));
  const version = /deskmesh-([\d.]+)-/.exec(basename(today))?.[1] ?? "";
  const [later, broken] = await makeLater(folder, today);
  const at = (desk: number, script: string): Promise<string> =>
    rootOf(roots, desk).run(network.namespace(desk), script);
  const fails = async (desk: number, script: string): Promise<string> => {
    const said = await at(desk, script).then(
      (text) => `it ended well: ${text}`,
      (error: Error) => error.message,
    );
    return said;
  };
  const supervisor = "--as mk --pin-file pin";
  try {
    for (const desk of [1, 2]) {
      const root = rootOf(roots, desk);
      mkdirSync(join(root.folder, "run", "systemd", "system"), { recursive: true });
      writeFileSync(join(root.folder, "bin", "systemctl"), systemctl, { mode: 0o755 });
      copyFileSync(today, join(root.folder, "root", basename(today)));
      await at(
        desk,
        `echo 4711 > pin; chmod 600 pin; tar xzf ${basename(today)}; rm ${basename(today)}; deskmesh-*/install.sh`,
      );
      await until(async () => (await fails(desk, "deskmesh status")).includes("No branch yet"));
    }
    await at(
      1,
      'deskmesh branch create --name "Riverside" --code RIV --desk "Desk 1" --supervisor mk --pin-file pin',
    );
    const invite = (await at(1, "deskmesh invite --quiet")).trim();
    await at(2, `deskmesh join ${invite} --desk "Desk 2"`);
    await until(async () => /^Desk 2 .*linked/m.test(await at(1, "deskmesh desks")));

    const offer = async (desk: number, file: string): Promise<string> => {
      copyFileSync(file, join(rootOf(roots, desk).folder, "root", basename(file)));
      return at(desk, `deskmesh update offer ${basename(file)} ${supervisor}`);
    };
    const isHere = (desk: number, what: string) => async () =>
      new RegExp(`^${what.replaceAll(".", "\\.")} .* yes`, "m").test(
        await at(desk, "deskmesh update status"),
      );
    // Half a package, from a stick that was pulled out.
    await at(1, "head -c 20000000 /root/deskmesh-*/runtime/node > half.tar.gz");
    expect(await fails(1, `deskmesh update offer half.tar.gz ${supervisor}`)).toMatch(
      /ended with 4:[\s\S]*expected a package/,
    );
    expect(await offer(1, later)).toContain("9.0.0");
    await until(isHere(2, "9.0.0"));

    await at(1, "deskmesh outage open --scope branch");
    await until(async () => (await fails(2, "deskmesh update install")).includes("an outage is open"));
    expect(await fails(2, "deskmesh update install")).toMatch(/ended with 4:[\s\S]*Nothing was changed/);
    await at(1, `deskmesh outage close ${supervisor}`);
    await until(async () => !(await at(2, "deskmesh update status")).includes("an outage is open"));

    expect(await at(2, "deskmesh update install")).toContain(`version 9.0.0 runs; ${version} is kept`);
    expect(await at(2, "deskmesh --version")).toBe("9.0.0\n");
    await until(async () => /^Desk 2 .*linked/m.test(await at(1, "deskmesh desks")));
    expect(await at(2, "deskmesh update back")).toContain(`version ${version} runs; 9.0.0 is kept`);
    expect(await at(2, "deskmesh --version")).toBe(`${version}\n`);

    await offer(1, broken);
    await until(isHere(2, "9.0.1"));
    expect(await fails(2, "deskmesh update install")).toMatch(
      new RegExp(`ended with 1:[\\s\\S]*Version ${version} is in its place again, and runs`),
    );
    await until(async () => /^Desk 2 .*linked/m.test(await at(1, "deskmesh desks")));
  } finally {
    for (const root of roots) endService(root);
    await network.destroy();
  }
}

function rootOf(roots: readonly CleanRoot[], desk: number): CleanRoot {
  const root = roots[desk - 1];
  if (root === undefined) throw new Error(`there is no desk ${desk}`);
  return root;
}

/** The same program under two later versions, with its sums made anew; the second one does not start. */
async function makeLater(folder: string, today: string): Promise<readonly [later: string, broken: string]> {
  const work = join(folder, "later");
  mkdirSync(work);
  await exec("tar", ["-xzf", today, "-C", work]);
  let top = join(work, readdirSync(work)[0] ?? "");
  const pack = async (version: string): Promise<string> => {
    const name = `deskmesh-${version}-linux-x64`;
    renameSync(top, join(work, name));
    top = join(work, name);
    const manifest = join(top, "app", "package.json");
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), version }));
    writeFileSync(join(top, "SHA256SUMS"), "");
    const list = "find . -type f ! -name SHA256SUMS -printf '%P\\0' | xargs -0 sha256sum > ../sums";
    await exec("sh", ["-c", `${list} && mv ../sums SHA256SUMS`], { cwd: top });
    const packed = join(folder, `${name}.tar.gz`);
    // The least that gzip does: how small it is, is nobody's concern here.
    await exec("tar", ["-I", "gzip -1", "-cf", packed, "-C", work, name]);
    return packed;
  };
  const later = await pack("9.0.0");
  const program = join(top, "app", "bin", "deskmesh.mjs");
  writeFileSync(program, 'throw new Error("a program that does not start");\n');
  const broken = await pack("9.0.1");
  rmSync(work, { recursive: true });
  return [later, broken];
}

/** The process that the script started last; quiet where it is gone. */
function endService({ folder }: CleanRoot): void {
  try {
    process.kill(Number(readFileSync(join(folder, "run", "desk.pid"), "utf8")), "SIGKILL");
  } catch (error) {
    if (!["ESRCH", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("not within a minute");
    await sleep(500);
  }
}
