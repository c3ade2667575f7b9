/**
 * The mesh port is for desks. Whatever a browser sends there (a page of any site that guesses the address) says so by
 * headers that no script can leave out, and is refused before anybody looks at it.
 */
import type { IncomingHttpHeaders } from "node:http";

export function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name === "origin" || name.startsWith("sec-fetch-"));
}
