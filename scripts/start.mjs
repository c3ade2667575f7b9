// `npm start`, `npm run demo`: sets up, builds, then is the node itself (one process: signals and the exit code are
// its own). Usage: node scripts/start.mjs <command> [arguments]
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { root, runScript, setUp } from "./setup.mjs";

runScript(async () => {
  const say = (line) => process.stderr.write(`${line}\n`);
  setUp(say);
  await build(say);
  await import(pathToFileURL(join(root, "dist", "node", "main.js")).href);
});
