// Another desk, in a process of its own. Started by `startPeer`; told and heard over IPC.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nowMs } from "./statistics.mjs";
import { openMesh, openTestDesk } from "./test-desk.mjs";
import { watchFor } from "./watch.mjs";

/**
 * A desk that joins by `invite` with an empty disk and links to `port`. Resolves once its own mesh port is open, before
 * the desk itself is: `open(port)` does that.
 */
export async function startPeer(folder) {
  const child = fork(fileURLToPath(import.meta.url), [folder], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = [];
  child.on("message", (message) => {
    const at = waiting.findIndex(({ wants }) => wants(message));
    if (at !== -1) waiting.splice(at, 1)[0].resolve(message);
  });
  const next = (wants) => new Promise((resolve) => waiting.push({ wants, resolve }));
  const { port } = await next(({ kind }) => kind === "port");
  return {
    port,
    /** Resolves with the times (see `nowMs`) at which it began to open, and had the desk open. */
    open(invite, peerPort) {
      child.send({ kind: "open", invite, peerPort });
      return next(({ kind }) => kind === "opened");
    },
    /** When the entry of that transaction was told to the peer's pages, which is after its fold knew it. */
    knows: (id) => next((message) => message.kind === "knows" && message.id === id),
    /** When `count` entries of `desk` were durable there, and so in its fold. */
    holds(desk, count) {
      child.send({ kind: "hold", desk, count });
      return next((message) => message.kind === "holds" && message.count === count);
    },
    /** When it uses the snapshot of that hash. */
    uses(sha256) {
      child.send({ kind: "use", sha256 });
      return next(({ kind }) => kind === "uses");
    },
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.send({ kind: "close" });
      await gone;
    },
  };
}

async function serve(folder) {
  const mesh = await openMesh(folder);
  let opened = null;
  let linkedAt;
  const say = (message) => process.send(message);

  async function open({ invite, peerPort }) {
    const beganAt = nowMs();
    const listener = (kind, data) => {
      if (kind === "recorded") say({ kind: "knows", id: data.row.id, at: nowMs() });
      if (kind === "desk" && data.desks.some(({ linked, self }) => linked && !self)) linkedAt ??= nowMs();
    };
    const peers = [{ host: "127.0.0.1", port: peerPort }];
    opened = await openTestDesk({ folder, mesh, invite, peers, listener });
    say({ kind: "opened", beganAt, at: nowMs() });
  }

  async function watch({ desk, count }) {
    const own = opened.desk.state().desk.id;
    const holdsAll = () => {
      const made = opened.desk.desks().matrix.find((one) => one.made === desk);
      return (made?.held.find(({ by }) => by === own)?.count ?? 0) >= count;
    };
    const at = await watchFor(holdsAll, nowMs);
    say({ kind: "holds", count, at, linkedAt });
  }

  function watchSnapshot({ sha256 }) {
    const [used] = opened.desk.snapshots();
    if (used?.sha256 === sha256 && used.state === "in-force") say({ kind: "uses", at: nowMs() });
    else setTimeout(watchSnapshot, 20, { sha256 });
  }

  process.on("message", async (message) => {
    if (message.kind === "use") watchSnapshot(message);
    if (message.kind === "open") await open(message);
    if (message.kind === "hold") await watch(message);
    if (message.kind !== "close") return;
    await opened?.close();
    process.exit(0);
  });
  say({ kind: "port", port: mesh.door.port });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(process.argv[2]);
