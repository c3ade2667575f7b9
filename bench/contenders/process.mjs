// A contender's desk or hub in a process of its own: `node process.mjs KIND ROLE`, told and heard over IPC.
// Started by `group.mjs`. Each call is answered once; what a desk comes to know is said without being asked.
import { newId } from "../scans.mjs";
import { nowMs } from "../statistics.mjs";
import { watchFor } from "../watch.mjs";

const [kind, role] = process.argv.slice(2);
const contender = await import(`./${kind}.mjs`);
const say = (message) => process.send(message);
let opened = null;
let listening = false;

const calls = {
  async open(options) {
    const beganAt = nowMs();
    const onKnown = (id) => {
      if (listening) say({ kind: "knows", id, at: nowMs() });
    };
    opened = await contender[role === "hub" ? "openHub" : "openDesk"]({ ...options, onKnown });
    return { beganAt, openedAt: nowMs(), ...opened.about };
  },
  listen(on) {
    listening = on;
  },
  /** One transaction, of that id; called → acknowledged. */
  async record({ n, id }) {
    const startedAt = nowMs();
    await opened.record({ n, id });
    return { startedAt, acknowledgedAt: nowMs() };
  },
  /** `callers` at once, each waiting for its own acknowledgement; how long each waited, ms. */
  async recordMany({ from, to, callers }) {
    const startedAt = nowMs();
    const waited = [];
    let next = from;
    const caller = async () => {
      while (next < to) {
        const start = performance.now();
        await opened.record({ n: next++, id: newId() });
        waited.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { startedAt, acknowledgedAt: nowMs(), waited };
  },
  /** As fast as it goes, `perChange` in one change. */
  async append({ from, to, perChange }) {
    const startedAt = nowMs();
    await opened.append(from, to, perChange);
    return { startedAt, acknowledgedAt: nowMs() };
  },
  async holds(count) {
    return { at: await watchFor(() => opened.count() >= count, nowMs) };
  },
  ask: ({ name, value }) => opened[name](value),
  memory() {
    const mib = (bytes) => bytes / 2 ** 20;
    return {
      rssMib: mib(process.memoryUsage.rss()),
      peakMib: mib(process.resourceUsage().maxRSS * 1024),
    };
  },
  async close() {
    await opened?.close();
    setImmediate(() => process.exit(0));
  },
};

process.on("message", async ({ call, number, value }) => {
  try {
    say({ kind: "answer", number, value: await calls[call](value) });
  } catch (error) {
    say({ kind: "answer", number, error: String(error?.stack ?? error) });
  }
});
// Whoever measures is gone: nobody needs this desk.
process.on("disconnect", () => process.exit(1));
say({ kind: "ready" });
