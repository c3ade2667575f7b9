// What was asked of Deskmesh (issue 4, Must show 2) against what was measured: the floor to hold, and the aim.

/** Finds figures; a row is asked for by the beginning of its measure, who, and how many desks. */
function createFinder(results) {
  const rows = results.flatMap(({ measurement, rows: all }) => all.map((row) => ({ ...row, measurement })));
  return (from, measure, contender, { desks, field = "median" } = {}) =>
    rows.find(
      (row) =>
        row.measurement === from &&
        row.measure.includes(measure) &&
        row.contender === contender &&
        (desks === undefined || row.desks === desks),
    )?.[field];
}

const [ours, hub, couch] = ["Deskmesh", "Hocuspocus", "PouchDB"];
const blocking = "fdatasync, blocking";
const awaited = "fdatasync, awaited";
const visible = "visible at another desk";

/** `of` gives the figure out of what `find` finds; NaN: not measured. `unit` is left out of a ratio. */
const asked = [
  {
    what: "acknowledgement (in process) of a lone desk / awaited 200 B write + fdatasync",
    ...{ hold: 2, aim: 1.4 },
    of: (find) =>
      find("callers", "a lone desk records", ours) / find("callers", awaited, "limit", { desks: 1 }),
  },
  {
    what: "the same of one desk of three / blocking write + fdatasync",
    ...{ hold: 6, aim: 4 },
    of: (find) =>
      find("callers", "one desk of three records", ours) / find("callers", blocking, "limit", { desks: 3 }),
  },
  {
    what: "the same while all three of one disk record / blocking write + fdatasync",
    ...{ hold: 6, aim: 4 },
    of: (find) =>
      find("callers", "three desks of one disk", ours) / find("callers", blocking, "limit", { desks: 3 }),
  },
  ...Object.entries({ "a lone desk": 1, "one desk of three": 3 }).map(([which, desks]) => ({
    what: `acknowledgements/s of 32 callers at ${which} / (1 / blocking median)`,
    ...{ hold: 1.5, aim: 3, more: true },
    of: (find) =>
      (find("callers", `32 callers at ${which}`, ours) * find("callers", blocking, "limit", { desks })) /
      1000,
  })),
  ...[
    [3, "median", 1.5, 1],
    [3, "at99", 1, 0.5],
    [8, "median", 2, 1],
  ].map(([desks, field, hold, aim]) => ({
    what: `${visible} / Hocuspocus, ${desks} desks, ${field === "median" ? "median" : "99th percentile"}`,
    ...{ hold, aim },
    of: (find) =>
      find("scan", visible, ours, { desks, field }) / find("scan", visible, hub, { desks, field }),
  })),
  ...[
    ["bulk", "100 a change", 6, 2],
    ["bulk-single", "1 a change", 0.4, 0.15],
  ].map(([from, how, hold, aim]) => ({
    what: `10,000 entries from one desk to another / Hocuspocus, ${how}`,
    ...{ hold, aim },
    of: (find) => find(from, "one desk to another", ours) / find(from, "one desk to another", hub),
  })),
  {
    what: "catch-up of 10,000, since it is let in and open / Hocuspocus",
    ...{ hold: 6, aim: 2 },
    of: (find) => find("catch-up", "let in and open", ours) / find("catch-up", "since it began", hub),
  },
  {
    what: "catch-up of 10,000, since it is let in and open / PouchDB",
    ...{ hold: 0.1, aim: 0.02 },
    of: (find) => find("catch-up", "let in and open", ours) / find("catch-up", "since it began", couch),
  },
  {
    what: "cold start at 100k / Hocuspocus",
    ...{ hold: 2, aim: 1 },
    of: (find) => find("cold-start", "cold start", ours) / find("cold-start", "cold start", hub),
  },
  {
    what: "memory at 100k / Hocuspocus",
    ...{ hold: 1.2, aim: 0.8 },
    of: (find) => find("cold-start", "memory with", ours) / find("cold-start", "memory with", hub),
  },
  {
    what: "cold start at 1M / own at 100k",
    ...{ hold: 11, aim: 8 },
    of: (find) =>
      find("million", "cold start with 1,000,000", ours) / find("million", "cold start with 100,000", ours),
  },
  {
    what: "peak memory at 1M",
    ...{ hold: 2_000, aim: 1_200, unit: "MB" },
    of: (find) => find("million", "highest with 1,000,000", ours) * 1.048576,
  },
  ...["compacted", "imported", "batch is made", "purged"].map((what) => ({
    what: `longest acknowledgement, of all while … ${what}`,
    ...{ hold: 100, aim: 20, unit: "ms" },
    of: (find) => find("meanwhile", what, ours, { field: "most" }),
  })),
  {
    what: "bytes a transaction on disk, 100 a change",
    ...{ hold: 350, aim: 180, unit: "B" },
    of: (find) => find("bulk", "on the other desk's disk, 100", ours),
  },
  {
    what: "bytes a transaction on the wire, one link, one after the other",
    ...{ hold: 600, aim: 350, unit: "B" },
    of: (find) => find("idle", "bytes a transaction a link", ours, { desks: 2 }),
  },
  {
    what: "idle traffic a link, 2 desks",
    ...{ hold: 100, aim: 30, unit: "B/s" },
    of: (find) => find("idle", "idle traffic", ours, { desks: 2 }),
  },
  ...[2, 4, 8, 16, 32].map((desks) => ({
    what: `frames that carry an entry, ${desks} desks`,
    ...{ hold: 3 * desks, aim: 2 * desks, unit: "" },
    of: (find) => find("idle", "carry an entry", ours, { desks }),
  })),
];

/** Rows of a Markdown table; what was not measured says so. */
export function judgeAsked(results, number) {
  const find = createFinder(results);
  return asked.map(({ what, of, hold, aim, unit = "×", more = false }) => {
    const value = of(find);
    const meets = (limit) => (more ? value >= limit : value <= limit);
    const verdict = !Number.isFinite(value) ? "" : meets(aim) ? "aim" : meets(hold) ? "holds" : "**missed**";
    const shown = Number.isFinite(value) ? `${number(value)} ${unit}`.trim() : "not measured";
    return `| ${what} | ${shown} | ${more ? "≥" : "≤"} ${hold} | ${aim} | ${verdict} |`;
  });
}
