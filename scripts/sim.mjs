// Simulated outages from seeds: `npm run sim -- --runs N --seed S`, or `--from A --to B` for a part of a soak.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isMain, root, runScript, SetupError, setUp } from "./setup.mjs";

if (isMain(import.meta))
  runScript(async () => {
    setUp((line) => process.stderr.write(`${line}\n`));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const built = run([tsc, "-p", "tsconfig.sim.json", "--noCheck"]);
    if (built !== 0) throw new SetupError("the simulation could not be built (see above)");
    const main = join(root, "dist", "sim", "test", "sim", "run.js");
    process.exitCode = run(["--enable-source-maps", main, ...process.argv.slice(2)]) ?? 1;
  });

function run(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status;
}
