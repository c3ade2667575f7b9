/** A package that is on its way to a desk that is retired meanwhile, and to one that never reads it. Over real TLS. */
import { connect } from "node:tls";
import { afterEach, beforeAll, expect, it } from "vitest";
import { type LinkIdentity, loadLinkIdentity } from "../../../src/node/certificate.ts";
import { createServing, type Serving } from "../../../src/node/mesh/serving.ts";
import { createWire } from "../../../src/node/mesh/wire.ts";
import type { WireServer } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { until } from "../desk/desks.ts";

const path = "/deskmesh/1/x/snapshot/y";
let [ours, theirs]: LinkIdentity[] = [];
beforeAll(async () => {
  [ours, theirs] = [await loadLinkIdentity(createMemoryVault()), await loadLinkIdentity(createMemoryVault())];
});

let server: WireServer;
let serving: Serving;
let isTrusted: boolean;
/** Bodies that were begun and not ended. */
let open: number;
afterEach(() => server.close());

/** More than any buffer on the way holds. */
async function* muchOf(): AsyncGenerator<Uint8Array> {
  open++;
  try {
    for (let n = 0; n < 1_000; n++) yield Buffer.alloc(64 * 1024, 1);
  } finally {
    open--;
  }
}

async function serve(): Promise<void> {
  [isTrusted, open] = [true, 0];
  serving = createServing(
    () => isTrusted,
    () => muchOf(),
  );
  server = await createWire(ours!).listen({
    port: 0,
    hosts: ["127.0.0.1"],
    onSocket: () => undefined,
    onFetch: serving.onFetch,
  });
}

const target = () => ({
  host: "127.0.0.1",
  port: server.port,
  path,
  fingerprint: ours!.fingerprint,
});

it("ends when its desk is trusted no longer, and not before", async () => {
  await serve();
  let got = 0;
  await expect(
    (async () => {
      for await (const piece of createWire(theirs!).fetch(target(), 0)) {
        got += piece.length;
        if (got > 1_000_000 && isTrusted) {
          serving.judgeAgain();
          expect(open).toBe(1);
          isTrusted = false;
          serving.judgeAgain();
        }
      }
    })(),
  ).rejects.toThrow();
  await until("nothing of it is left", () => open === 0);
  await expect(createWire(theirs!).fetch(target(), 0)[Symbol.asyncIterator]().next()).rejects.toThrow("404");
});

it("is not kept for one who reads nothing", async () => {
  await serve();
  const { key, certificate } = theirs!;
  const options = { port: server.port, key, cert: certificate, rejectUnauthorized: false };
  const socket = connect(options, () => socket.write(`GET ${path} HTTP/1.1\r\nhost: desk\r\n\r\n`));
  let isGone = false;
  socket
    .on("error", () => undefined)
    .on("close", () => {
      isGone = true;
    });
  socket.pause();
  await until("it is being sent", () => open === 1);
  await until("it is given up", () => open === 0, 60_000);
  socket.resume();
  await until("the connection is gone", () => isGone);
});
