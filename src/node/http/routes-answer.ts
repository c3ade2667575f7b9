/**
 * After a batch has gone out: the ILS's report on it, what is left to do by hand, and the list of returns to scan again.
 */
import type { Desk } from "../desk/desk.ts";
import type { ReplayRequest } from "../desk/replay.ts";
import { readText } from "./body.ts";
import { answerToResponse, defineRoute, type Route } from "./route.ts";
import { idPath } from "./schema.ts";
import * as schema from "./schema-answer.ts";

const largestReport = 16 * 1024 * 1024;

export function createAnswerRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/batches/{id}/answer",
      summary: "The report of the ILS: each line that it speaks of gets its answer; pasted, or as a file",
      params: idPath,
      body: schema.answerBody,
      examples: { alma: { report: "Item not found. Barcode: 33191000000001" } },
      upload: {
        mediaType: "application/octet-stream",
        mostBytes: largestReport,
        run: async (bytes, { staff }, { id = "" }) =>
          answerToResponse(await desk.takeAnswer(id, await readText(bytes, largestReport), staff)),
      },
      answers: { 200: { text: "What was read", schema: schema.answer } },
      problems: [404, 409],
      run: async ({ params, body, staff }) =>
        answerToResponse(await desk.takeAnswer(params.id, body.report, staff)),
    }),
    ...createReplayRoutes(desk),
    ...createCarryRoutes(desk),
    defineRoute({
      method: "get",
      path: "/api/todos",
      summary: "What is left to do in the ILS by hand; closing an outage waits for it",
      query: schema.todoQuery,
      answers: { 200: { text: "Open ones first", schema: schema.todos } },
      run: async ({ query: { outage, batch } }) =>
        answerToResponse(
          await desk.todos({ ...numberOf(outage), ...(batch === undefined ? {} : { batch }) }),
        ),
    }),
    defineRoute({
      method: "post",
      path: "/api/todos",
      summary: "Tick off what was done in the ILS (or take that back)",
      body: schema.tickBody,
      examples: { done: { todos: ["00112233aabbccdd"], note: "Patron has it" } },
      answers: { 200: { text: "The list", schema: schema.todos } },
      problems: [404, 409],
      run: async ({ body: { todos, note, undone }, staff }) =>
        answerToResponse(
          await desk.tick(
            { todos, ...(note === undefined ? {} : { note }), ...(undone ? { undone } : {}) },
            staff,
          ),
        ),
    }),
    defineRoute({
      method: "get",
      path: "/api/rescan",
      summary: "Items that came back, to be scanned into the ILS again, with barcodes to print",
      query: schema.rescanQuery,
      answers: { 200: { text: "By where they go next", schema: schema.rescan } },
      problems: [404, 409],
      run: async ({ query: { outage, batch, symbology } }) =>
        answerToResponse(
          await desk.rescan({
            ...numberOf(outage),
            ...(batch === undefined ? {} : { batch }),
            ...(symbology === undefined ? {} : { symbology }),
          }),
        ),
    }),
  ];
}

function createReplayRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/batches/{id}/replay",
      summary:
        "Send a batch line by line to the SIP2 server of the ILS instead of loading its file, or go on with that",
      params: idPath,
      body: schema.replayBody,
      examples: {
        begin: { host: "ils.example.org", port: 6001, login: { user: "desk", password: "example" } },
        "go on": { host: "ils.example.org", port: 6001, again: [12], there: [13] },
      },
      answers: {
        202: { text: "Under way: `progress` and `batch` tell how it goes", schema: schema.replayed },
      },
      problems: [404, 409],
      run: async ({ params, body, staff }) =>
        answerToResponse(await desk.replay(params.id, body as ReplayRequest, staff), 202),
    }),
    defineRoute({
      method: "post",
      path: "/api/batches/{id}/replay/stop",
      summary: "Stop it at this desk, after the line that is under way",
      params: idPath,
      body: schema.stopBody,
      examples: { stop: {} },
      answers: { 200: { text: "Stopped", schema: schema.replayed } },
      problems: [404, 409],
      run: async ({ params }) => answerToResponse(await desk.stopReplay(params.id)),
    }),
  ];
}

function createCarryRoutes(desk: Desk): readonly Route[] {
  const examples = { stick: { path: "/media/stick/riv-desk-3.carry", passphrase: "example passphrase" } };
  return [
    defineRoute({
      method: "post",
      path: "/api/carry/out",
      summary: "Write all that this desk holds of the log into one encrypted, signed file of this PC",
      body: schema.carryBody,
      examples,
      answers: { 201: { text: "Written, whole and synced", schema: schema.carriedOut } },
      problems: [409],
      run: async ({ body: { path, passphrase } }) =>
        answerToResponse(await desk.carryOut({ path, passphrase }), 201),
    }),
    defineRoute({
      method: "post",
      path: "/api/carry/in",
      summary: "Take in such a file of another desk of this branch; what is known already changes nothing",
      body: schema.carryBody,
      examples,
      answers: { 200: { text: "What was new", schema: schema.carriedIn } },
      problems: [409],
      run: async ({ body: { path, passphrase } }) =>
        answerToResponse(await desk.carryIn({ path, passphrase })),
    }),
  ];
}

function numberOf(outage: string | undefined): { readonly outage?: number } {
  return outage === undefined ? {} : { outage: Number(outage) };
}
