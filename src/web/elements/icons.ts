/** Icons on a 24 grid, 2 px round strokes, in the colour of the text. Always beside a word, so hidden from readers. */
import { html, svg, type TemplateResult } from "../lit.ts";

export type IconName =
  | "out"
  | "in"
  | "renew"
  | "find"
  | "register"
  | "in-house"
  | "activity"
  | "rules"
  | "desks"
  | "readiness"
  | "settings"
  | "exceptions"
  | "export"
  | "outage"
  | "fold"
  | "unfold"
  | "tick"
  | "info"
  | "attention"
  | "stop";

const SHAPES: Readonly<Record<IconName, TemplateResult>> = {
  out: svg`<path d="M12 20V5m-6 6 6-6 6 6"/>`,
  in: svg`<path d="M12 4v15m-6-6 6 6 6-6"/>`,
  renew: svg`<path d="M20 12a8 8 0 1 1-2.5-5.8M20 3v4h-4"/>`,
  find: svg`<circle cx="11" cy="11" r="6"/><path d="m20 20-4.5-4.5"/>`,
  register: svg`<circle cx="10" cy="8" r="4"/><path d="M3 20a7 7 0 0 1 12-5m3 0v6m-3-3h6"/>`,
  "in-house": svg`<path d="M4 5h16v15H4zM4 10h16M9 5v5"/>`,
  activity: svg`<path d="M4 6h16M4 12h16M4 18h10"/>`,
  rules: svg`<path d="M5 3h11l3 3v15H5zM9 9h6M9 13h6M9 17h3"/>`,
  desks: svg`<circle cx="6" cy="6" r="2.5"/><circle cx="18" cy="6" r="2.5"/><circle cx="12" cy="18" r="2.5"/><path d="M8.5 6h7M7 8.300l4 7.400m6-7.400-4 7.400"/>`,
  readiness: svg`<path d="M9 4h6v3H9zM9 5H5v16h14V5h-4M8.500 14l2.500 2.500 4.500-5"/>`,
  settings: svg`<path d="M4 7h10m4 0h2M4 17h2m4 0h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>`,
  exceptions: svg`<path d="m12 3 9 9-9 9-9-9zM12 8v5m0 3v.010"/>`,
  export: svg`<path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6z"/>`,
  outage: svg`<path d="m3 3 18 18M12 19v.010M8.500 15.500a5 5 0 0 1 7 0M5 12a10 10 0 0 1 5-2.700M14 9.300A10 10 0 0 1 19 12M2 8.500A15 15 0 0 1 6 6m4-1.300A15 15 0 0 1 22 8.500"/>`,
  fold: svg`<path d="m6 6 6 6-6 6M13 6l6 6-6 6"/>`,
  unfold: svg`<path d="m18 6-6 6 6 6M11 6l-6 6 6 6"/>`,
  tick: svg`<path d="m4 13 5 5L20 6"/>`,
  info: svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v6m0-9.500v.010"/>`,
  attention: svg`<path d="M12 4 2.500 20h19zM12 10v5m0 2.500v.010"/>`,
  stop: svg`<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5m0 3v.010"/>`,
};

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
