// automerge-repo: each desk and the sync server between them keep one document in files; links are WebSockets.
import { once } from "node:events";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter, WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";
import { WebSocketServer } from "ws";
import { scan } from "../scans.mjs";

export async function openHub({ folder }) {
  const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(sockets, "listening");
  const repo = new Repo({
    network: [new WebSocketServerAdapter(sockets)],
    storage: new NodeFSStorageAdapter(folder),
    sharePolicy: async () => true,
  });
  return {
    about: { port: sockets.address().port },
    async close() {
      await repo.flush();
      sockets.close();
    },
  };
}

export async function openDesk({ folder, hub, first, url, onKnown }) {
  const repo = new Repo({
    network: [new WebSocketClientAdapter(`ws://127.0.0.1:${hub.port}`)],
    storage: new NodeFSStorageAdapter(folder),
  });
  const known = url ?? first?.url;
  const handle = known ? await find(repo, known) : repo.create({ transactions: [] });
  await handle.whenReady();
  let told = handle.doc().transactions.length;
  handle.on("change", ({ doc }) => {
    const { transactions } = doc;
    for (; told < transactions.length; told++) onKnown(transactions[told].id);
  });
  return {
    about: { url: handle.url },
    async record({ n, id }) {
      handle.change((doc) => doc.transactions.push({ ...scan(n), id }));
      await repo.flush([handle.documentId]);
    },
    async append(from, to, perChange) {
      for (let n = from; n < to; n += perChange) {
        handle.change((doc) => {
          for (let i = n; i < Math.min(to, n + perChange); i++) doc.transactions.push(scan(i));
        });
        if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await repo.flush([handle.documentId]);
    },
    count: () => handle.doc().transactions.length,
    linked: () => undefined,
    close: () => repo.flush(),
  };
}

/** Until the sync server has heard of it, nobody has it. */
async function find(repo, url) {
  for (;;) {
    try {
      return await repo.find(url);
    } catch (error) {
      if (!/unavailable/i.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
