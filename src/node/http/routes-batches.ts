/**
 * Batches: making one, fetching its files, and saying what the ILS made of it.
 */
import type { BatchRequest, Desk, FileBytes } from "../desk/desk.ts";
import { answerToProblem, ProblemError, problemToResponse, toInvalid } from "./problem.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { idPath } from "./schema.ts";
import { batchBody, failedBody, guardedBody, loadedBody, partQuery, previewQuery } from "./schema-batches.ts";
import * as views from "./schema-closing.ts";

/** Last part of the address → role of the file. */
const files = {
  file: ["main", "The merged file for the ILS"],
  lines: ["lines", "What each line of the main file is"],
  extra: ["extra", "What the format can't carry"],
  patrons: ["patrons", "New patrons to create first"],
  due: ["due", "Due dates to set by hand"],
} as const;

export function createBatchRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/batches",
      summary: "Make the next batch",
      body: batchBody,
      examples: {
        whole: { format: "evergreen" },
        partial: { format: "koha", partial: true, reason: "Desk 3 is away" },
        "in parts": { format: "alma", split: true },
      },
      answers: { 201: { text: "Made", schema: views.batch } },
      problems: [404, 409],
      run: async ({ body, staff }) =>
        answerToResponse(await desk.makeBatch(body as BatchRequest, staff), 201),
    }),
    defineRoute({
      method: "get",
      path: "/api/batches",
      summary: "All batches of this branch",
      answers: { 200: { text: "Newest first", schema: views.batches } },
      run: async () => toJson(await desk.batches()),
    }),
    defineRoute({
      method: "get",
      path: "/api/batches/preview",
      summary: "What the next batch would hold in a format, and what stands against it: nothing is written",
      query: previewQuery,
      answers: { 200: { text: "Counts that add up, and why", schema: views.preview } },
      problems: [404, 422],
      run: async ({ query: { format, split } }) =>
        answerToResponse(await desk.previewBatch({ format, ...(split === "true" && { split: true }) })),
    }),
    defineRoute({
      method: "get",
      path: "/api/batches/{id}",
      summary: "One batch",
      params: idPath,
      answers: { 200: { text: "The batch", schema: views.batch } },
      problems: [404],
      run: async ({ params }) => answerToResponse(await desk.batch(params.id)),
    }),
    ...Object.entries(files).map(([name, [role, summary]]) =>
      defineRoute({
        method: "get",
        path: `/api/batches/{id}/${name}`,
        summary,
        params: idPath,
        query: partQuery,
        answers: { 200: { text: "The bytes", mediaType: "application/octet-stream" } },
        problems: [404, 409, 422],
        run: async ({ params, query }) => {
          const part = query.part === undefined ? undefined : Number(query.part);
          const answer = await desk.batchFile(params.id, role, part);
          return answer.kind === "done"
            ? toDownload(answer.value)
            : problemToResponse(answerToProblem(answer));
        },
      }),
    ),
    ...createOutcomeRoutes(desk),
  ];
}

function createOutcomeRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/batches/{id}/loaded",
      summary: "The ILS has loaded it: its job id, or the help desk's word, or done by hand",
      params: idPath,
      body: loadedBody,
      examples: {
        job: { job: "4711" },
        "told by the help desk": { by: "helpdesk" },
        "by hand": { byHand: true, note: "M. Keller" },
        "with errors": { job: "4711", errors: "Item not found. Barcode: 33191000000001" },
        "with errors, said later": { job: "4711", withErrors: true },
        "withdrawn, and loaded too": { job: "4712", too: true, note: "Loaded before we saw it" },
      },
      answers: { 200: { text: "Marked", schema: views.batch } },
      problems: [404, 409],
      run: async ({ params, body, staff }) => {
        const { job, by, byHand, note, errors, withErrors, too } = body;
        if (byHand && staff === undefined && note === undefined) {
          throw new ProblemError(
            toInvalid([{ field: "note", text: "note is missing: expected who re-keyed it by hand." }]),
          );
        }
        // First: whoever stops between the two has a batch with its answers that isn't marked yet.
        const answered = errors === undefined ? null : await desk.takeAnswer(params.id, errors, staff);
        if (answered && answered.kind !== "done") return answerToResponse(answered);
        const said = [by === "helpdesk" && "told by the help desk", note].filter(Boolean).join(": ");
        return answerToResponse(
          await desk.markBatch(
            params.id,
            {
              state: too ? "loaded-too" : withErrors ? "loaded-with-errors" : "loaded",
              ...(job !== undefined && { job }),
              ...(byHand && { byHand }),
              ...(said && { note: said }),
            },
            staff,
          ),
        );
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/batches/{id}/failed",
      summary: "The ILS has not taken it",
      params: idPath,
      body: failedBody,
      examples: { empty: {}, said: { note: "Line 3: unknown patron" } },
      answers: { 200: { text: "Marked", schema: views.batch } },
      problems: [404, 409],
      run: async ({ params, body, staff }) => {
        const { note } = body;
        const outcome = { state: "failed", ...(note !== undefined && { note }) } as const;
        return answerToResponse(await desk.markBatch(params.id, outcome, staff));
      },
    }),
    ...guarded.map(([name, state, summary]) =>
      defineRoute({
        method: "post",
        path: `/api/batches/{id}/${name}`,
        summary: `${summary} Guarded: the batch's id typed again, a reason, a supervisor's PIN`,
        params: idPath,
        body: guardedBody,
        examples: {
          sure: {
            confirm: "RIV-3-1-4a7c",
            reason: "The stick was lost on the way",
            by: { user: "mk", pin: "example-pin" },
          },
        },
        answers: { 200: { text: "Marked", schema: views.batch } },
        problems: [404, 409],
        run: async ({ params, body: { confirm, reason }, staff }) => {
          if (confirm !== params.id) {
            const text = "confirm: expected the id of this batch, typed again.";
            throw new ProblemError(toInvalid([{ field: "confirm", text }]));
          }
          return answerToResponse(await desk.markBatch(params.id, { state, note: reason }, staff));
        },
      }),
    ),
  ];
}

/** Acts by which a file may come to be loaded twice, or never: last part of the address, state, summary. */
const guarded = [
  ["reissue", "re-issued", "Issue the file again: -REISSUE in its name, the same lines."],
  ["withdraw", "withdrawn", "It was never loaded and never will be: its lines go into the next batch."],
] as const;

function toDownload(file: FileBytes): Response {
  // Sierra's file lies in a folder of its batch: the browser gets the last name alone.
  const name = (file.name.split("/").at(-1) ?? "").replace(/[^A-Za-z0-9._-]/g, "_");
  return new Response(new Uint8Array(file.bytes), {
    headers: { "content-type": file.mediaType, "content-disposition": `attachment; filename="${name}"` },
  });
}
