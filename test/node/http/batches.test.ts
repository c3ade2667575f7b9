/** Batches over HTTP: what must be said of one, and the guards before acts by which a file may be loaded twice. */
import { expect, test } from "vitest";
import type { Problem } from "../../../src/node/http/api.ts";
import { by, createDeskDouble, createTestParts, ownHost, post, signInAt } from "./desk-double.ts";

test("marking as loaded needs a job id or one of two reasons", async () => {
  const mark = async (body: object) => {
    const double = createDeskDouble();
    const { app } = createTestParts(double);
    const headers = { authorization: `Bearer ${await signInAt(app)}` };
    const response = await app.request(`${ownHost}/api/batches/RIV-1-1-ab12/loaded`, post(body, headers));
    return { status: response.status, body: (await response.json()) as Problem, calls: double.calls };
  };
  const outcome = async (body: object) => (await mark(body)).calls[0]?.slice(2);
  expect(await outcome({ job: "4711" })).toEqual([{ state: "loaded", job: "4711" }, "mk"]);
  expect(await outcome({ by: "helpdesk" })).toEqual([
    { state: "loaded", note: "told by the help desk" },
    "mk",
  ]);
  expect(await outcome({ byHand: true })).toEqual([{ state: "loaded", byHand: true }, "mk"]);
  expect((await mark({})).body.detail).toMatch(/^job is missing: expected the job id of the ILS, or/);
  expect((await mark({ note: "x" })).status).toBe(422);
  expect((await mark({ by })).status).toBe(422);
});

test("a file is downloaded under its last name", async () => {
  const bytes = new Uint8Array([0, 255, 13, 10]);
  const file = { name: 'RIV-1-1-ab12/rdy2026"\r\n', mediaType: "application/octet-stream", bytes };
  const double = createDeskDouble({ batchFile: async () => ({ kind: "done", value: file }) });
  const { app } = createTestParts(double);
  const headers = { authorization: `Bearer ${await signInAt(app)}` };
  const response = await app.request(`${ownHost}/api/batches/RIV-1-1-ab12/file`, { headers });
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="rdy2026___"');
  for (const [part, role] of [
    ["file", "main"],
    ["lines", "lines"],
    ["extra", "extra"],
    ["patrons", "patrons"],
    ["due", "due"],
  ]) {
    const asked = createDeskDouble();
    const made = createTestParts(asked);
    const path = `${ownHost}/api/batches/RIV-1-1-ab12/${part}`;
    const signedIn = { authorization: `Bearer ${await signInAt(made.app)}` };
    expect((await made.app.request(path, { headers: signedIn })).status).toBe(404);
    expect(asked.calls).toEqual([["batchFile", "RIV-1-1-ab12", role, undefined]]);
  }
});

test.each(["reissue", "withdraw"])(
  "%s wants the id typed again, a reason, and a PIN even of who is signed in",
  async (act) => {
    const double = createDeskDouble();
    const { app } = createTestParts(double);
    const headers = { authorization: `Bearer ${await signInAt(app)}` };
    const ask = async (body: object) => {
      const response = await app.request(`${ownHost}/api/batches/RIV-1-1-ab12/${act}`, post(body, headers));
      return { status: response.status, detail: ((await response.json()) as Problem).detail };
    };
    const sure = { confirm: "RIV-1-1-ab12", reason: "the stick was lost", by };
    const { by: _by, ...withoutPin } = sure;
    expect(await ask(withoutPin)).toMatchObject({ status: 422, detail: expect.stringContaining("by") });
    expect(await ask({ ...sure, by: { ...by, pin: "another" } })).toMatchObject({ status: 401 });
    expect(await ask({ ...sure, by: { user: "ab", pin: "ab-pin" } })).toMatchObject({ status: 403 });
    expect(await ask({ ...sure, reason: undefined })).toMatchObject({ status: 422 });
    expect(await ask({ ...sure, confirm: "RIV-1-1-ab13" })).toMatchObject({
      status: 422,
      detail: "confirm: expected the id of this batch, typed again.",
    });
    expect(double.calls).toEqual([]);
    expect(await ask(sure)).toMatchObject({ status: 404 });
    const state = act === "reissue" ? "re-issued" : "withdrawn";
    expect(double.calls).toEqual([
      ["markBatch", "RIV-1-1-ab12", { state, note: "the stick was lost" }, "mk"],
    ]);
  },
);

test("a part, a preview and the consequences are asked for by what they are", async () => {
  const double = createDeskDouble();
  const { app } = createTestParts(double);
  const headers = { authorization: `Bearer ${await signInAt(app)}` };
  const ask = async (path: string) => (await app.request(`${ownHost}${path}`, { headers })).status;
  expect(await ask("/api/batches/RIV-1-1-ab12/file?part=2")).toBe(404);
  expect(await ask("/api/batches/preview?format=alma&split=true")).toBe(404);
  expect(await ask("/api/exceptions?format=koha")).toBe(200);
  expect(await ask("/api/completeness?outage=3")).toBe(404);
  expect(double.calls).toEqual([
    ["batchFile", "RIV-1-1-ab12", "main", 2],
    ["previewBatch", { format: "alma", split: true }],
    ["exceptions", "koha"],
    ["completeness", 3],
  ]);
  for (const path of [
    "/api/batches/RIV-1-1-ab12/file?part=0",
    "/api/batches/preview",
    "/api/completeness?outage=x",
  ])
    expect(await ask(path)).toBe(422);
});
