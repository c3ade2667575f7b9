// Planted faults of what came after the core, in the form of `faults.mjs`, which hands them on.
const clockTest = "test/node/desk/clock-check.test.ts";
const outsidersTest = "test/node/desk/outsiders.test.ts";
const leftTest = "test/node/backup/left-behind.test.ts";

export const laterFaults = [
  {
    name: "what is handed on says that its sender holds it",
    path: "src/crdt/log/sync.ts",
    search: 'yield syncFrame(vouches ? "step2" : "update", update)',
    replace: 'yield syncFrame("update", update)',
    file: "test/crdt/log/convergence.test.ts",
    only: "with cuts, delays and doubled frames",
  },
  {
    name: "every desk hands on at once what came just now",
    path: "src/node/mesh/handing-on.ts",
    search: "(turns[turn(feed)]?.get(feed.key) ?? 0)",
    replace: "(turn(feed) < 0 ? 0 : feed.count)",
    file: "test/node/mesh/handing-on.test.ts",
    only: "and never what came a moment ago",
  },
  {
    name: "whoever is asked and says nothing stays linked",
    path: "src/node/mesh/pulse.ts",
    search: "    else cut();\n",
    replace: "    else if (now < 0) cut();\n",
    file: "test/node/mesh/pulse.test.ts",
    only: "gives up whoever doesn't answer",
  },
  {
    name: "a desk that nobody admitted counts among those that a scan may be on",
    path: "src/node/desk/roster.ts",
    search: "for (const desk of options.branchDesks().keys()) if (desk !== own && isMember(desk)) count++;",
    replace: "for (const desk of desks()) if (desk !== own) count++;",
    file: outsidersTest,
    only: "is no desk that a scan is on",
  },
  {
    name: "a desk that only a retired one let in can't be given up",
    path: "src/node/desk/desk-acts.ts",
    search: "  const all = listKnown(parts);\n",
    replace: "  const all: readonly Known[] = [...parts.ledger.branch.desks.values()];\n",
    file: outsidersTest,
    only: "is waited for until a supervisor says",
  },
  {
    name: "a time that lies far before what is known is taken at once",
    path: "src/node/desk/clock-check.ts",
    search: "(isUnlikely && !isSaidAgain(said, at, ref))",
    replace: "(isUnlikely && said < 0)",
    file: clockTest,
    only: "asks again, with another ref",
  },
  {
    name: "a request that is sent again counts as a second answer",
    path: "src/node/desk/clock-check.ts",
    search: "if (!unlikely || ref !== question()?.ref) return false;",
    replace: "if (!unlikely) return false;",
    file: clockTest,
    only: "takes a request that is only sent again",
  },
  {
    name: "a killed backup's folder stays",
    path: "src/node/backup/backup.ts",
    search: "  await noteUnderway(vault, unfinished);\n",
    replace: "",
    file: leftTest,
    only: "of a backup is noted while it is written",
  },
  {
    name: "a running restore's folder is taken for a killed one's",
    path: "src/node/backup/left-behind.ts",
    search: "if (pid === undefined || isRunning(Number(pid))) continue;",
    replace: "if (pid === undefined) continue;",
    file: leftTest,
    only: "of a restore is gone at the next one",
  },
  {
    name: "a batch is made before the branch's name is known",
    path: "src/node/desk/batch-making.ts",
    search: "if (!parts.ledger.branch.branch) {",
    replace: "if (parts.clock.now() < 0) {",
    file: "test/sim/sim.test.ts",
    only: "stays mended",
  },
];
