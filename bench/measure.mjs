// One measurement in a process of its own: `node bench/measure.mjs NAME FOLDER [--quick] [--big]`, rows as JSON on fd 3
// or, where there is none, on stdout.
import { writeSync } from "node:fs";

const [name, folder, ...flags] = process.argv.slice(2);
const { measure } = await import(`./measures/${name}.mjs`);
const rows = await measure({ folder, quick: flags.includes("--quick"), big: flags.includes("--big") });
const text = `${JSON.stringify(rows)}\n`;
if (flags.includes("--piped")) writeSync(3, text);
else process.stdout.write(text);
process.exit(0);
