// Every property of the tests with other seeds, some rounds: `npm run explore -- --rounds 10`. Stops at the first round that
// fails, and says which seed repeats it: `DESKMESH_SEED=… npx vitest run FILE`. What it finds goes into its test as an example.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMain, root, runScript, SetupError, setUp } from "./setup.mjs";

async function main() {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
  const rounds = Number(values.rounds);
  if (!(Number.isSafeInteger(rounds) && rounds > 0)) throw new SetupError("expected --rounds from 1");
  const say = (line) => process.stdout.write(`${line}\n`);
  setUp(say);
  const files = filesWithProperties();
  for (let round = 1; round <= rounds; round++) {
    const seed = String(randomInt(2 ** 31));
    say(`Round ${round} of ${rounds}: ${files.length} files, seed ${seed}`);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const { status } = spawnSync(process.execPath, [vitest, "run", "--reporter=dot", ...files], {
      cwd: root,
      stdio: ["ignore", 1, 1],
      env: { ...process.env, DESKMESH_SEED: seed },
    });
    if (status === 0) continue;
    say(`Round ${round} failed; DESKMESH_SEED=${seed} repeats it.`);
    process.exitCode = 1;
    return;
  }
  say(`${rounds} rounds, nothing found`);
}

export function filesWithProperties() {
  const names = readdirSync(join(root, "test"), { recursive: true }).map((name) => `test/${name}`);
  const tests = names.filter((name) => name.endsWith(".test.ts"));
  return tests
    .filter((name) => /from "[./]+\/properties\.ts"/.test(readFileSync(join(root, name), "utf8")))
    .sort();
}

if (isMain(import.meta)) runScript(main);
