/** SIP2 as bytes: published examples, and whatever a line or a server can bring. */

import { describe, expect, it } from "vitest";
import type { BatchLine } from "../../src/export/batch.ts";
import { createZone } from "../../src/export/local-time.ts";
import {
  checksumOf,
  createFramer,
  longestMessage,
  parseMessage,
  sealBare,
  sealMessage,
} from "../../src/export/sip2.ts";
import {
  lineToRequest,
  loginBody,
  otherDue,
  readLineAnswer,
  readStatus,
  resendBody,
  statusBody,
} from "../../src/export/sip2-lines.ts";
import * as fc from "../properties.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const zone = createZone("America/New_York");
const setting = { institution: "UWOLS", location: "MAIN", zone };

function lineOf(fact: object, time: number): BatchLine {
  const recorded = { fact: { id: "t1", ...fact }, position: {}, at: time };
  return { recorded, time, title: "", patronName: "Miller, Anna" } as unknown as BatchLine;
}

describe("known answers of formats.md", () => {
  it("seals a login and a question for the status", () => {
    const login = loginBody("scclient", "clientpwd", "desk1");
    expect(text(sealMessage(login, 0))).toBe("9300CNscclient|COclientpwd|CPdesk1|AY0AZF1AE\r");
    expect(text(sealMessage(statusBody, 1))).toBe("9900802.00AY1AZFCA0\r");
    expect(text(sealBare(resendBody))).toBe("97AZFEF5\r");
  });

  it("seals a loan and a return in local time, with no block", () => {
    const at = Date.parse("2026-07-22T10:15:30-04:00");
    const due = Date.parse("2026-08-12T23:59:00-04:00");
    const loan = lineToRequest(
      lineOf({ kind: "checkout", item: "1565921879", patron: "miker", due }, at),
      setting,
    );
    if (loan.kind !== "request") throw new Error(loan.reason);
    expect(text(sealMessage(loan.body, 3))).toBe(
      "11NY20260722    10153020260812    235900AOUWOLS|AAmiker|AB1565921879|AC|AY3AZED38\r",
    );
    const back = lineToRequest(
      lineOf({ kind: "checkin", item: "1565921879" }, Date.parse("2026-07-22T11:00:00-04:00")),
      setting,
    );
    if (back.kind !== "request") throw new Error(back.reason);
    expect(text(sealMessage(back.body, 4))).toBe(
      "09Y20260722    11000020260722    110000APMAIN|AOUWOLS|AB1565921879|AC|AY4AZEE7B\r",
    );
  });
});

const body = fc
  .tuple(fc.integer({ min: 10, max: 99 }), fc.string({ unit: "grapheme", maxLength: 60 }))
  .map(([code, rest]) => `${code}${rest.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, "")}`)
  // Text that looks like its own seal is no message of anybody's.
  .filter((one) => !/AY\d|AZ/.test(one) && !one.endsWith("|"));
const bodies = fc.array(fc.tuple(body, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 5 });

describe("framing", () => {
  it("reads back whatever was sealed, in whatever pieces it comes", () => {
    fc.assert(
      fc.property(
        bodies,
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        fc.boolean(),
        (all, sizes, lf) => {
          const bytes = Buffer.concat(
            all.flatMap(([one, seq]) => [sealMessage(one, seq), Buffer.from(lf ? "\n" : "")]),
          );
          const framer = createFramer();
          const whole: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; ) {
            const end = at + sizes.next().value;
            whole.push(...(framer.take(bytes.subarray(at, end)) ?? []));
            at = end;
          }
          expect(whole.map(parseMessage)).toEqual(
            all.map(([one, seq]) => ({
              code: one.slice(0, 2),
              body: one.slice(2),
              seq,
              checksum: "right",
            })),
          );
        },
      ),
    );
  });

  it("makes the sum of all bytes and the checksum nothing, modulo 65536", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const sum = bytes.reduce((total, byte) => total + byte, 0);
        expect((sum + Number.parseInt(checksumOf(bytes), 16)) % 65_536).toBe(0);
        expect(checksumOf(bytes)).toMatch(/^[0-9A-F]{4}$/);
      }),
    );
  });

  it("never takes a message for whole in which one byte has changed", () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, by) => {
        const sealed = sealMessage(one, 1).slice(0, -1);
        const index = at % sealed.length;
        sealed[index] = (sealed[index]! + by) % 256;
        const read = parseMessage(sealed);
        const isTaken = "body" in read && read.checksum === "right";
        // The letters of the checksum may change their case.
        const isCase =
          isTaken && text(sealed).toUpperCase() === text(sealMessage(one, 1).slice(0, -1)).toUpperCase();
        expect(isTaken && !isCase).toBe(false);
      }),
    );
  });

  it("answers any bytes, and gives up on a message without an end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const message of createFramer().take(bytes) ?? [])
          expect(parseMessage(message).code).toBeTruthy();
      }),
    );
    const framer = createFramer();
    expect(framer.take(new Uint8Array(longestMessage).fill(65))).toEqual([]);
    expect(framer.take(Uint8Array.of(65))).toBeNull();
  });

  it("tells a damaged message from one without error detection, and from rubbish", () => {
    const parse = (one: string) => parseMessage(Buffer.from(one, "latin1"));
    expect(parse("941")).toEqual({ code: "94", body: "1", checksum: "none" });
    expect(parse("941AY0AZFDFC").code).toBe("wrong-checksum");
    expect(parse("941AY0AZ").code).toBe("wrong-checksum");
    expect(parse("HTTP/1.1 400 Bad Request").code).toBe("no-message");
    expect(parse("94\u0007").code).toBe("no-message");
    expect(parse("").code).toBe("no-message");
    // Latin-1, as older servers speak it.
    expect(parse("64AEM\u00fcller|")).toMatchObject({ code: "64", body: "AEM\u00fcller|" });
  });
});

describe("lines", () => {
  const barcode = fc.stringMatching(/^[!-~]{1,20}$/);
  const time = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2090, 0) });

  it("sends a line only where its fields hold it, and never with another one's barcode", () => {
    fc.assert(
      fc.property(barcode, barcode, time, time, (item, patron, at, due) => {
        for (const kind of ["checkout", "renewal", "checkin"]) {
          const made = lineToRequest(lineOf({ kind, item, patron, due }, at), setting);
          const hasBar = item.includes("|") || (kind !== "checkin" && patron.includes("|"));
          expect(made.kind).toBe(hasBar ? "not-sent" : "request");
          if (made.kind !== "request") continue;
          expect(made.body).toContain(`|AB${item}|`);
          expect(
            made.body.startsWith(kind === "checkin" ? "09Y" : kind === "checkout" ? "11NY" : "29NY"),
          ).toBe(true);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what no message holds
          expect(made.body).not.toMatch(/[\u0000-\u001f]/);
        }
      }),
    );
  });

  it("has no message for registrations, in-house use, payments, and times that are no dates", () => {
    const at = Date.UTC(2026, 6, 22);
    for (const fact of [
      { kind: "registration", patron: "1", fields: {} },
      { kind: "in-house-use", item: "1", count: 1 },
      { kind: "payment", patron: "1", amount: "5.00", currency: "EUR" },
      { kind: "non-catalogued", patron: "1", type: "paperback", count: 1, due: at },
      { kind: "renewal", item: "1", due: at },
    ])
      expect(lineToRequest(lineOf(fact, at), setting).kind).toBe("not-sent");
    expect(lineToRequest(lineOf({ kind: "checkin", item: "1" }, -1), setting).kind).toBe("not-sent");
  });

  it("takes an answer for this line's alone, and keeps no name or barcode of its words", () => {
    const at = Date.UTC(2026, 6, 22, 14);
    const due = Date.parse("2026-08-12T23:59:00-04:00");
    const line = lineOf({ kind: "checkout", item: "33191000000001", patron: "21234000000018", due }, at);
    const read = (code: string, said: string) =>
      readLineAnswer({ code, body: said, checksum: "none" }, line, "12", zone);
    const fixed = "NUY20260722    101531";
    const own = "AO|AA21234000000018|AB33191000000001|AJTitle|";
    expect(read("12", `1${fixed}${own}AH20260812    235900|`)).toEqual({
      transaction: "t1",
      outcome: "done",
    });
    expect(read("12", `1${fixed}${own}AHAug 12|`)).toEqual({ transaction: "t1", outcome: "done" });
    expect(read("12", `1${fixed}${own}AH2026-08-13|`)).toMatchObject({ outcome: "done", advice: otherDue });
    expect(read("12", `0${fixed}${own}AFMiller, Anna (21234000000018) is blocked|`)).toEqual({
      transaction: "t1",
      outcome: "refused",
      advice: "blocked",
      words: "… (…) is blocked",
    });
    expect(read("12", `0${fixed}${own}`)).toMatchObject({ outcome: "refused", advice: "other" });
    expect(read("10", `1${fixed}${own}`)).toBeNull();
    expect(read("12", `1${fixed}AA21234000000018|AB33191000000002|`)).toBeNull();
    expect(read("12", `1${fixed}AA21234000000026|AB33191000000001|`)).toBeNull();
    expect(read("12", "1")).toBeNull();
  });

  it("reads how a server stands", () => {
    const status = "YYYNNY60000320260722    1015302.00AOUWOLS|AMMain|BXYYY|";
    expect(readStatus({ code: "98", body: status, checksum: "none" })).toEqual({
      online: true,
      checkin: true,
      checkout: true,
      offlineOk: true,
      version: "2.00",
      institution: "UWOLS",
    });
    expect(readStatus({ code: "98", body: "YYY", checksum: "none" })).toBeNull();
    expect(readStatus({ code: "94", body: status, checksum: "none" })).toBeNull();
  });
});
