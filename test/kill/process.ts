/** The real process, started from its launcher, spoken to over its real port, killed by its id. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../../bin/deskmesh.mjs", import.meta.url));
const readyLine = /^ready (http:\/\/127\.0\.0\.1:(\d+)) mesh (\d+)\n/m;
const children = new Set<ChildProcess>();

export interface Node {
  readonly child: ChildProcess;
  readonly url: string;
  readonly meshPort: number;
  /** What commands on this PC act by. */
  readonly token: string;
  readonly said: { out: string; err: string };
  /** Resolves with the exit code, `null` when it was killed. */
  readonly ended: Promise<number | null>;
  /** Over the API, as the operator of this PC, by the initials `ab`. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
  /** Creates a branch and opens its first outage. */
  found(): Promise<void>;
}

/** Rejects when the process ends before it is ready. */
export async function startNode(dataDir: string, args: readonly string[] = []): Promise<Node> {
  const ports = ["--port", "0", "--mesh-port", "0", "--no-mdns"];
  const child = spawn(process.execPath, [launcher, "start", ...ports, ...args], {
    env: { ...process.env, DESKMESH_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const said = { out: "", err: "" };
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      children.delete(child);
      resolve(code);
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const ready = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.out += text;
      const found = readyLine.exec(said.out);
      if (found !== null) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${said.err}`)));
  });
  const url = ready[1]!;
  const { token } = JSON.parse(await readFile(join(dataDir, "run.json"), "utf8")) as { token: string };

  const node: Node = {
    child,
    url,
    meshPort: Number(ready[3]),
    token,
    said,
    ended,
    api: (method, path, body) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "deskmesh-staff": "ab",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async found() {
      const place = { name: "Riverside Library", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" };
      const form = { ...place, supervisor: "mk", pin: "1234" };
      for (const [path, body] of [
        ["/api/branch", form],
        ["/api/outage/open", {}],
      ] as const) {
        const reply = await node.api("POST", path, body);
        if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
      }
    },
  };
  return node;
}

/** Ends whatever this test started and is still running. */
export async function killAll(): Promise<void> {
  await Promise.all(
    [...children].map(async (child) => {
      child.kill("SIGKILL");
      await new Promise((resolve) =>
        (child.exitCode ?? child.signalCode) !== null ? resolve(null) : child.once("exit", resolve),
      );
    }),
  );
}
