/**
 * The app on a port of 127.0.0.1: the one place that listens for pages and programs of this PC.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";

export interface Listening {
  readonly kind: "listening";
  readonly port: number;
  /** Stops listening and cuts what is open (event streams never end by themselves). */
  close(): Promise<void>;
}

export type ListenAnswer =
  | Listening
  /** Another program has the port (exit code 8). */
  | { readonly kind: "port-in-use"; readonly port: number }
  /** This user may not take the port (below 1024, or reserved). */
  | { readonly kind: "port-not-allowed"; readonly port: number };

/** Port 0 takes a free one. Rejects with what the system says when it can't listen for another reason. */
export async function serveApp(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  port: number,
): Promise<ListenAnswer> {
  const listener = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    void listener(request, response);
  });
  // Nothing here speaks anything but HTTP: a page of another site that opens a WebSocket gets no further than this.
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => undefined);
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", () =>
      socket.destroy(),
    );
  });
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once("error", resolve);
    server.listen({ port, host: "127.0.0.1" }, () => resolve(null));
  });
  if (failure?.code === "EADDRINUSE") return { kind: "port-in-use", port };
  if (failure?.code === "EACCES") return { kind: "port-not-allowed", port };
  if (failure) throw failure;
  return {
    kind: "listening",
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
