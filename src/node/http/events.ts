/**
 * The event stream of one page (server-sent events): `state` first, then whatever the desk says. A page that doesn't
 * read is cut off rather than kept in memory; it connects again and gets the state anew.
 */
import type { Desk } from "../desk/desk.ts";
import type { Clock } from "../ports.ts";

export const heartbeatMs = 10_000;
export const largestQueueBytes = 1024 * 1024;

export interface StreamParts {
  readonly desk: Desk;
  readonly clock: Clock;
  /** May whoever reads see what patrons do, now? Otherwise rows are left out. */
  readonly mayRead: () => boolean;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

/**
 * An open stream as a response. It subscribes when it is first read, so a HEAD request leaves nothing behind, and
 * unsubscribes when the reader goes, `signal` aborts, or more than 1 MiB waits for the reader.
 */
export function streamEvents({ desk, clock, mayRead, signal, log }: StreamParts): Response {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let stopSources: (() => void) | undefined;
  let wake: (() => void) | undefined;
  let ended = false;
  const encoder = new TextEncoder();

  const push = (text: string) => {
    if (ended) return;
    const bytes = encoder.encode(text);
    queue.push(bytes);
    queuedBytes += bytes.byteLength;
    if (queuedBytes > largestQueueBytes) {
      log("an event stream was cut off: its page does not read");
      end();
    }
    wake?.();
  };
  const end = () => {
    if (ended) return;
    ended = true;
    queue.length = 0;
    queuedBytes = 0;
    stopSources?.();
    wake?.();
  };
  const start = () => {
    const unsubscribe = desk.subscribe((kind, data) => {
      if (kind !== "recorded" || mayRead()) push(toFrame(kind, data));
    });
    const stopHeartbeat = repeat(clock, heartbeatMs, () => push(":\n\n"));
    signal.addEventListener("abort", end, { once: true });
    stopSources = () => {
      unsubscribe();
      stopHeartbeat();
      signal.removeEventListener("abort", end);
    };
    push(`retry: 1000\n${toFrame("state", desk.state())}`);
    if (signal.aborted) end();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!stopSources) start();
        while (queue.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
        if (queue.length > 0) {
          controller.enqueue(Buffer.concat(queue.splice(0)));
          queuedBytes = 0;
        } else {
          controller.close();
        }
      },
      cancel: end,
    },
    // Nothing is read ahead: what waits is in `queue`, where it is counted.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function toFrame(kind: string, data: unknown): string {
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function repeat(clock: Clock, everyMs: number, run: () => void): () => void {
  let cancel = clock.after(everyMs, again);
  function again(): void {
    cancel = clock.after(everyMs, again);
    run();
  }
  return () => cancel();
}
