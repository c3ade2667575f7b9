/**
 * Bundles the program: some 750 modules take half a second to load, and in one piece half of that. Its modules by
 * themselves stay in `dist/node` and beside it, for the bench and for other programs.
 */
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  ssr: {
    noExternal: true,
    // What loads native code, or files of its own by where it lies; and `ws`, which looks for companions at run time.
    external: ["level", "memory-level", "pino", "@sqlite.org/sqlite-wasm", "ws"],
  },
  build: {
    ssr: true,
    outDir: "dist/program",
    emptyOutDir: true,
    target: "node20",
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: "src/node/main.ts",
      output: { entryFileNames: "main.js", chunkFileNames: "[name].js" },
    },
  },
});
