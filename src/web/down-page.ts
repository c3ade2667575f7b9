/**
 * The page for when the program on this PC is not running (S20). The browser keeps it, without anything of a patron:
 * what to do, which desks there are, whom to call, and the paper form. `public/sw.js` shows it in place of nothing.
 */
import { downSteps } from "./banner.ts";
import { languageTag, t, textDirection } from "./language.ts";
import { FORM_LINES, formWords } from "./paper-form.ts";
import type { Model } from "./store.ts";

const CACHE = "deskmesh-down";
/** Desks and phone numbers change rarely; a look now and then is enough. */
const LOOK_EVERY_MS = 60_000;

/** As a whole document. */
export function modelToDownPage(model: Model): string {
  const { state } = model;
  const { title, where, how, columns } = formWords(state);
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("");
  const lines = Array.from({ length: FORM_LINES }, (_, index) => {
    const empty = columns.slice(1).map(() => "");
    return `<tr>${cells("td", [String(index + 1), ...empty])}</tr>`;
  });
  const heading = escaped(t`The program on this PC is not running`);
  return `<!doctype html>
<html lang="${languageTag()}" dir="${textDirection()}"><head><meta charset="utf-8"><title>${heading}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="stylesheet" href="/down.css"><script type="module" src="/down.js"></script></head><body>
<main><h1>${heading}</h1>
<p>${escaped(t`Nothing you scan now is recorded. What was saved before is safe on this PC.`)}</p>
<ol>${cells("li", downSteps(model))}</ol>
<p><button type="button" id="print">${escaped(t`Print form`)}</button></p>
<p role="status">${escaped(t`This page looks every few seconds, and goes on by itself.`)}</p></main>
<section class="paper" aria-hidden="true"><h2>${escaped(title)}</h2><p>${escaped(where)}</p><p>${escaped(how)}</p>
<table><thead><tr>${cells("th", columns)}</tr></thead><tbody>${lines.join("")}</tbody></table></section></body></html>
`;
}

/** Has the browser keep it, and show it where the node doesn't answer. For as long as the page lives. */
export async function keepDownPage(read: () => Model): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
  } catch (error) {
    // Staff may have turned it off in the browser: then a dead node is the browser's own error page, as before.
    console.warn("The page for a program that is not running could not be kept.", error);
    return;
  }
  let kept = "";
  const keep = async (): Promise<void> => {
    const page = modelToDownPage(read());
    if (page === kept) return;
    kept = page;
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    };
    await (await caches.open(CACHE)).put("/down.html", new Response(page, { headers }));
  };
  await keep();
  setInterval(() => void keep(), LOOK_EVERY_MS);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
