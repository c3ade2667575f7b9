/**
 * `/api/openapi.json`: the routes as OpenAPI 3.1, from the same values that check the requests.
 */
import { createHono, type DescribedRoute, type Document, z } from "./hono.ts";
import { type RouteRole, roleOf } from "./roles.ts";
import type { AnswerShape, Route } from "./route.ts";
import { problem } from "./schema-views.ts";

const meanings: Readonly<Record<number, string>> = {
  400: "Malformed JSON, path or host",
  401: "Nobody is signed in, the PIN is wrong, or the token is nobody's",
  403: "Not a supervisor, or asked by a page of another origin",
  404: "There is none",
  409: "Not now: questions to answer, or something else must happen first",
  413: "The body is larger than 256 KiB",
  415: "The content type is not application/json",
  421: "Another host name than 127.0.0.1 or localhost",
  422: "Refused, or of the wrong form",
  423: "Too many wrong PINs: locked for the time in Retry-After, or until somebody unlocks",
  429: "Too many requests at once",
  503: "Fault: nothing was done",
};

/** The document of these routes, as a plain JSON value. */
export function describeRoutes(routes: readonly Route[], version: string): Document {
  const app = createHono();
  for (const route of routes) app.openAPIRegistry.registerPath(toDescribed(route));
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Deskmesh",
      version,
      description: "One desk's node. Errors are RFC 9457 problem documents. Served on 127.0.0.1 alone.",
    },
  });
}

function toDescribed(route: Route): DescribedRoute {
  const isPost = route.method === "post";
  const statuses = [
    400,
    401,
    403,
    421,
    422,
    429,
    503,
    ...(isPost ? [413, 415, 423] : []),
    ...(route.problems ?? []),
  ];
  const responses: Record<number, object> = {};
  for (const status of statuses) {
    responses[status] = {
      description: meanings[status] ?? "",
      content: { "application/problem+json": { schema: problem } },
    };
  }
  for (const [status, answer] of Object.entries(route.answers)) {
    responses[Number(status)] = { description: answer.text, content: toContent(answer) };
  }
  const examples = Object.entries(route.examples ?? {}).map(([name, value]) => [name, { value }]);
  return {
    method: route.method,
    path: route.path,
    summary: `${route.summary} (${wordOf(roleOf(route))})`,
    request: {
      ...(route.params && { params: route.params }),
      ...(route.query && { query: route.query }),
      ...(isPost && { headers: z.object({ "Deskmesh-Staff": z.string().optional() }) }),
      ...(route.body && {
        body: {
          required: true,
          content: {
            "application/json": { schema: route.body, examples: Object.fromEntries(examples) },
            ...(route.upload && {
              [route.upload.mediaType]: { schema: z.string().openapi({ format: "binary" }) },
            }),
          },
        },
      }),
    },
    responses,
  } as unknown as DescribedRoute;
}

function wordOf({ level, operator }: RouteRole): string {
  return operator ? `${level}, or the operator` : level;
}

function toContent(answer: AnswerShape): object {
  return {
    [answer.mediaType ?? "application/json"]: { schema: answer.schema ?? z.string() },
  };
}
