// Hocuspocus: a hub that keeps one Yjs document in memory and stores nothing; desks are its providers.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { Server } from "@hocuspocus/server";
import WebSocket from "ws";
import * as Y from "yjs";
import { scan } from "../scans.mjs";

const documentName = "outage-1";

export async function openHub() {
  const server = new Server({ address: "127.0.0.1", port: 0, quiet: true, stopOnSignals: false });
  await server.listen();
  return { about: { port: server.address.port }, close: () => server.destroy() };
}

export async function openDesk({ hub, onKnown }) {
  const document = new Y.Doc();
  const transactions = document.getArray("transactions");
  const websocketProvider = new HocuspocusProviderWebsocket({
    url: `ws://127.0.0.1:${hub.port}`,
    WebSocketPolyfill: WebSocket,
  });
  const whenSent = [];
  const provider = new HocuspocusProvider({
    websocketProvider,
    name: documentName,
    document,
    onUnsyncedChanges: ({ number }) => {
      if (number > 0) return;
      for (const resolve of whenSent.splice(0)) resolve();
    },
  });
  provider.attach();
  transactions.observe((event) => {
    for (const { insert = [] } of event.changes.delta) for (const { id } of insert) onKnown(id);
  });
  await new Promise((resolve) => {
    if (provider.isSynced) resolve();
    else provider.on("synced", resolve);
  });
  /** The hub has answered for all that was given to it. */
  const acknowledged = () =>
    provider.hasUnsyncedChanges ? new Promise((resolve) => whenSent.push(resolve)) : Promise.resolve();
  return {
    about: {},
    async record({ n, id }) {
      transactions.push([{ ...scan(n), id }]);
      await acknowledged();
    },
    async append(from, to, perChange) {
      for (let n = from; n < to; n += perChange) {
        const many = Array.from({ length: Math.min(perChange, to - n) }, (_, i) => scan(n + i));
        transactions.push(many);
        if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await acknowledged();
    },
    count: () => transactions.length,
    linked: () => undefined,
    close() {
      provider.destroy();
      websocketProvider.destroy();
    },
  };
}
