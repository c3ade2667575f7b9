#!/usr/bin/env node
// The command `deskmesh`. A checkout that was never built is built first; an installed copy always is.
import { existsSync } from "node:fs";

const main = new URL("../dist/program/main.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else await buildFirst();

async function buildFirst() {
  const checkout = ["../scripts/build.mjs", "../src/node/main.ts", "../node_modules/typescript/package.json"];
  if (!checkout.every((path) => existsSync(new URL(path, import.meta.url)))) {
    process.stderr.write(
      "deskmesh: not built yet, and the packages for that are missing. In the checkout, run: npm run build\n",
    );
    process.exitCode = 1;
    return;
  }
  try {
    const { build } = await import("../scripts/build.mjs");
    await build((line) => process.stderr.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`deskmesh: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  await import(main.href);
}
