// Acknowledgement of a lone desk: record() called → settled, beside the limits, one after the other in each round. Told
// apart: the first rounds of a desk that has just started, while V8 still compiles what it runs, and those after them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createHttpClient, createHttpLimit, createSyncLimit } from "../limits.mjs";
import { scan } from "../scans.mjs";
import { pairedRatio, summarize, timed } from "../statistics.mjs";
import { openOutage, openTestDesk, record } from "../test-desk.mjs";

export async function measure({ folder, quick }) {
  mkdirSync(folder, { recursive: true });
  const limit = await createSyncLimit(folder);
  const bareHttp = await createHttpLimit();
  const { desk, port, close } = await openTestDesk({ folder: join(folder, "desk"), http: true });
  await openOutage(desk, join(folder, "library"));
  const client = createHttpClient(port);
  const taken = { blocking: [], awaited: [], record: [], bareHttp: [], http: [] };
  const first = quick ? 100 : 1_000;
  const rounds = quick ? 200 : 4_000;
  const warmUp = 100;
  let n = 0;
  for (let round = -warmUp; round < rounds; round++) {
    const command = scan(n++);
    const body = JSON.stringify(scan(n++));
    const times = {
      blocking: limit.blocking(),
      awaited: await limit.awaited(),
      record: await timed(() => record(desk, command)),
      bareHttp: await bareHttp.roundTrip(body),
      http: await timed(() => post(client, body)),
    };
    if (round >= 0) for (const [name, ms] of Object.entries(times)) taken[name].push(ms);
  }
  client.close();
  await close();
  await bareHttp.close();
  await limit.close();
  return [
    ...toRows(`from scan ${(2 * first).toLocaleString("en")} on`, from(taken, first)),
    ...toRows("before that", from(taken, 0, first)),
  ];
}

function from(taken, start, end) {
  return Object.fromEntries(Object.entries(taken).map(([name, list]) => [name, list.slice(start, end)]));
}

async function post(client, body) {
  const { status, text } = await client.post("/api/transactions", body);
  if (status !== 201) throw new Error(`not recorded: ${status} ${text}`);
}

function toRows(when, taken) {
  const httpLimit = taken.bareHttp.map((ms, i) => ms + taken.awaited[i]);
  const row = (what, subject, limitName, limit, most) => {
    const ratio = pairedRatio(subject, limit);
    return {
      what: `${what}, ${when}`,
      measured: { ...summarize(subject), unit: "ms" },
      limit: { name: limitName, ...summarize(limit) },
      ratio,
      ...(most === undefined ? {} : { asked: `≤ ${most} ×`, met: ratio <= most }),
    };
  };
  const blockingName = "200 B written + fdatasync, blocking";
  const awaitedName = "200 B written + fdatasync, awaited";
  return [
    row("acknowledgement, in process", taken.record, blockingName, taken.blocking, 3),
    row("acknowledgement, in process", taken.record, awaitedName, taken.awaited, 2),
    row("acknowledgement, HTTP round trip", taken.http, "bare HTTP round trip + awaited sync", httpLimit),
  ];
}
