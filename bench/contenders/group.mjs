// Several desks of one contender, each in a process of its own, and its hub where it needs one.
import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("process.mjs", import.meta.url));
/** How long a single call may take: a contender that hangs ends the measurement, not the day. */
const patienceMs = 240_000;

/** What stands beside Deskmesh, and which of them need a hub. */
export const contenders = {
  deskmesh: { name: "Deskmesh", hub: false },
  hocuspocus: { name: "Hocuspocus", hub: true },
  automerge: { name: "automerge-repo", hub: true },
  pouchdb: { name: "PouchDB", hub: true },
  lines: { name: "plain JSON lines", hub: true },
};

/** `size` desks under `folder` that all reach each other. `options` go to every desk's `openDesk`. */
export async function openGroup(kind, size, folder, options = {}) {
  const hub = contenders[kind].hub ? await openProcess(kind, "hub", { folder: join(folder, "hub") }) : null;
  const desks = [];
  const group = {
    kind,
    hub,
    desks,
    /** Adds a desk with an empty disk; resolves when it is open. `rest`: more for its `openDesk`. */
    async add(rest = {}) {
      const index = desks.length;
      const home = join(folder, `desk-${index}`);
      const first = desks[0];
      const own = { folder: home, index, hub: hub?.about, first: first?.about, ...options, ...rest };
      if (first && kind === "deskmesh") own.invite = (await first.call("ask", { name: "invite" })).invite;
      const desk = await openProcess(kind, "desk", own);
      desks.push(Object.assign(desk, { folder: home }));
      return desk;
    },
    /** Resolves when every desk is linked to all it must be linked to. */
    async linked() {
      for (const desk of desks) await desk.call("ask", { name: "linked", value: desks.length });
    },
    async close() {
      for (const desk of [...desks].reverse()) await desk.close();
      await hub?.close();
    },
  };
  for (let i = 0; i < size; i++) await group.add();
  await group.linked();
  return group;
}

/** One desk or hub; `about` is what it said of itself when it was open. */
export async function openProcess(kind, role, options) {
  const child = fork(script, [kind, role], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const answers = new Map();
  const known = new Map();
  let calls = 0;
  let gone = false;
  const ended = new Promise((resolve) => {
    child.once("exit", () => {
      gone = true;
      for (const { reject } of answers.values()) reject(new Error(`a process of ${kind} ended`));
      resolve();
    });
  });
  const ready = new Promise((resolve) => {
    child.on("message", (message) => {
      if (message.kind === "ready") resolve();
      if (message.kind === "knows") known.get(message.id)?.(message.at);
      if (message.kind !== "answer") return;
      const { resolve: answer, reject } = answers.get(message.number);
      answers.delete(message.number);
      if (message.error === undefined) answer(message.value);
      else reject(new Error(`${kind}: ${message.error}`));
    });
  });
  const call = (name, value) => {
    if (gone) return Promise.reject(new Error(`a process of ${kind} has ended`));
    const number = ++calls;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${kind} did not ${name}`)), patienceMs);
      const settle = (act) => (value) => {
        clearTimeout(timer);
        act(value);
      };
      answers.set(number, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ call: name, number, value });
    });
  };
  await Promise.race([ready, ended]);
  const about = await call("open", options);
  return {
    about,
    call,
    pid: child.pid,
    /** When the desk came to know that transaction; to be asked before it is recorded. */
    knows: (id) => new Promise((resolve) => known.set(id, resolve)),
    async close() {
      if (gone) return;
      await Promise.race([call("close"), ended]);
      await ended;
    },
  };
}
