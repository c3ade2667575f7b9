/** How busy the desks are: records per five minutes as bars, oldest left. */

import type { TimelineView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, svg, type TemplateResult } from "../lit.ts";
import { instantToTime } from "../words.ts";
import { viewToSlots } from "./geometry.ts";

const WIDTH = 560;
const HEIGHT = 110;

export function pacePicture(view: TimelineView, timezone: string, now: number): TemplateResult {
  const slots = viewToSlots(view, now);
  if (slots.length === 0) return html``;
  const most = Math.max(1, ...slots.map((slot) => slot.count));
  const step = WIDTH / slots.length;
  const minutes = slots.length > 1 ? ((slots[1]?.fromMs ?? 0) - (slots[0]?.fromMs ?? 0)) / 60_000 : 5;
  const time = (ms: number): string => instantToTime(new Date(ms).toISOString(), timezone);
  const fromMs = slots[0]?.fromMs ?? 0;
  return html`<p class="small quiet">${t`Records per ${minutes} minutes, at most ${most}`}</p>
    <svg class="picture small-picture" viewBox="0 0 ${WIDTH} ${HEIGHT + 24}" role="img" aria-label=${t`Records per ${minutes} minutes, at most ${most}`}>
    <path class="axis" d="M0 ${HEIGHT}H${WIDTH}"/>
    ${slots.map((slot, index) => {
      const height = Math.round((HEIGHT - 8) * (slot.count / most));
      return svg`<rect class="bar-full" x=${Math.round(index * step * 10) / 10} y=${HEIGHT - height} width=${Math.max(1, Math.round((step - 1) * 10) / 10)} height=${height}/>`;
    })}
    <text class="word quiet" x="0" y=${HEIGHT + 18}>${time(fromMs)}</text><text class="word quiet" x=${WIDTH} y=${HEIGHT + 18} text-anchor="end">${time(fromMs + slots.length * minutes * 60_000)}</text>
  </svg>`;
}
