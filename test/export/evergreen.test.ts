import { expect, it } from "vitest";
import { valueToAsciiJson } from "../../src/export/evergreen.ts";
import { renderBatch } from "../../src/export/render.ts";
import * as fc from "../properties.ts";
import { readCsv, readEvergreen, textOf } from "./readers.ts";
import { anyText, batchLines, batchOf, timezone } from "./worlds.ts";

/** Keys that the server knows: any other inside `user` fails that registration. */
const USER_KEYS = new Set([
  "card",
  "usrname",
  "passwd",
  "profile",
  "home_ou",
  "first_given_name",
  "family_name",
  "dob",
  "ident_type",
  "day_phone",
  "email",
  "expire_date",
  "billing_address",
]);
const ADDRESS_KEYS = new Set(["id", "street1", "street2", "city", "state", "country", "post_code"]);

it("writes plain ASCII JSON that reads back as the same value, but for half characters", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = valueToAsciiJson({ text });
      expect(json).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.parse(json)).toEqual({ text: text.replace(/\p{Surrogate}/gu, "\ufffd") });
      // A strict reader refuses an escape of half a character.
      expect(json).not.toMatch(/\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/);
    }),
  );
});

it("writes lines that each read back as what was recorded", () => {
  fc.assert(
    fc.property(batchLines, timezone, (lines, zone) => {
      const batch = renderBatch(batchOf("evergreen", lines, zone));
      const read = readEvergreen(textOf(batch, "main"));
      const facts = new Map(lines.map((line) => [line.recorded.fact.id, line]));
      expect(read).toHaveLength(readCsv(textOf(batch, "lines")).length);
      for (const entry of read) {
        const line = facts.get(String(entry.x_txid));
        if (line === undefined) throw new Error("a line of no transaction");
        const { fact } = line.recorded;
        const second = Math.floor(line.time / 1000);
        expect(entry).toMatchObject({ timestamp: second, delta: 0 });
        const at = (entry.checkout_time ?? entry.backdate ?? entry.use_time) as string | undefined;
        if (at !== undefined) {
          expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
          expect(Date.parse(at)).toBe(second * 1000);
        }
        switch (fact.kind) {
          case "checkout":
          case "renewal":
            expect(entry).toMatchObject({
              type: fact.kind === "checkout" ? "checkout" : "renew",
              barcode: fact.item,
              patron_barcode: fact.patron,
            });
            expect(Date.parse(String(entry.due_date))).toBe(Math.floor(fact.due / 1000) * 1000);
            break;
          case "checkin":
            expect(entry).toMatchObject({ type: "checkin", barcode: fact.item });
            break;
          case "in-house-use":
            expect(entry).toMatchObject({ type: "in_house_use", barcode: fact.item, count: fact.count });
            break;
          case "non-catalogued":
            expect(entry).toMatchObject({ type: "checkout", noncat: 1, noncat_count: fact.count });
            expect(entry).not.toHaveProperty("barcode");
            break;
          case "registration": {
            const user = entry.user as Record<string, unknown>;
            expect(user).toMatchObject({ card: { barcode: fact.patron }, usrname: fact.patron });
            expect(Object.keys(user).filter((key) => !USER_KEYS.has(key))).toEqual([]);
            // Without an address the server's whole run ends.
            const address = Object.keys(user.billing_address as object);
            expect(address.filter((key) => !ADDRESS_KEYS.has(key))).toEqual([]);
            break;
          }
          default:
            throw new Error(`${fact.kind} can't be in this file`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
