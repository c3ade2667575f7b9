/**
 * The one place that knows the web framework and the schema library: everything else in this folder imports them
 * from here, so that either can be replaced by changing one file.
 */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";

export { z };

/** A schema whose checked value is `T`. */
export type Schema<T> = z.ZodType<T>;
/** One thing that a value lacks, as the schema library says it. */
export type Issue = z.core.$ZodIssue;
export type App = OpenAPIHono;
export type RequestContext = Context;
export type DescribedRoute = Parameters<OpenAPIHono["openAPIRegistry"]["registerPath"]>[0];
export type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** An empty app: a value with `fetch` and `request`, without a port. */
export function createHono(): App {
  return new OpenAPIHono();
}
