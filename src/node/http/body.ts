/**
 * Request bodies: JSON, at most 256 KiB, never read further than that.
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
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new ProblemError(toProblem(415, "compressed-body", "Send the body without compression."));
  }
  const text = decodeUtf8(await readBytes(request));
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProblemError(toMalformed(text));
  }
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

function tooLarge(): ProblemError {
  return new ProblemError(
    toProblem(413, "too-large", `A body may have at most ${largestBodyBytes} bytes.`),
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
