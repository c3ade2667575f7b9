/**
 * Runs inside one desk's network namespace and does there what the test asks for, a JSON line in and a JSON line
 * out: HTTP to the desk's pages (bound to 127.0.0.1 of that namespace) and, without a node, discovery by itself.
 */
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

const http = new Agent({ keepAlive: true });
const sessions = new Map();

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function fetchHttp(asked) {
  const { method, port, path, body, headers: given = {}, timeoutMs } = asked;
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? given : { "content-type": "application/json", ...given };
    const outgoing = request({ agent: http, host: "127.0.0.1", port, path, method, headers }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode, base64: Buffer.concat(chunks).toString("base64") }),
      );
    });
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on("error", (error) => {
      // The node had just closed a connection that nobody used: no answer of its, so it is asked again.
      if (error.code === "ECONNRESET" && outgoing.reusedSocket) resolve(fetchHttp(asked));
      else reject(error);
    });
    outgoing.end(body);
  });
}

const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const operations = {
  http: fetchHttp,
  /** `module`: the built `discovery.ts`. */
  async listen({ session, module, own }) {
    const { createDiscovery } = await import(module);
    const onError = (error) => say({ session, error: error.message });
    const discovery = createDiscovery({ clock, onError });
    const stop = await discovery.start(own, (sighting) => say({ session, sighting }));
    sessions.set(session, { discovery, stop });
    return {};
  },
  async refresh({ session }) {
    sessions.get(session)?.discovery.refresh();
    return {};
  },
  async stop({ session }) {
    await sessions.get(session)?.stop();
    sessions.delete(session);
    return {};
  },
};

// An end of the input is the end of the test: nothing may stay behind in the namespace.
const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(0));
lines.on("line", async (line) => {
  const { id, op, ...rest } = JSON.parse(line);
  try {
    say({ id, value: await operations[op](rest) });
  } catch (error) {
    say({ id, failure: error instanceof Error ? error.message : String(error) });
  }
});
