// Planted faults at the end of an outage, in the form of `faults.mjs`, which hands them on.
const closingTest = "test/node/desk/closing.test.ts";
const outcomesTest = "test/node/desk/batch-outcomes.test.ts";
const carryTest = "test/node/carry/carry.test.ts";
const chainTest = "test/node/desk/batch-chain.test.ts";

export const endingFaults = [
  {
    name: "what was overtaken is exported without asking",
    path: "src/crdt/circulation/late-lines.ts",
    search: 'kind: "overtaken", mustDecide: true,',
    replace: 'kind: "overtaken", mustDecide: false,',
    file: closingTest,
    only: "lent at a dead desk, returned elsewhere and loaded",
  },
  {
    name: "what was decided to stay out goes into the main file",
    path: "src/crdt/circulation/lines.ts",
    search: '  if (decided === undefined || decided.decision === "load") return undefined;\n',
    replace:
      "  if (decided !== undefined) return undefined;\n  if (decided === undefined) return undefined;\n",
    file: closingTest,
    only: "lent at a dead desk, returned elsewhere and loaded",
  },
  {
    name: "an outage is closed while a desk may have more",
    path: "src/node/desk/closing.ts",
    search: "  if (away.length > 0) {\n",
    replace: "  if (away.length > 1_000) {\n",
    file: closingTest,
    only: "is closed over a lost desk by name",
  },
  {
    name: "a batch that was withdrawn counts as if it were loaded",
    path: "src/crdt/circulation/branch-state.ts",
    search: 'fact.outage === outage && state !== "withdrawn"',
    replace: 'fact.outage === outage && state !== "failed"',
    file: "test/crdt/circulation/batch-reach.test.ts",
    only: "comes after none that is withdrawn",
  },
  {
    name: "what a withdrawn batch left below a later one is in no file",
    path: "src/crdt/circulation/batch-reach.ts",
    search: "reaches(upper, outage) && !behind[index]!.some((one) => carried[one] === true)",
    replace: "reaches(upper, outage) && behind[index] !== undefined",
    file: "test/crdt/circulation/batch-reach.test.ts",
    only: "that comes after one which left something below",
  },
  {
    name: "what a file named again goes out again where the batch that had left it out is withdrawn",
    path: "src/crdt/circulation/batch-reach.ts",
    search: "const isNamed = id !== undefined && named[index]?.has(id) === true;",
    replace: 'const isNamed = id === "" && named[index]?.has(id) === true;',
    file: chainTest,
    only: "the file that named it again has it still",
  },
  {
    name: "what was left out for the sake of a batch that is withdrawn is in no file",
    path: "src/node/desk/left-behind.ts",
    search: "return doubtful.length > 0 && heard",
    replace: "return doubtful.length < 0 && heard",
    file: chainTest,
    only: "another copy of it went out with one that is withdrawn",
  },
  {
    name: "a copy of what a batch of another outage carries goes out again",
    path: "src/node/desk/batch-draft.ts",
    search: "    ...(elsewhere.length > 0 && { elsewhere }),\n",
    replace: "",
    file: "test/node/desk/batch-outcomes.test.ts",
    only: "leaves out what a file of another outage carries",
  },
  {
    name: "an outage is purged whose file nobody has loaded",
    path: "src/node/desk/purges.ts",
    search: "batch.fact.outage === number && isOpenBatch(batch)",
    replace: 'batch.fact.outage === number && batch.fact.id === ""',
    file: "test/node/desk/purge.test.ts",
    only: "is refused with what is missing until all of it is loaded",
  },
  {
    name: "a batch that is issued again has other bytes",
    path: "src/node/desk/batch-files.ts",
    search: "    timezone: fact.timezone,\n",
    replace: '    timezone: reissued ? "Asia/Kathmandu" : fact.timezone,\n',
    file: outcomesTest,
    only: "is issued again under another name with the same bytes",
  },
  {
    name: "what was taken back is missing in the counts",
    path: "src/crdt/circulation/lines.ts",
    search: "  else count.voided += 1;\n",
    replace: "  else count.voided += 0;\n",
    file: "test/export/sums.test.ts",
    only: "counts on the screen = lines + extra + voided + repeated",
  },
  {
    name: "a carried file is taken in unverified",
    path: "src/node/carry/carry-file.ts",
    search:
      "const isSigned = verifySignature({ publicKey }, sha256(file.subarray(0, end)), file.subarray(end));",
    replace: "const isSigned = Boolean(verifySignature) && end > 0;",
    file: carryTest,
    only: "takes nothing of a file with one byte changed",
  },
  {
    name: "a carried file of a retired desk is taken in",
    path: "src/node/carry/carry.ts",
    search: "  if (desk.retired === undefined) return null;\n",
    replace: "  if (desk.retired === undefined || head.branch === branchId) return null;\n",
    file: carryTest,
    only: "takes nothing of another branch or of a retired desk",
  },
  {
    name: "an answer about another batch is taken",
    path: "src/export/answer.ts",
    search: "  if (text.includes(batch)) return null;\n",
    replace: "  if (text.includes(batch) || batch.length > 0) return null;\n",
    file: "test/export/answer.test.ts",
    only: "refuses another batch's report, half a one",
  },
];
