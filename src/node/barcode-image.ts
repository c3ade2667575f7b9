/**
 * Barcodes to be scanned from paper, as SVG text: the one file that knows the library that draws them. Pages show what
 * they get, so that their first load holds none of it.
 */
import type { Symbology } from "./http/api.ts";

const names: Readonly<Record<Symbology, string>> = {
  codabar: "rationalizedCodabar",
  code39: "code39",
  code128: "code128",
};

/** Whether `text` can be written so that a scanner gives exactly it again. */
export function canWrite(text: string, symbology: Symbology): boolean {
  // Start and stop letters are of the label, not of the number; scanners leave them out.
  if (symbology === "codabar") return /^[0-9$:/.+-]{1,40}$/.test(text);
  if (symbology === "code39") return /^[0-9A-Z .$/+%-]{1,40}$/.test(text);
  return /^[ -~]{1,80}$/.test(text);
}

/** As labels of libraries mostly are: 14 digits in Codabar; else Code 128, which takes any barcode. */
export function symbologyOf(text: string, wanted?: Symbology): Symbology {
  if (wanted !== undefined) return canWrite(text, wanted) ? wanted : "code128";
  return /^[23]\d{13}$/.test(text) ? "codabar" : "code128";
}

/** An SVG element of the bars alone, black on white, with the quiet zones that scanners need. */
export async function barcodeToSvg(text: string, symbology: Symbology): Promise<string> {
  // Two megabytes of program for a list that is asked for once an outage: no start waits for them.
  const { toSVG } = await import("bwip-js/node");
  // Codabar needs its start and stop letters, which scanners don't give on.
  const data = symbology === "codabar" ? `A${text}A` : text;
  return toSVG({
    bcid: names[symbology],
    text: data,
    height: 10,
    paddingwidth: 12,
    paddingheight: 2,
    backgroundcolor: "FFFFFF",
    barcolor: "000000",
  });
}
