import { describe, expect, test } from "vitest";
import { largestQueueBytes } from "../../../src/node/http/events.ts";
import { createDeskDouble, createTestParts, ownHost, stateOfTests } from "./desk-double.ts";

const outage = { number: 2, state: "open" } as const;

async function openStream(signal?: AbortSignal) {
  const double = createDeskDouble();
  const test = createTestParts(double);
  const response = await test.app.request(`${ownHost}/api/events`, signal ? { signal } : {});
  const reader = response.body!.getReader();
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? null : new TextDecoder().decode(value);
  };
  return { ...double, ...test, response, reader, read };
}

function parseFrames(text: string): readonly { readonly kind: string; readonly data: unknown }[] {
  return [...text.matchAll(/event: (\w+)\ndata: ([^\n]*)\n\n/g)].map(([, kind, data]) => ({
    kind: kind!,
    data: JSON.parse(data!),
  }));
}

describe("/api/events", () => {
  test("says the state first, then what the desk says, in order", async () => {
    const stream = await openStream();
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(stream.response.headers.get("cache-control")).toBe("no-store");
    expect(parseFrames((await stream.read())!)).toEqual([{ kind: "state", data: stateOfTests }]);
    stream.emit("outage", outage);
    stream.emit("exception", { mustDecide: 1, lookAt: 0 });
    let text = "";
    while (parseFrames(text).length < 2) text += await stream.read();
    expect(parseFrames(text)).toEqual([
      { kind: "outage", data: outage },
      { kind: "exception", data: { mustDecide: 1, lookAt: 0 } },
    ]);
    await stream.reader.cancel();
  });

  test("line ends inside the data don't break a frame", async () => {
    const stream = await openStream();
    await stream.read();
    const fault = { kind: "disk", text: "a\n\nevent: state\r\n\u2028" };
    stream.emit("fault", fault);
    expect(parseFrames((await stream.read())!)).toEqual([{ kind: "fault", data: fault }]);
    await stream.reader.cancel();
  });

  test("leaves no listener and no timer behind when the page goes", async () => {
    const stream = await openStream();
    await stream.read();
    expect([stream.listeners.size, stream.timers.size]).toEqual([1, 1]);
    await stream.reader.cancel();
    expect([stream.listeners.size, stream.timers.size]).toEqual([0, 0]);

    const abort = new AbortController();
    const aborted = await openStream(abort.signal);
    await aborted.read();
    const last = aborted.read();
    abort.abort();
    expect(await last).toBeNull();
    expect([aborted.listeners.size, aborted.timers.size]).toEqual([0, 0]);
  });

  test("a HEAD request subscribes to nothing", async () => {
    const double = createDeskDouble();
    const { app } = createTestParts(double);
    const response = await app.request(`${ownHost}/api/events`, { method: "HEAD" });
    expect([response.status, double.listeners.size]).toEqual([200, 0]);
  });

  test("a heartbeat comes again and again", async () => {
    const stream = await openStream();
    await stream.read();
    for (let beat = 0; beat < 3; beat++) {
      const [timer] = [...stream.timers];
      stream.timers.delete(timer!);
      timer!.run();
      expect(await stream.read()).toBe(":\n\n");
    }
    await stream.reader.cancel();
    expect(stream.timers.size).toBe(0);
  });

  test("a page that doesn't read is cut off at 1 MiB, and only then", async () => {
    const stream = await openStream();
    await stream.read();
    const frame = { kind: "x", text: "y".repeat(10_000) };
    let sent = 0;
    while (stream.listeners.size > 0 && sent < 2 * largestQueueBytes) {
      stream.emit("fault", frame);
      sent += 10_000;
    }
    expect(sent).toBeGreaterThan(largestQueueBytes * 0.9);
    expect(sent).toBeLessThan(largestQueueBytes * 1.1);
    expect(stream.logged).toEqual(["an event stream was cut off: its page does not read"]);
    expect(stream.timers.size).toBe(0);
    let chunk = await stream.read();
    // What a waiting read had already asked for may still come; the end comes after it.
    if (chunk !== null) chunk = await stream.read();
    expect(chunk).toBeNull();
  });
});
