/** The program's version, from the package. */
import { readFileSync } from "node:fs";
import { manifestPath } from "./places.ts";

const manifest: { readonly version: string } = JSON.parse(readFileSync(manifestPath, "utf8"));

export const version = manifest.version;
