/**
 * Request bodies: JSON, at most 256 KiB, never read further than that; and files that are taken as they come.
 */
import { findJsonError } from "./json-error.ts";
import { ProblemError, toProblem } from "./problem.ts";

export const largestBodyBytes = 256 * 1024;

/** Is this content type JSON in UTF-8? A form can't send it to another site without being asked for leave. */
export function isJsonType(contentType: string | null): boolean {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  if (type !== "application/json") return false;
  return parameters.every(
    (parameter) => !parameter.startsWith("charset=") || /^charset="?utf-8"?$/.test(parameter),
  );
}

/**
 * The body as parsed JSON; an empty body is `{}`.
 * Throws a {@link ProblemError}: 413 too large, 415 compressed, 400 not UTF-8 or not JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  checkEncoding(request);
  const text = decodeUtf8(await readBytes(request));
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProblemError(toMalformed(text));
  }
}

export function isMediaType(request: Request, mediaType: string): boolean {
  return (request.headers.get("content-type") ?? "").trim().toLowerCase() === mediaType;
}

/** The body as it comes. Throws 413 for one that is said to be too large, and 415 for a compressed one. */
export function readUpload(request: Request, mostBytes: number): AsyncIterable<Uint8Array> {
  checkEncoding(request);
  const announced = request.headers.get("content-length");
  if (announced !== null && !(Number(announced) <= mostBytes)) throw tooLarge(mostBytes);
  return readPieces(request.body);
}

/** An uploaded file as text in UTF-8. Throws 413 for more than `mostBytes`, and 400 for bytes that are no text. */
export async function readText(bytes: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
    pieces.push(piece);
  }
  return decodeUtf8(Buffer.concat(pieces));
}

async function* readPieces(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // What is left of a body that nobody wants any more. A connection that is gone says so here too.
    await reader.cancel().catch(() => undefined);
  }
}

function checkEncoding(request: Request): void {
  const encoding = request.headers.get("content-encoding");
  if (encoding === null || encoding.toLowerCase() === "identity") return;
  throw new ProblemError(toProblem(415, "compressed-body", "Send the body without compression."));
}

function toMalformed(text: string) {
  const found = findJsonError(text);
  if (found === null) return toProblem(400, "malformed-json", "The body is not JSON.");
  const { offset, line, column, expected } = found;
  return toProblem(
    400,
    "malformed-json",
    `The body is not JSON: at line ${line}, column ${column} (position ${offset}), ${expected} was expected.`,
    { position: { offset, line, column } },
  );
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (announced !== null) {
    if (!(Number(announced) <= largestBodyBytes)) throw tooLarge();
    // The HTTP parser ends the body at the announced length.
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > largestBodyBytes) throw tooLarge();
    return bytes;
  }
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > largestBodyBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
}

function tooLarge(mostBytes = largestBodyBytes): ProblemError {
  return new ProblemError(
    toProblem(413, "too-large", `A body may have at most ${mostBytes} bytes.`),
    // What is still on its way is not read, so this connection can't carry another request.
    { connection: "close" },
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ProblemError(toProblem(400, "not-utf-8", "The body is not UTF-8."));
  }
}
