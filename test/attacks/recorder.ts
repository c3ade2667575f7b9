/** Somebody at the wire: a TCP proxy that keeps every byte of both directions, and a search that reads them in any dress. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { inflateRawSync, inflateSync } from "node:zlib";

export interface Recorder {
  /** A port of loopback that leads to `port`. */
  before(port: number): Promise<number>;
  /** Each direction of each connection so far, whole. */
  heard(): readonly Buffer[];
  close(): Promise<void>;
}

export function createRecorder(): Recorder {
  const recordings: Uint8Array[][] = [];
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  function carry(from: Socket, to: Socket): void {
    const recording: Uint8Array[] = [];
    recordings.push(recording);
    sockets.add(from);
    from.on("data", (bytes: Buffer) => {
      recording.push(Uint8Array.from(bytes));
      to.write(bytes);
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.end();
    });
  }

  return {
    async before(port) {
      const server = createServer((near) => {
        const far = connect({ host: "127.0.0.1", port });
        carry(near, far);
        carry(far, near);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    },
    heard: () => recordings.map((recording) => Buffer.concat(recording)),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Which of the texts stand in the bytes: as UTF-8, UTF-16, hex or base64, in the clear or deflated. */
export function findTexts(heard: readonly Buffer[], texts: readonly string[]): readonly string[] {
  const layers = heard.flatMap((bytes) => [bytes, ...inflated(bytes)]);
  // Hex may be written in either case.
  const lower = layers.map((bytes) => Buffer.from(bytes.toString("latin1").toLowerCase(), "latin1"));
  return texts.filter((text) => {
    const { exact, hex } = dressesOf(text);
    return (
      layers.some((bytes) => exact.some((dress) => bytes.includes(dress))) ||
      lower.some((bytes) => hex.some((dress) => bytes.includes(dress)))
    );
  });
}

function dressesOf(text: string): { readonly exact: readonly Buffer[]; readonly hex: readonly Buffer[] } {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, "utf16le");
  const plain = [utf8, Buffer.from(text, "latin1"), utf16, Buffer.from(utf16).swap16()];
  const coded = plain.flatMap((bytes) => base64Cores(bytes));
  return { exact: [...plain, ...coded], hex: plain.map((bytes) => Buffer.from(bytes.toString("hex"))) };
}

/** In a longer base64 a text stands in one of three ways, by where in a group of three it begins; without its ragged ends. */
function base64Cores(bytes: Buffer): Buffer[] {
  const cores = [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const from = shift === 0 ? 0 : 4;
    const core = padded.toString("base64").slice(from, Math.floor(padded.length / 3) * 4);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return cores.map((core) => Buffer.from(core));
}

const headLength = 64;
const gzipHeaderLength = 10;

/** Everything that begins as zlib or gzip does and can be inflated, and all of it as raw deflate. */
function inflated(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const take = (inflate: typeof inflateSync, from: number): void => {
    try {
      found.push(inflate(bytes.subarray(from), { finishFlush: 2, maxOutputLength: 64 * 1024 * 1024 }));
    } catch {
      // It only looked like a header.
    }
  };
  for (let at = bytes.indexOf(0x78); at !== -1; at = bytes.indexOf(0x78, at + 1)) {
    if (at + 1 < bytes.length && bytes.readUInt16BE(at) % 31 === 0) take(inflateSync, at);
  }
  const gzip = Buffer.from([0x1f, 0x8b, 0x08]);
  for (let at = bytes.indexOf(gzip); at !== -1; at = bytes.indexOf(gzip, at + 1))
    take(inflateRawSync, at + gzipHeaderLength);
  for (let at = 0; at < Math.min(headLength, bytes.length); at++) take(inflateRawSync, at);
  return found;
}
