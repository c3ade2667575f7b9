/**
 * Where the program's other files lie. `src/node`, `dist/node` and `dist/program` (the same in one piece) have the same
 * number of folders above them, and only here is that relied on.
 */
import { fileURLToPath } from "node:url";

const here = import.meta.url;

export const manifestPath = fileURLToPath(new URL("../../package.json", here));
/** The made-up library, for demo and practice. */
export const sampleFolder = fileURLToPath(new URL("../../sample", here));
/** The built pages. */
export const webRoot = fileURLToPath(new URL("../../dist/web", here));
/** Runs in a thread of its own. */
export const sqliteWorker = new URL("./snapshot/sqlite-worker.mjs", here);
