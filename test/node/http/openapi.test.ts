import { describe, expect, test } from "vitest";
import { listRoutes } from "../../../src/node/http/app.ts";
import * as views from "../../../src/node/http/schema-views.ts";
import { createDeskDouble, createTestParts, ownHost, post, signInAt, stateOfTests } from "./desk-double.ts";

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly schema: object; readonly examples?: Record<string, { readonly value: unknown }> }
      >
    >;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const { app, parts } = createTestParts(createDeskDouble());
const document = (await (await app.request(`${ownHost}/api/openapi.json`)).json()) as OpenApi;
const described = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
);

describe("/api/openapi.json", () => {
  test("shows every route of the app, and nothing else", () => {
    const mounted = app.routes
      .filter((route) => route.method !== "ALL" && route.path !== "*" && route.path !== "/*")
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const shown = described.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(shown.sort()).toEqual(mounted.sort());
    expect(shown.length).toBe(listRoutes(parts).length);
    expect(document.openapi).toBe("3.1.0");
  });

  test("every reference leads somewhere", () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(JSON.stringify(document)).toContain(`"${name}":{`);
    }
  });

  test("patterns are patterns of JSON Schema", () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    expect(patterns.length).toBeGreaterThan(5);
    for (const [, pattern] of patterns) expect(JSON.parse(pattern!)).toMatch(/^\^.*\$$/);
  });

  const posts = described.filter(({ method }) => method === "post");
  test.each(posts)(
    "$path: its examples pass its own schema, and it has some",
    async ({ path, operation }) => {
      const content = operation.requestBody?.content["application/json"];
      const examples = Object.values(content?.examples ?? {});
      expect(examples.length).toBeGreaterThan(0);
      for (const { value } of examples) {
        const authorization = `Bearer ${await signInAt(app)}`;
        const url = ownHost + path.replaceAll(/\{\w+\}/g, "x");
        const response = await app.request(url, post(value, { authorization }));
        const body = (await response.json()) as { readonly code?: string };
        expect(body.code).not.toBe("invalid");
        expect(Object.keys(operation.responses)).toContain(String(response.status));
      }
    },
  );

  test("parameters in a path are described", () => {
    for (const { path, operation } of described) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const shown = (operation.parameters ?? [])
        .filter((each) => each.in === "path")
        .map((each) => each.name);
      expect(shown).toEqual(names);
    }
  });
});

test("a view's schema keeps every member of the view", () => {
  expect(views.state.parse(stateOfTests)).toEqual(stateOfTests);
});
