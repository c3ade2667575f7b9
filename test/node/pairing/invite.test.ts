/** The line of an invite, the words, and the crowd at the door: what a stranger may send, and what it can't bring about. */

import { expect, it } from "vitest";
import { createCrowd } from "../../../src/node/mesh/crowd.ts";
import {
  hashSecret,
  type Invite,
  inviteToText,
  parseInvite,
  proveSecret,
  provesSecret,
  secretBytes,
} from "../../../src/node/pairing/invite.ts";
import { wordList, wordsOf } from "../../../src/node/pairing/words.ts";
import * as fc from "../../properties.ts";

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const secret = fc
  .uint8Array({ minLength: secretBytes, maxLength: secretBytes })
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const invites: fc.Arbitrary<Invite> = fc.record({
  branch: hex(32),
  hosts: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 12 }),
  port: fc.integer({ min: 1, max: 65_535 }),
  fingerprint: hex(64),
  id: hex(16),
  secret,
  expiresAt: fc.nat(),
});

it("an invite says the same after it was written, mailed with line breaks, and read", () => {
  fc.assert(
    fc.property(invites, fc.nat(80), (invite, width) => {
      const line = inviteToText(invite);
      expect(parseInvite(line)).toEqual(invite);
      const mailed = ` ${line.slice(0, width + 10)}\r\n ${line.slice(width + 10)}\n`;
      expect(parseInvite(mailed)).toEqual(invite);
    }),
  );
});

it("no other text is an invite", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue()), (value) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      expect(parseInvite(text)).toBeNull();
      expect(parseInvite(`deskmesh1.${Buffer.from(text).toString("base64url")}`)).toBeNull();
    }),
  );
  fc.assert(
    fc.property(invites, fc.nat(), (invite, at) => {
      const line = inviteToText(invite);
      expect(parseInvite(line.slice(0, at % (line.length - 2)))).toBeNull();
    }),
  );
});

const parties = fc.record({ branch: hex(32), joiner: hex(64), sponsor: hex(64), key: hex(43) });

it("a proof is good for its secret and its two certificates alone", () => {
  fc.assert(
    fc.property(secret, secret, parties, parties, (one, other, here, there) => {
      const proof = proveSecret(hashSecret(one), here);
      expect(provesSecret(hashSecret(one), here, proof)).toBe(true);
      expect(provesSecret(hashSecret(other), here, proof)).toBe(one === other);
      for (const field of ["branch", "joiner", "sponsor", "key"] as const) {
        const moved = { ...here, [field]: there[field] };
        expect(provesSecret(hashSecret(one), moved, proof)).toBe(here[field] === there[field]);
      }
      for (const odd of [undefined, null, 7, "", `${proof}A`, {}])
        expect(provesSecret(hashSecret(one), here, odd)).toBe(false);
    }),
  );
});

it("there are 256 plain words, told apart by their first four letters, and each byte picks one", () => {
  expect(new Set(wordList).size).toBe(256);
  expect(new Set(wordList.map((word) => word.slice(0, 4))).size).toBe(256);
  for (const word of wordList) expect(word).toMatch(/^[a-z]{3,8}$/);
  fc.assert(
    fc.property(parties, hex(64), hex(64), (of, joinerNonce, sponsorNonce) => {
      const words = wordsOf({ ...of, joinerNonce, sponsorNonce });
      expect(words).toHaveLength(4);
      expect(words.every((word) => wordList.includes(word))).toBe(true);
    }),
  );
});

it("a crowd is bounded, and one that is alone at its address stays while another address floods it", () => {
  const arrivals = fc.array(fc.record({ host: fc.constantFrom("a", "b", "c"), leaves: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 8 }), arrivals, (max, all) => {
      const crowd = createCrowd(max);
      const inside = new Set<number>();
      crowd.enter("honest", "honest", () => expect.fail("it was turned away"));
      all.forEach(({ host, leaves }, n) => {
        crowd.enter(host, n, () => inside.delete(n));
        inside.add(n);
        if (leaves) {
          crowd.leave(n);
          inside.delete(n);
        }
        expect(crowd.size).toBeLessThanOrEqual(max);
        expect(crowd.size).toBeLessThanOrEqual(inside.size + 1);
      });
    }),
    { examples: [[4, Array.from({ length: 50 }, () => ({ host: "a", leaves: false }))]] },
  );
});
