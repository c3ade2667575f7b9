/**
 * The built pages, from one folder. Only plain names below that folder can be asked for.
 */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { problemToResponse, toProblem } from "./problem.ts";

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wav": "audio/wav",
  ".txt": "text/plain; charset=utf-8",
};

/** The page file at `pathname` (`/` is `index.html`), or a 404 problem. Rejects when the disk can't be read. */
export async function servePage(webRoot: string, pathname: string): Promise<Response> {
  const parts = pathname === "/" ? ["index.html"] : pathname.slice(1).split("/");
  // No part starts with a dot, so none is `..` and none is hidden; no part has an escape.
  if (parts.length > 4 || !parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}$/.test(part))) {
    return notFound();
  }
  const name = parts.at(-1)!;
  const mediaType = mediaTypes[extname(name).toLowerCase()];
  if (mediaType === undefined) return notFound();
  const bytes = await readIfThere(join(webRoot, ...parts));
  if (bytes === null) {
    return pathname === "/"
      ? problemToResponse(toProblem(404, "not-built", "The pages are not built here: npm run build"))
      : notFound();
  }
  // The build puts a hash of the content into the names below /assets/.
  const cached = parts[0] === "assets" ? "public, max-age=31536000, immutable" : "no-cache";
  return new Response(bytes, { headers: { "content-type": mediaType, "cache-control": cached } });
}

function notFound(): Response {
  return problemToResponse(toProblem(404, "not-found", "There is nothing at this address."));
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(code)) return null;
    throw error;
  }
}
