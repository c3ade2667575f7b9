/** Builds the pages: relative addresses, nothing inline, names by content. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "src/web",
  base: "./",
  publicDir: "public",
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2022",
    // An inlined file would be a data: address, which the content policy forbids.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
