// src → dist: the node by the TypeScript compiler, and once more in one piece, and the pages by Vite. Skipped when nothing that goes in has changed.
// Types are checked by `npm test`, not here: a start must not wait for that.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMain, root, runScript, SetupError, setUp } from "./setup.mjs";

const dist = join(root, "dist");
const stampPath = join(dist, ".stamp");

/** Builds into a folder beside and then swaps, so that a failed build leaves the last good one. */
export async function build(say) {
  const wanted = inputsHash();
  if (existsSync(stampPath) && readFileSync(stampPath, "utf8") === wanted) return;
  say("Building …");
  const next = join(dist, `.next-${process.pid}`);
  mkdirSync(next, { recursive: true });
  try {
    run("typescript", "bin/tsc", ["-p", "tsconfig.build.json", "--noCheck", "--outDir", next]);
    bundle(join(next, "web"), "vite.config.ts");
    bundle(join(next, "program"), "vite.program.config.ts");
    cpSync(join(next, "node", ...sqliteWorker), join(next, "program", ...sqliteWorker));
    await writeManPage(next);
    rmSync(stampPath, { force: true });
    for (const name of readdirSync(next)) {
      rmSync(join(dist, name), { recursive: true, force: true });
      renameSync(join(next, name), join(dist, name));
    }
    writeFileSync(stampPath, wanted);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

function bundle(folder, config) {
  const options = ["--config", config, "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"];
  run("vite", "bin/vite.js", ["build", ...options]);
}

/** A thread's own file, found by `src/node/places.ts`. */
const sqliteWorker = ["snapshot", "sqlite-worker.mjs"];

/** Made of the help itself, so that neither can say what the other doesn't. */
async function writeManPage(dist) {
  const { manPage } = await import(pathToFileURL(join(dist, "node", "cli", "man-page.js")).href);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  mkdirSync(join(dist, "man"), { recursive: true });
  writeFileSync(join(dist, "man", "deskmesh.1"), manPage(version));
}

function inputsHash() {
  const hash = createHash("sha256");
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const configs = [
    "tsconfig.json",
    "tsconfig.build.json",
    "vite.config.ts",
    "vite.program.config.ts",
    "package.json",
    "package-lock.json",
  ];
  for (const path of [...configs.map((name) => join(root, name)), ...sources]) {
    if (!existsSync(path)) continue;
    hash.update(`${path.slice(root.length)}\0`);
    hash.update(createHash("sha256").update(readFileSync(path)).digest());
  }
  return `${hash.digest("hex")}\n`;
}

function run(name, script, args) {
  const path = join(root, "node_modules", name, script);
  const result = spawnSync(process.execPath, [path, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) throw new SetupError(`the build failed in ${name} (see above)`);
}

if (isMain(import.meta))
  runScript(async () => {
    const say = (line) => process.stderr.write(`${line}\n`);
    setUp(say);
    await build(say);
  });
