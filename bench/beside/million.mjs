// Cold start and memory at a million transactions, beside the same of 100,000 in the same run.
import { join } from "node:path";
import { measure as measureStart } from "./cold-start.mjs";

export async function measure({ folder, quick, rows = [] }) {
  for (const entries of quick ? [2_000, 4_000] : [100_000, 1_000_000]) {
    const home = join(folder, String(entries));
    rows.push(...(await measureStart({ folder: home, kinds: ["deskmesh"], entries, rounds: 1 })));
  }
  return rows;
}
