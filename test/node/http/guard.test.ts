import { describe, expect, test } from "vitest";
import type { Problem } from "../../../src/node/http/api.ts";
import { listRoutes } from "../../../src/node/http/app.ts";
import * as fc from "../../properties.ts";
import { createDeskDouble, createTestParts, initials, ownHost, post, tokenOfTests } from "./desk-double.ts";

const { app, parts } = createTestParts(createDeskDouble());

async function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  return (await app.request(ownHost + path, init)).status;
}

describe("who may ask", () => {
  test.each([
    ["127.0.0.1:8470", 200],
    ["127.0.0.1", 200],
    ["localhost:8470", 200],
    ["LOCALHOST", 200],
    ["[::1]:8470", 200],
    ["evil.example", 421],
    ["127.0.0.1.evil.example:8470", 421],
    ["localhost.evil.example", 421],
    ["192.168.1.20:8470", 421],
    ["127.0.0.1:8470@evil.example", 421],
    ["", 421],
  ])("host %j gets %i", async (host, status) => {
    expect(await statusOf("/api/state", { headers: { host } })).toBe(status);
    expect(await statusOf("/", { headers: { host } })).toBe(status === 421 ? 421 : 404);
  });

  test.each([
    ["http://127.0.0.1:8470", 200],
    ["http://localhost:8470", 403],
    ["http://127.0.0.1:3000", 403],
    ["https://127.0.0.1:8470", 403],
    ["http://evil.example", 403],
    ["null", 403],
  ])("origin %s gets %i, whatever the method", async (origin, status) => {
    expect(await statusOf("/api/state", { headers: { origin } })).toBe(status);
    const posted = await statusOf("/api/outage/open", post({}, { ...initials, origin }));
    expect(posted).toBe(status);
    if (status === 403)
      expect(await statusOf("/api/state", { method: "OPTIONS", headers: { origin } })).toBe(403);
  });

  test("another site's page can't even ask without an origin", async () => {
    for (const site of ["cross-site", "same-site"]) {
      expect(await statusOf("/api/state", { headers: { "sec-fetch-site": site } })).toBe(403);
    }
    for (const site of ["same-origin", "none"]) {
      expect(await statusOf("/api/state", { headers: { "sec-fetch-site": site } })).toBe(200);
    }
    // A link to the start page may be followed from anywhere.
    expect(await statusOf("/", { headers: { "sec-fetch-site": "cross-site" } })).toBe(404);
  });

  test("a token that is sent must be right", async () => {
    const ask = (authorization: string) => statusOf("/api/state", { headers: { authorization } });
    expect(await ask(`Bearer ${tokenOfTests}`)).toBe(200);
    expect(await ask(`bearer ${tokenOfTests}`)).toBe(200);
    for (const wrong of ["Bearer", "Bearer x", `Basic ${tokenOfTests}`, tokenOfTests, ""]) {
      expect(await ask(wrong)).toBe(401);
    }
    const { app: open } = createTestParts(createDeskDouble(), { token: "" });
    const response = await open.request(`${ownHost}/api/state`, { headers: { authorization: "Bearer x" } });
    expect(response.status).toBe(401);
  });

  test("nothing changes by a request that a form could send", async () => {
    const types = [
      undefined,
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json-seq",
      "application/json; charset=latin1",
      "text/plain; application/json",
    ];
    for (const route of listRoutes(parts).filter((each) => each.method === "post")) {
      for (const type of types) {
        const headers = type === undefined ? new Headers() : new Headers({ "content-type": type });
        const path = route.path.replaceAll(/\{\w+\}/g, "x");
        const body = new TextEncoder().encode("{}");
        const response = await app.request(ownHost + path, { method: "POST", headers, body });
        expect([path, type, response.status]).toEqual([path, type, 415]);
      }
    }
    expect(
      await statusOf(
        "/api/outage/open",
        post({}, { ...initials, "content-type": "Application/JSON; charset=UTF-8" }),
      ),
    ).toBe(200);
  });
});

describe("what every answer carries", () => {
  test.each(["/", "/api/state", "/api/none", "/healthz", "/none", "/api/items/%zz"])("%s", async (path) => {
    const { headers } = await app.request(ownHost + path);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("bodies", () => {
  test("one byte too many is refused, announced or not", async () => {
    const limit = 256 * 1024;
    const pad = (size: number) => `{}${" ".repeat(size - 2)}`;
    expect(await statusOf("/api/outage/open", post(pad(limit)))).toBe(200);
    expect(await statusOf("/api/outage/open", post(pad(limit + 1)))).toBe(413);
    const announced = post("{}", { "content-length": "10000000" });
    expect(await statusOf("/api/outage/open", announced)).toBe(413);
    expect(await statusOf("/api/outage/open", post("{}", { "content-length": "many" }))).toBe(413);
  });

  test("no more is read of an endless body than the limit", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const init = { ...post(""), body, duplex: "half" } as RequestInit;
    expect(await statusOf("/api/outage/open", init)).toBe(413);
    expect(sent).toBeLessThan(512 * 1024);
  });

  test("compressed and badly encoded bodies are refused", async () => {
    expect(await statusOf("/api/outage/open", post("{}", { "content-encoding": "gzip" }))).toBe(415);
    const bytes = new Uint8Array([0x22, 0xff, 0x22]);
    expect(await statusOf("/api/outage/open", { ...post(""), body: bytes })).toBe(400);
    expect(await statusOf("/api/outage/open", post("\ufeff{}"))).toBe(200);
  });
});

describe("faults", () => {
  test("what is thrown is told by a reference alone, and logged without its message", async () => {
    const broken = createDeskDouble({
      patron: () => Promise.reject(new RangeError("no such patron: Jane Roe 99999355250")),
      desks: () => {
        throw { name: "Jane Roe" };
      },
    });
    const { app: faulty, logged } = createTestParts(broken);
    for (const path of ["/api/patrons/99999355250", "/api/desks"]) {
      const response = await faulty.request(ownHost + path);
      const problem = (await response.json()) as Problem;
      expect(response.status).toBe(503);
      expect(problem.fault?.kind).toBe("unexpected");
      expect(problem.detail).toContain("070707070707");
      expect(JSON.stringify(problem)).not.toMatch(/Jane|\.ts|99999355250/);
    }
    expect(logged[0]).toMatch(/^fault 070707070707 in get \/api\/patrons\/\{barcode\}: RangeError \| at /);
    expect(logged.join("\n")).not.toMatch(/Jane|99999355250/);
  });

  test("no path, method or header makes a fault", async () => {
    const { app: asked, logged } = createTestParts(createDeskDouble());
    const segment = fc.oneof(
      fc.constantFrom("api", "items", "patrons", "..", "%00", "%2e%2e", "batches"),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 5 }),
        fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"),
        fc.string(),
        async (segments, method, query) => {
          const url = `${ownHost}/${segments.join("/")}?${query}`;
          if (!URL.canParse(url) || new URL(url).origin !== ownHost) return;
          const response = await asked.request(url, { method });
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: 500 },
    );
    expect(logged).toEqual([]);
  });
});
