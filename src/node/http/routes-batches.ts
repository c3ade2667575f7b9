/**
 * Batches: making one, fetching its files, and saying what the ILS made of it.
 */
import type { BatchRequest, Desk, FileBytes } from "../desk/desk.ts";
import { answerToProblem, ProblemError, problemToResponse, toInvalid } from "./problem.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import { batchBody, failedBody, idPath, loadedBody } from "./schema.ts";
import * as views from "./schema-views.ts";

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
        answers: { 200: { text: "The bytes", mediaType: "application/octet-stream" } },
        problems: [404, 409],
        run: async ({ params }) => {
          const answer = await desk.batchFile(params.id, role);
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
      },
      answers: { 200: { text: "Marked", schema: views.batch } },
      problems: [404, 409],
      run: async ({ params, body, staff }) => {
        const { job, by, byHand, note } = body;
        if (byHand && staff === undefined && note === undefined) {
          throw new ProblemError(
            toInvalid([{ field: "note", text: "note is missing: expected who re-keyed it by hand." }]),
          );
        }
        const said = [by === "helpdesk" && "told by the help desk", note].filter(Boolean).join(": ");
        return answerToResponse(
          await desk.markBatch(
            params.id,
            {
              state: "loaded",
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
  ];
}

function toDownload(file: FileBytes): Response {
  // Sierra's file lies in a folder of its batch: the browser gets the last name alone.
  const name = (file.name.split("/").at(-1) ?? "").replace(/[^A-Za-z0-9._-]/g, "_");
  return new Response(new Uint8Array(file.bytes), {
    headers: { "content-type": file.mediaType, "content-disposition": `attachment; filename="${name}"` },
  });
}
