/** What every Wire must do: run over ws on loopback and over the in-memory network. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Wire, WireServer, WireSocket } from "../../src/node/ports.ts";
import { waitUntil } from "./discovery.ts";

export interface WireWorld {
  /** The side that listens, and its address. */
  readonly server: Wire;
  readonly host: string;
  readonly client: Wire;
}

/** Everything that happened to one side. */
interface Watched {
  readonly socket: WireSocket;
  readonly frames: (Uint8Array | null)[];
  readonly ends: { readonly code: number; readonly reason: string }[];
  opened: boolean;
}

export function wireContract(createWorld: () => WireWorld): void {
  let world: WireWorld;
  let servers: WireServer[];
  let accepted: Watched[];
  let dialled: Watched[];
  let askers: string[];

  beforeEach(() => {
    world = createWorld();
    [servers, accepted, dialled, askers] = [[], [], [], []];
  });
  afterEach(async () => {
    for (const { socket } of dialled) socket.cut();
    await Promise.all(servers.map((server) => server.close()));
  });

  async function listen(bytes?: Uint8Array, port = 0): Promise<WireServer> {
    const server = await world.server.listen({
      port,
      hosts: [world.host],
      onSocket: (socket) => void accepted.push(watch(socket)),
      onFetch(path, from, fingerprint) {
        askers.push(fingerprint);
        return path === "/a/package" && bytes ? slice(bytes, from) : null;
      },
    });
    servers.push(server);
    return server;
  }

  function dial(port: number, path = "/deskmesh/1/branch"): Watched {
    const watched = watch(world.client.dial({ host: world.host, port, path }));
    dialled.push(watched);
    return watched;
  }

  async function connect(): Promise<readonly [here: Watched, there: Watched]> {
    const { port } = await listen();
    const here = dial(port);
    await waitUntil("both sides are there", () => here.opened && accepted.length === 1);
    return [here, accepted[0]!];
  }

  it("carries frames in order, both ways, up to the largest update", async () => {
    const [here, there] = await connect();
    expect(there.socket.path).toBe("/deskmesh/1/branch");
    const big = new Uint8Array(1024 * 1024).fill(7);
    const sent = [Uint8Array.of(1), new Uint8Array(0), big, Uint8Array.of(2, 3)];
    for (const frame of sent) {
      here.socket.send(frame);
      there.socket.send(frame);
    }
    await waitUntil("all came", () => here.frames.length === 4 && there.frames.length === 4);
    for (const side of [here, there])
      expect(side.frames.map((frame, i) => Buffer.from(sent[i]!).equals(frame!))).toEqual(
        sent.map(() => true),
      );
    await waitUntil("nothing is left over", () => here.socket.queuedBytes === 0);
    expect(here.ends).toEqual([]);
  });

  it("tells each side whose certificate the other one shows, once it is open", async () => {
    const { port } = await listen();
    const here = dial(port);
    expect(here.socket.peerFingerprint).toBeNull();
    await waitUntil("both sides are there", () => here.opened && accepted.length === 1);
    expect(here.socket.peerFingerprint).toBe(world.server.fingerprint);
    expect(accepted[0]?.socket.peerFingerprint).toBe(world.client.fingerprint);
    expect(world.client.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(world.client.fingerprint).not.toBe(world.server.fingerprint);
  });

  it("says goodbye with code and reason, once, on both sides, after what was sent before", async () => {
    const [here, there] = await connect();
    here.socket.send(Uint8Array.of(9));
    here.socket.close(4507, "this desk ends");
    here.socket.send(Uint8Array.of(10));
    here.socket.close(4501, "again");
    await waitUntil("both ended", () => here.ends.length > 0 && there.ends.length > 0);
    expect(there.frames.map((frame) => [...frame!])).toEqual([[9]]);
    expect(there.ends).toEqual([{ code: 4507, reason: "this desk ends" }]);
    expect(here.ends).toHaveLength(1);
    there.socket.send(Uint8Array.of(1));
    there.socket.cut();
    await settle();
    expect([here.ends.length, there.ends.length]).toEqual([1, 1]);
  });

  it("drops without a word: 1006 on both sides", async () => {
    const [here, there] = await connect();
    there.socket.cut();
    await waitUntil("both ended", () => here.ends.length > 0 && there.ends.length > 0);
    expect([here.ends[0]?.code, there.ends[0]?.code]).toEqual([1006, 1006]);
  });

  it("closes on a frame that is larger than any update, and the other side lives", async () => {
    const [here, there] = await connect();
    here.socket.send(new Uint8Array(2 * 1024 * 1024));
    await waitUntil("both ended", () => here.ends.length > 0 && there.ends.length > 0);
    expect(there.frames).toEqual([]);
    expect(here.ends[0]?.code).toBe(1009);
  });

  it("ends once, and never opens, where nobody listens", async () => {
    const server = await listen();
    await server.close();
    servers = [];
    const here = dial(server.port);
    await waitUntil("it ended", () => here.ends.length > 0);
    await settle();
    expect(here.opened).toBe(false);
    expect(here.ends).toEqual([{ code: 1006, reason: "" }]);
    here.socket.close(4507, "");
  });

  it("gives up a dial that is closed before it opens", async () => {
    const { port } = await listen();
    const here = dial(port);
    here.socket.close(4507, "never mind");
    await waitUntil("it ended", () => here.ends.length > 0);
    await settle();
    expect(here.opened).toBe(false);
    expect(here.ends).toHaveLength(1);
  });

  it("rejects a port that is taken", async () => {
    const { port } = await listen();
    await expect(listen(undefined, port)).rejects.toThrow();
  });

  it("ends all links when its server closes", async () => {
    const [here] = await connect();
    await servers.splice(0)[0]!.close();
    await waitUntil("the other side ended", () => here.ends.length > 0);
  });

  describe("fetch", () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);

    it.each([0, 1, 65_536, 299_999])("gives the bytes from %i on", async (from) => {
      const { port } = await listen(bytes);
      const parts: Uint8Array[] = [];
      for await (const part of world.client.fetch(target(port), from)) parts.push(part);
      expect(Buffer.concat(parts).equals(Buffer.from(bytes.subarray(from)))).toBe(true);
    });

    it("rejects what isn't there", async () => {
      const { port } = await listen(bytes);
      await expect(read({ ...target(port), path: "/another" })).rejects.toThrow("404");
    });

    it("asks nobody but the one it is for, and says who asks", async () => {
      const { port } = await listen(bytes);
      await expect(read({ ...target(port), fingerprint: "0".repeat(64) })).rejects.toThrow("another desk");
      expect(askers).toEqual([]);
      await read(target(port));
      expect(askers).toEqual([world.client.fingerprint]);
    });

    const target = (port: number) => {
      const { fingerprint } = world.server;
      return { host: world.host, port, path: "/a/package", fingerprint };
    };
    const read = async (from: ReturnType<typeof target>) => {
      for await (const _part of world.client.fetch(from, 0)) break;
    };
  });
}

async function* slice(bytes: Uint8Array, from: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

function watch(socket: WireSocket): Watched {
  const watched: Watched = { socket, frames: [], ends: [], opened: false };
  socket.onOpen = () => {
    watched.opened = true;
  };
  socket.onFrame = (frame) => void watched.frames.push(frame === null ? null : Uint8Array.from(frame));
  socket.onClose = (code, reason) => void watched.ends.push({ code, reason });
  return watched;
}

/** For what must *not* happen there is no state to wait for. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60));
}
