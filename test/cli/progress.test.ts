import { expect, it } from "vitest";
import { createProgressLines } from "../../src/node/cli/progress.ts";
import type { Events } from "../../src/node/http/api.ts";
import { runAgainst } from "./command-runner.ts";

it("shows a line a second, the last one of each step, and counts where the end is known", () => {
  let now = 10_000;
  const lines: string[] = [];
  const { tell, end } = createProgressLines(
    (line) => lines.push(line),
    () => now,
  );
  const reading = (file: string, rows: number): Events["progress"] => ({
    ...{ task: "import", done: rows, text: `Reading ${file}: ${rows} rows read` },
  });
  tell(reading("items.csv", 500));
  now += 400;
  tell(reading("items.csv", 1_000));
  now += 700;
  tell(reading("items.csv", 1_500));
  tell(reading("items.csv", 1_600));
  tell(reading("patrons.csv", 7));
  tell({ task: "import", done: 9, of: 90, text: "Putting it together" });
  tell({ task: "import", done: 90, of: 90, text: "Putting it together" });
  end();
  expect(lines).toEqual([
    "Reading items.csv: 500 rows read",
    "Reading items.csv: 1500 rows read",
    "Reading items.csv: 1600 rows read",
    "Reading patrons.csv: 7 rows read",
    "Putting it together: 9 of 90",
    "Putting it together: 90 of 90",
  ]);
});

it("tells how far an import is while the command waits", async () => {
  const heard: Events["progress"][] = [];
  const { code, err } = await runAgainst(
    {
      subscribe(listener) {
        const tick = setInterval(() => {
          const progress = { task: "import", done: 120, text: "Reading patrons.csv: 120 rows read" };
          heard.push(progress);
          listener("progress", progress);
          listener("progress", { task: "other", done: 1, text: "Something else" });
        }, 5);
        return () => clearInterval(tick);
      },
      async importSnapshot() {
        while (heard.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
        return { kind: "refused", refusal: { kind: "snapshot", text: "It is no zip file" } };
      },
    },
    ["import", "sample"],
  );
  expect(code).toBe(4);
  expect(err).toContain("Reading patrons.csv: 120 rows read\n");
  expect(err).not.toContain("Something else");
  expect(err).toContain("It is no zip file");
});
