/**
 * The mesh, the outage's lifecycle, the exceptions to settle, and the snapshots of the ILS.
 */
import type { BackupRequest, Desk, OutageMove, OutageOptions, Settle } from "../desk/desk.ts";
import { largestUploadBytes } from "../snapshot/upload.ts";
import { answerToResponse, defineRoute, type Route, toJson } from "./route.ts";
import {
  backupBody,
  calledBody,
  emptyBody,
  idPath,
  outageBody,
  settleBody,
  snapshotBody,
  toldBody,
} from "./schema.ts";
import { formatQuery, outageQuery } from "./schema-batches.ts";
import * as closing from "./schema-closing.ts";
import { outage } from "./schema-outages.ts";
import { importReport } from "./schema-snapshot.ts";
import * as views from "./schema-views.ts";

const moves: Readonly<Record<OutageMove, string>> = {
  open: "The ILS is down: open an outage",
  closing: "The ILS is back: go on recording here until the file is loaded",
  "open-again": "The ILS is down again",
  close: "Close the outage: every batch is loaded",
};

export function createDeskRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/desks",
      summary: "Desks, links, and which desk holds what",
      answers: { 200: { text: "The mesh as seen from here", schema: views.desks } },
      run: () => toJson(desk.desks()),
    }),
    defineRoute({
      method: "get",
      path: "/api/outage",
      summary: "The outage now",
      answers: { 200: { text: "Its number and state", schema: outage } },
      run: () => toJson(desk.outage()),
    }),
    ...(Object.keys(moves) as OutageMove[]).map((move) =>
      defineRoute({
        method: "post",
        path: `/api/outage/${move}`,
        summary: moves[move],
        body: outageBody,
        examples: {
          "nothing said": {},
          called: { scope: "branch", called: [{ who: "Help desk", by: "mk" }] },
        },
        answers: { 200: { text: "Moved", schema: outage } },
        problems: [409],
        run: async ({ body, staff }) =>
          answerToResponse(await desk.moveOutage(move, body as OutageOptions, staff)),
      }),
    ),
    defineRoute({
      method: "post",
      path: "/api/outage/desk-done",
      summary: "Done at this desk: nothing more comes from here until someone scans again",
      body: emptyBody,
      examples: { empty: {} },
      answers: { 200: { text: "Written", schema: outage } },
      problems: [409],
      run: async ({ staff }) => answerToResponse(await desk.deskDone(staff)),
    }),
    ...createWordRoutes(desk),
    ...createExceptionRoutes(desk),
    ...createSnapshotRoutes(desk),
    createBackupRoute(desk),
  ];
}

/** What is said of an outage beside its moves, and whether all of it is here. */
function createWordRoutes(desk: Desk): readonly Route[] {
  const words = [
    ["down-here", "down", "The ILS is down at this desk too"],
    ["works-here", "works", "The ILS works at this desk: all desks are told, and nobody goes back alone"],
  ] as const;
  return [
    ...words.map(([name, says, summary]) =>
      defineRoute({
        method: "post",
        path: `/api/outage/${name}`,
        summary,
        body: toldBody,
        examples: { seen: {}, told: { toldBy: "Help desk" } },
        answers: { 200: { text: "Told", schema: outage } },
        problems: [409],
        run: async ({ body: { toldBy, at }, staff }) => {
          const told = { ...(toldBy !== undefined && { toldBy }), ...(at !== undefined && { at }) };
          return answerToResponse(await desk.tellOutage({ says, ...told }, staff));
        },
      }),
    ),
    defineRoute({
      method: "post",
      path: "/api/outage/called",
      summary: "Who was called about it, and when",
      body: calledBody,
      examples: {
        "help desk": { called: [{ who: "Help desk", at: "2026-11-21T09:20:00+01:00", by: "mk" }] },
      },
      answers: { 200: { text: "Written", schema: outage } },
      problems: [409],
      run: async ({ body, staff }) => {
        const { called } = body as { called: NonNullable<OutageOptions["called"]> };
        return answerToResponse(await desk.tellOutage({ says: "called", called }, staff));
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/completeness",
      summary: "Whether all of an outage is here, desk by desk and run by run",
      query: outageQuery,
      answers: { 200: { text: "Desks, runs, who holds what", schema: closing.completeness } },
      problems: [404],
      run: async ({ query }) =>
        answerToResponse(
          await desk.completeness(query.outage === undefined ? undefined : Number(query.outage)),
        ),
    }),
  ];
}

function createExceptionRoutes(desk: Desk): readonly Route[] {
  const transaction = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a00";
  return [
    defineRoute({
      method: "get",
      path: "/api/exceptions",
      summary: "What a person must decide or look at",
      query: formatQuery,
      answers: { 200: { text: "All, settled ones too", schema: closing.exceptions } },
      run: async ({ query }) => toJson(await desk.exceptions(query.format)),
    }),
    defineRoute({
      method: "post",
      path: "/api/exceptions/{id}",
      summary: "Settle an exception",
      params: idPath,
      body: settleBody,
      examples: {
        "keep both": { decision: "keep-both", reason: "Two copies under one barcode" },
        "leave one out": { decision: "void", transaction, reason: "Lent at the other desk" },
        "wrong barcode": { decision: "correct", transaction, barcode: "CONC4000038", reason: "Misread" },
        note: { decision: "note", reason: "Patron will come by" },
        "came too late": { decision: "leave-out", reason: "It is back on the shelf" },
        "of a retired desk": { decision: "accept", reason: "Lent there before anybody knew" },
      },
      answers: { 200: { text: "Settled", schema: closing.exception } },
      problems: [404, 409],
      run: async ({ params, body, staff }) =>
        answerToResponse(await desk.settle(params.id, body as Settle, staff)),
    }),
  ];
}

function createBackupRoute(desk: Desk): Route {
  return defineRoute({
    method: "post",
    path: "/api/backups",
    summary: "Write a backup of this desk into a new folder of this PC; progress comes as events",
    body: backupBody,
    examples: { folder: { path: "/media/stick/deskmesh-1", passphrase: "example passphrase" } },
    answers: { 201: { text: "Written, whole and synced", schema: views.backup } },
    problems: [409],
    run: async ({ body }) => answerToResponse(await desk.backup(body as BackupRequest), 201),
  });
}

function createSnapshotRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/snapshots",
      summary: "Snapshots of the ILS that this branch knows",
      answers: { 200: { text: "The one in force first", schema: views.snapshots } },
      run: () => toJson(desk.snapshots()),
    }),
    defineRoute({
      method: "post",
      path: "/api/snapshots",
      summary:
        "Import a folder or zip file of CSV files on this PC, or a file sent as the body: a zip, or a block list or borrowers.db with its Last-Modified; progress comes as events",
      body: snapshotBody,
      examples: { folder: { path: "C:\\ils-extract" }, "zip file": { path: "C:\\ils-extract.zip" } },
      upload: {
        mediaType: "application/zip",
        mostBytes: largestUploadBytes,
        run: async (bytes, { staff }, _, changedAt) =>
          answerToResponse(
            await desk.importSnapshot({ bytes, ...(changedAt === undefined ? {} : { changedAt }) }, staff),
            201,
          ),
      },
      answers: { 201: { text: "Imported, with the rows that were refused", schema: importReport } },
      problems: [404, 409],
      run: async ({ body, staff }) => answerToResponse(await desk.importSnapshot(body.path, staff), 201),
    }),
  ];
}
