/** What a stranger's mDNS packets may cost: little of them reaches the library, and what is of desks all of it. */
import { createSocket } from "node:dgram";
import type { EventEmitter } from "node:events";
import { Bonjour, type Service } from "bonjour-service";
import { afterEach, expect, it } from "vitest";
import {
  type MdnsRecord,
  serviceName,
  siftPackets,
  siftResponse,
} from "../../../src/node/mesh/mdns-sieve.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import { realClock } from "../../../src/node/real-ports.ts";
import * as fc from "../../properties.ts";

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

const label = fc.stringMatching(/^[\w-]{1,60}$/);
const record = fc.oneof(
  fc.record({
    type: fc.constantFrom("PTR", "TXT", "A", "AAAA", "NSEC", "OPT"),
    name: fc.oneof(
      fc.constant("_DeskMesh._TCP.local"),
      label.map((run) => `${run}.${serviceName}`),
      fc.string(),
    ),
    data: fc.oneof(
      label.map((run) => `${run}.${serviceName}`),
      fc.jsonValue(),
    ),
  }),
  fc.record({
    type: fc.constant("SRV"),
    name: label.map((run) => `${run}.${serviceName}`),
    data: fc.record({ target: fc.oneof(fc.string(), fc.jsonValue()), port: fc.nat(70_000) }),
  }),
);

it("lets little of any packet through, in small letters and all of our service", () => {
  const most = fc.array(record, { maxLength: 400, size: "max" });
  fc.assert(
    fc.property(most, most, (answers, additionals) => {
      const sifted = siftResponse({ answers, additionals }).answers!;
      expect(sifted.length).toBeLessThanOrEqual(128);
      expect(sifted.filter(({ type }) => type === "PTR").length).toBeLessThanOrEqual(32);
      for (const { type, name, data } of sifted) {
        expect([name, name.length <= 128]).toEqual([name.toLowerCase(), true]);
        if (type === "PTR") expect([name, data]).toEqual([serviceName, String(data).toLowerCase()]);
      }
    }),
    { numRuns: 60 },
  );
});

function desk(n: number): MdnsRecord[] {
  const name = `Run${n}.${serviceName}`;
  return [
    { type: "PTR", name: serviceName, data: name },
    { type: "SRV", name, data: { target: `run${n}.local`, port: 8471 } },
    { type: "TXT", name, data: [Buffer.from("run=X")] },
    { type: "A", name: `run${n}.local`, data: "10.0.0.1" },
  ];
}

it("keeps all that thirty desks say in one packet, and the bytes of a text as they are", () => {
  const answers = Array.from({ length: 30 }, (_, n) => desk(n)).flat();
  const sifted = siftResponse({ answers }).answers!;
  expect(sifted).toHaveLength(120);
  expect(sifted[2]).toEqual({ type: "TXT", name: `run0.${serviceName}`, data: [Buffer.from("run=X")] });
});

it("takes no more of one packet, however much there is", () => {
  const answers = Array.from({ length: 400 }, (_, n) => ({
    type: "A",
    name: `run${n}.local`,
    data: "10.0.0.1",
  }));
  expect(siftResponse({ answers }).answers).toHaveLength(128);
});

it("answers what is asked of our names, each once, and not as often as anybody likes", () => {
  const clock = createManualClock(0);
  const given: number[] = [];
  const mdns = Object.assign(new Bonjour({ port: 0 }, () => undefined));
  ending.push(() => mdns.destroy());
  const emitter = emitterOf(mdns);
  siftPackets(emitter, clock, "abc");
  emitter.on("query", ({ questions }: { questions: readonly unknown[] }) => given.push(questions.length));
  const ask = (...names: readonly string[]) =>
    emitter.emit("query", { questions: names.map((name) => ({ type: "PTR", name })) });
  ask("_ipp._tcp.local");
  ask(...Array.from({ length: 10_000 }, () => serviceName), "ABC.local", "other.local");
  expect(given).toEqual([2]);
  for (let n = 0; n < 100; n++) ask(serviceName);
  expect(given).toHaveLength(20);
  clock.advance(1_000);
  ask(serviceName);
  expect(given).toHaveLength(21);
});

it("goes on hearing desks beside packets that only cost time", async () => {
  const port = await freePort();
  const bonjour = new Bonjour(
    { port, interface: "127.0.0.1", bind: "127.0.0.1", multicast: false } as object,
    () => undefined,
  );
  ending.push(() => bonjour.destroy());
  const emitter = emitterOf(bonjour);
  let compared = 0;
  siftPackets(emitter, realClock, undefined);
  emitter.on("response", ({ answers }: { answers: readonly MdnsRecord[] }) => {
    compared = Math.max(compared, answers.length);
  });
  const heard = new Promise<Service>((resolve) => bonjour.find({ type: "deskmesh" }).once("up", resolve));
  const sender = createSocket("udp4");
  ending.push(() => sender.close());
  for (let n = 0; n < 5; n++) sender.send(costlyPacket(), port, "127.0.0.1");
  sender.send(honestPacket(), port, "127.0.0.1");
  const { port: told, txt } = await heard;
  expect([told, (txt as { readonly run: unknown }).run]).toEqual([8471, "RunX"]);
  expect(compared).toBeLessThanOrEqual(128);
});

function emitterOf(bonjour: Bonjour): EventEmitter {
  return (bonjour as unknown as { readonly server: { readonly mdns: EventEmitter } }).server.mdns;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function toName(name: string): Buffer {
  const labels = name
    .split(".")
    .map((text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function toRecord(name: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(120, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, head, data]);
}

function toResponse(...records: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0x8400, 2);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, ...records]);
}

/** Five hundred pointers to one long name in capitals, by references of two bytes. */
function costlyPacket(): Buffer {
  const capitals = Array.from({ length: 3 }, () => "A".repeat(60)).join(".");
  const first = toRecord(toName(serviceName), 12, toName(capitals));
  const dataAt = 12 + toName(serviceName).length + 10;
  const again = toRecord(Buffer.from([0xc0, 12]), 12, Buffer.from([0xc0 + (dataAt >> 8), dataAt & 255]));
  return toResponse(first, ...Array.from({ length: 499 }, () => again));
}

function honestPacket(): Buffer {
  const name = toName(`runx.${serviceName}`);
  const place = Buffer.alloc(6);
  place.writeUInt16BE(8471, 4);
  const text = Buffer.from("run=RunX");
  return toResponse(
    toRecord(toName(serviceName), 12, name),
    toRecord(name, 33, Buffer.concat([place, toName("runx.local")])),
    toRecord(name, 16, Buffer.concat([Buffer.from([text.length]), text])),
  );
}
