/** Barcodes on paper: what is printed is read back by another program's scanner. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { barcodeToSvg, canWrite, symbologyOf } from "../../src/node/barcode-image.ts";

const run = promisify(execFile);
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-barcodes-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const hasReader = await run("zbarimg", ["--version"]).then(
  () => true,
  () => false,
);

/** The picture's bars, drawn as a printer of 200 dpi would: grey values, row by row (PGM). */
function draw(svg: string): Buffer {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  const pixels = Buffer.alloc(width! * height!, 255);
  for (const [, stroke, path] of svg.matchAll(/stroke-width="(\d+)" d="([^"]+)"/g)) {
    for (const [, x, from, to] of path!.matchAll(/M([\d.]+) ([\d.]+)L[\d.]+ ([\d.]+)/g)) {
      const left = Number(x) - Number(stroke) / 2;
      for (let y = Number(to); y < Number(from); y++)
        pixels.fill(0, y * width! + left, y * width! + left + Number(stroke));
    }
  }
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), pixels]);
}

it("picks what can carry the barcode as it is", () => {
  expect(symbologyOf("31234000000017")).toBe("codabar");
  expect(symbologyOf("CONC4000036")).toBe("code128");
  expect(symbologyOf("CONC4000036", "code39")).toBe("code39");
  expect(symbologyOf("conc4000036", "code39")).toBe("code128");
  expect(symbologyOf("a:b~", "codabar")).toBe("code128");
  expect(canWrite("A123A", "codabar")).toBe(false);
});

it("needs no text, script or address of elsewhere in its picture", async () => {
  const svg = await barcodeToSvg("<&\">'~ x", "code128");
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg">/);
  expect(svg.replace(/http:\/\/www\.w3\.org\/2000\/svg/, "")).not.toMatch(/<text|<script|http|<&/);
  expect(svg.length).toBeLessThan(8_000);
});

const printed = [
  ["31234000000017", "codabar"],
  ["29999000000025", "codabar"],
  ["39999000001310", "code39"],
  ["CONC4000036", "code39"],
  ["CONC4000036", "code128"],
  ["33191000000001", "code128"],
  ["a:b~c d", "code128"],
] as const;

// Another program's reader of barcodes, wherever it is installed; required with the browser.
it.skipIf(!hasReader && !(process.env.DESKMESH_REQUIRE ?? "").split(",").includes("browser")).each(printed)(
  "%s in %s is read back as it is",
  async (barcode, symbology) => {
    const file = join(folder, `${symbology}-${barcode.replace(/\W/g, "_")}`);
    await writeFile(`${file}.pgm`, draw(await barcodeToSvg(barcode, symbology)));
    const { stdout } = await run("zbarimg", ["--quiet", "--raw", "-Scodabar.enable", `${file}.pgm`]);
    // It gives Codabar's start and stop letters on, which desks' scanners are set to leave out.
    const read = stdout.replace(/\n$/, "");
    expect(symbology === "codabar" ? read.replace(/^[A-D](.*)[A-D]$/, "$1") : read).toBe(barcode);
  },
);
