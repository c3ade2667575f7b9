/**
 * Stands between all desks: `node proxy.mjs FIRST_PORT HOST:PORT…` listens on FIRST_PORT, FIRST_PORT + 1, … and forwards to
 * the hosts in turn. What it does to the bytes is told on standard input, a JSON line each time: {delayMs: [from, to],
 * reset, stall}, the last two as chances per chunk. TCP mends a lost packet by itself: what desks see of loss is
 * delay, silence and the end of a connection in the middle of a record.
 */
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

const [firstPort, ...targets] = process.argv.slice(2);
let weather = { delayMs: [0, 0], reset: 0, stall: 0 };
const counts = { connections: 0, resets: 0, stalls: 0 };

/** Chunks keep their order: each is due at its own time, and never before the one ahead of it. */
function forward(from, to) {
  let due = 0;
  let stalled = false;
  from.on("data", (chunk) => {
    if (stalled) return;
    if (Math.random() < weather.stall) {
      counts.stalls += 1;
      stalled = true;
      return;
    }
    const { delayMs, reset } = weather;
    due = Math.max(due, performance.now() + delayMs[0] + Math.random() * (delayMs[1] - delayMs[0]));
    const cut = Math.random() < reset ? Math.floor(Math.random() * chunk.length) : -1;
    setTimeout(
      () => {
        if (to.destroyed) return;
        to.write(cut < 0 ? chunk : chunk.subarray(0, cut));
        if (cut < 0) return;
        counts.resets += 1;
        from.resetAndDestroy();
        to.destroy();
      },
      Math.max(0, due - performance.now()),
    );
  });
  from.on("close", () => setTimeout(() => to.destroy(), Math.max(0, due - performance.now())));
  from.on("error", () => to.destroy());
}

targets.forEach((target, i) => {
  const at = target.lastIndexOf(":");
  const server = createServer((near) => {
    counts.connections += 1;
    const far = connect(Number(target.slice(at + 1)), target.slice(0, at));
    forward(near, far);
    forward(far, near);
  });
  server.listen(Number(firstPort) + i, "0.0.0.0");
});

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(0));
lines.on("line", (line) => {
  weather = { ...weather, ...JSON.parse(line) };
  process.stdout.write(`${JSON.stringify(counts)}\n`);
});
