/** Every parser of what comes from outside has an answer for a valid input made wrong: none throws, none takes long. */

import { describe, expect, it } from "vitest";
import { parseEntry } from "../../src/crdt/log/entry.ts";
import { parseFrame } from "../../src/crdt/log/frames.ts";
import { parseFrontier } from "../../src/crdt/log/frontier.ts";
import { parseConfig } from "../../src/node/config.ts";
import { parseCursor } from "../../src/node/desk/cursor.ts";
import { findJsonError } from "../../src/node/http/json-error.ts";
import { parseCard, parseHello } from "../../src/node/mesh/hello.ts";
import { parsePeers } from "../../src/node/mesh/peer-exchange.ts";
import { inviteToText, parseInvite } from "../../src/node/pairing/invite.ts";
import { computedMs } from "../computed.ts";
import { createSampleWriter } from "../crdt/log/sample-feeds.ts";
import * as fc from "../properties.ts";
import { mutatedBytes, mutatedJson, runs } from "./mutations.ts";

const invite = {
  branch: "0123456789abcdef".repeat(2),
  hosts: ["10.0.0.1", "fe80::1%eth0"],
  port: 8471,
  fingerprint: "ab".repeat(32),
  id: "0123456789abcdef",
  secret: Buffer.alloc(20, 7).toString("base64url"),
  expiresAt: 1_795_300_000_000,
};
const config = {
  port: 8470,
  meshPort: 8471,
  meshHost: ["10.0.0.1"],
  peers: ["10.0.0.2:8471", "[fe80::1]:8471"],
  mdns: true,
  quiet: false,
  identityDir: "identity",
};
const frontier = { [`${"a".repeat(32)}/${"b".repeat(16)}`]: [3, "A".repeat(43)] };
const hello = { protocol: 1, branch: "b", run: "0123456789abcdef" };
const card = { desk: "a".repeat(32), name: "Desk 1", version: "1", meshPort: 8471 };
const peers = [{ host: "10.0.0.3", port: 8471, run: "0123456789abcdef" }];
const entry = { c: [1_795_300_000_000, 0], t: 1_795_300_000_000, s: "AB", b: { k: "checkout", item: "1" } };

/** JSON that a mutation broke is nothing to its parser. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const parsers: readonly (readonly [string, readonly unknown[], (text: string) => unknown])[] = [
  ["an invite", [invite], (text) => parseInvite(`deskmesh1.${Buffer.from(text).toString("base64url")}`)],
  ["a frontier", [frontier], (text) => parseFrontier(read(text))],
  ["a hello", [hello, card], (text) => [parseHello(read(text)), parseCard(read(text))]],
  ["peers", [peers], (text) => parsePeers(read(text))],
  ["an entry", [entry], (text) => parseEntry(text)],
  ["a cursor", [[1, 2, "a", "b", 3]], (text) => parseCursor(Buffer.from(text).toString("base64url"))],
  ["config.json", [config], (text) => parseConfig({ dataDir: "/d", flags: {}, env: {}, fileText: text })],
  ["where JSON ends", [entry, config], findJsonError],
];

describe("has an answer for", () => {
  it.each(parsers)("%s", (_name, valid, parse) => {
    fc.assert(
      fc.property(mutatedJson(...valid), (text) => {
        expect(computedMs(() => void parse(text))).toBeLessThan(1_000);
      }),
      runs(300, 20_000),
    );
  });

  it("an invite whose letters are changed", () => {
    const bytes = Buffer.from(inviteToText(invite));
    fc.assert(
      fc.property(mutatedBytes([bytes]), (changed) => {
        const parsed = parseInvite(Buffer.from(changed).toString("utf8"));
        if (parsed !== null) expect(parsed.hosts.every((host) => host.length <= 64)).toBe(true);
      }),
      runs(500, 20_000),
    );
  });

  it("a frame", () => {
    const frames = createSampleWriter()
      .groups(6, 2)
      .map(({ update }) => Buffer.concat([Uint8Array.of(0, 2, update.length), update]));
    fc.assert(
      fc.property(mutatedBytes(frames), (bytes) => void parseFrame(bytes)),
      runs(500, 50_000),
    );
  });
});
