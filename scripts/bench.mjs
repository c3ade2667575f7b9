// Sets up and builds, then measures: `npm run bench -- --help` says how.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.mjs";
import { isMain, root, runScript, setUp } from "./setup.mjs";

if (isMain(import.meta))
  runScript(async () => {
    const say = (line) => process.stderr.write(`${line}\n`);
    setUp(say);
    await build(say);
    const run = join(root, "bench", "run.mjs");
    const { status } = spawnSync(process.execPath, [run, ...process.argv.slice(2)], { stdio: "inherit" });
    process.exitCode = status ?? 1;
  });
