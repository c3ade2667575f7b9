/**
 * How a batch is handed over to its ILS, step by step, as libraries' own procedures have it (formats.md, "Checklists").
 * Data for pages, prints and the command line; plain words, for whoever stands there at the end of a long day.
 */
import type { BatchCount, BatchFile, BatchReason, Format } from "./batch.ts";

export interface ChecklistStep {
  readonly code: string;
  readonly text: string;
}

export interface HandOver {
  readonly format: Format;
  readonly files: readonly Pick<BatchFile, "role" | "name" | "part">[];
  readonly counts: readonly BatchCount[];
  readonly reasons: readonly BatchReason[];
  /** As the branch calls its ILS; left out: it gave it no name. */
  readonly ilsName?: string | undefined;
}

export function checklistOf(batch: HandOver): readonly ChecklistStep[] {
  return [...beforeLoading(batch), ...newPatronsFirst(batch), ...loading(batch), ...afterLoading(batch)];
}

function beforeLoading({ format, ilsName = "the library system" }: HandOver): readonly ChecklistStep[] {
  if (format === "csv" || format === "jsonl") return [];
  return [
    step("call", "Call the help desk: say that you are about to load, and write down whom you spoke to."),
    step(
      "others",
      "Are the files of the other PCs and branches in? Load one after the other, never two at once.",
    ),
    step("suspend", "Suspend notices, billing and hold jobs until everything is loaded."),
    step("nobody", `Nobody uses ${ilsName} for loans or returns until it is loaded.`),
  ];
}

function newPatronsFirst({ files, counts }: HandOver): readonly ChecklistStep[] {
  const patrons = counts.reduce((sum, count) => sum + count.patrons, 0);
  const file = files.find(({ role }) => role === "patrons");
  if (patrons === 0 || !file) return [];
  const who = patrons === 1 ? "this 1 new patron" : `these ${patrons} new patrons`;
  return [step("patrons", `Create ${who} first (${file.name}): their loans are refused otherwise.`)];
}

function loading({ format, files }: HandOver): readonly ChecklistStep[] {
  const main = files.filter(({ role }) => role === "main").map(({ name }) => name);
  const named = main.length === 1 ? `the file ${main[0]}` : `the ${main.length} files ${main.join(", ")}`;
  switch (format) {
    case "alma":
      return [
        step("role", "Log in with the role Circulation Desk Operator, and set Currently at to this desk."),
        step(
          "block",
          'The block "on loan by another patron" must not be set to Handle Automatically: such loans would fail without a word.',
        ),
        step(
          "upload",
          `Fulfillment > Advanced Tools > Offline Circulation: choose ${named}, then Upload and Validate File Content.`,
        ),
        ...(main.length > 1
          ? [
              step(
                "parts",
                "Load the parts one by one, each with Currently at set to the desk it was made at.",
              ),
            ]
          : []),
        step("job", "View the job, and write its id here. Upload each file once: twice is loaded twice."),
        step("old-files", "Delete the old .dat files from this PC."),
      ];
    case "evergreen":
      return [
        step(
          "account",
          "Log in at one workstation. The account needs OFFLINE_UPLOAD, OFFLINE_EXECUTE, CIRC_OVERRIDE_DUE_DATE and CIRC_PERMIT_OVERRIDE.",
        ),
        step("session", `Offline Circulation: make one session, upload ${named} to it, and process it.`),
        step("exceptions", "Open the session's exceptions, save them, and paste them here."),
      ];
    case "koha":
      return [
        step("branch", "Log in with this branch set as the library: loans are booked there."),
        step("upload", `Circulation > Upload offline circulation file: choose ${named}.`),
        step(
          "process",
          "Pending offline circulation actions: tick the rows and process them. Write down refusals at once: Koha deletes rows that failed.",
        ),
      ];
    case "sierra":
      return [
        step("permission", "The login needs permission 51 (offline transactions)."),
        step("order", `New patrons first, then circulation: load ${named}.`),
        step(
          "untried",
          "Written to the vendor's published layout, and never loaded into a real system: try it with a few lines first.",
        ),
      ];
    case "csv":
    case "jsonl":
      return [step("keep", `Hand ${named} to whoever enters the records, or keep it as the archive.`)];
  }
}

function afterLoading({ format, files, counts, reasons }: HandOver): readonly ChecklistStep[] {
  const due = reasons.reduce((sum, { into, count }) => sum + (into === "due" ? count : 0), 0);
  const dueFile = files.find(({ role }) => role === "due");
  const extra = counts.reduce((sum, count) => sum + count.extra - count.patrons, 0);
  const extraFile = files.find(({ role }) => role === "extra");
  return [
    ...(due > 0 && dueFile
      ? [
          step(
            "due",
            `Set the promised due dates by hand: ${due} ${due === 1 ? "loan" : "loans"} (${dueFile.name}), limited items first.`,
          ),
        ]
      : []),
    ...(extra > 0 && extraFile
      ? [step("extra", `Enter by hand what the file cannot carry: ${extra} (${extraFile.name}).`)]
      : []),
    ...(format === "csv" || format === "jsonl"
      ? []
      : [step("loaded", "Come back and mark the batch as loaded, with the job's id and its error list.")]),
  ];
}

function step(code: string, text: string): ChecklistStep {
  return { code, text };
}
