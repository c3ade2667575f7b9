/** On the supervisor's page: the outage in numbers, and as a picture desk by desk. */

import type { BatchView } from "../../node/http/api.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { pacePicture } from "../pictures/pace-picture.ts";
import { pipelinePicture, type Stage } from "../pictures/pipeline-picture.ts";
import { timelinePicture } from "../pictures/timeline-picture.ts";
import { type Model, outageToShow, timezoneOf } from "../store.ts";
import { kindCountToText, spanToText } from "../words.ts";

export class PictureSection extends View {
  static override properties = { ...View.properties, half: { attribute: false } };
  declare half: "numbers" | "timeline";

  protected override render(): TemplateResult {
    return this.half === "numbers" ? this.#numbers() : this.#timeline();
  }

  #numbers(): TemplateResult {
    const { outage } = this.model.state ?? {};
    const { timeline } = this.model.office;
    const now = Date.now();
    const isOn = outage?.since !== undefined && outage.state !== "closed" && outage.state !== "standby";
    const stages = modelToStages(this.model);
    return html`<section class="sheet pad"><h2>${t`From scan to library system`}</h2>
      <dl class="tiles">${stages.filter((stage) => !BEHIND.has(stage.name)).map((stage) => html`<div class=${stage.name === "waiting" ? "now" : ""}><dt>${stage.word}</dt><dd>${stage.count}</dd></div>`)}</dl>
      ${isOn ? html`<p>${rich`${html`<b>${spanToText(now - Date.parse(outage.since ?? ""))}</b>`} since the outage began.`}</p>` : nothing}
      ${timeline === undefined ? nothing : html`<p>${kindsToText(timeline.desks) || t`Nothing recorded yet.`}</p>`}
      <details class="proof"><summary>${t`Details: how far, how fast`}</summary>
        <h3>${t`How far it has got`}</h3>${pipelinePicture(stages)}
        ${timeline === undefined ? nothing : html`<h3>${t`How busy the desks are`}</h3>${pacePicture(timeline, timezoneOf(this.model), now)}`}</details>
    </section>`;
  }

  #timeline(): TemplateResult {
    const { timeline } = this.model.office;
    return html`<section class="sheet pad"><h2>${t`This outage, desk by desk`}</h2>
      ${timeline === undefined ? html`<p class="quiet">${t`Reading…`}</p>` : timelinePicture(timeline, timezoneOf(this.model), Date.now())}</section>`;
  }
}

/** Not among the large numbers: the picture has them. */
const BEHIND: ReadonlySet<string> = new Set(["copied"]);

/** Batches of the outage that scans go to now, whatever became of them, but withdrawn ones. */
function batchesNow({ batches = [], state }: Model): readonly BatchView[] {
  return batches.filter(
    (batch) => state !== undefined && batch.outage === outageToShow(state) && batch.state !== "withdrawn",
  );
}

/** How many of this outage's scans are where. */
export function modelToStages(model: Model): readonly Stage[] {
  const { desks, matrix } = model.state?.desks ?? { desks: [], matrix: [] };
  const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
  const copied = matrix.map(({ made, held }) =>
    Math.max(0, ...held.filter(({ by }) => by !== made).map(({ count }) => count)),
  );
  const inFiles = batchesNow(model);
  const lines = (list: readonly BatchView[]): number =>
    sum(list.flatMap((batch) => batch.counts.map((count) => count.written + count.extra)));
  return [
    { name: "recorded", word: t`recorded`, count: sum(desks.map((desk) => desk.made)) },
    { name: "here", word: t`here`, count: sum(desks.map((desk) => desk.here)) },
    { name: "copied", word: t`copied`, count: sum(copied) },
    { name: "waiting", word: t`waiting`, count: model.state?.waiting ?? 0 },
    { name: "in-a-file", word: t`in a file`, count: lines(inFiles) },
    {
      name: "loaded",
      word: t`loaded`,
      count: lines(inFiles.filter((batch) => batch.state.startsWith("loaded"))),
    },
  ];
}

function kindsToText(
  desks: readonly { readonly ticks: readonly { readonly kind: string; readonly count: number }[] }[],
): string {
  const sums = new Map<string, number>();
  for (const { kind, count } of desks.flatMap((desk) => desk.ticks))
    sums.set(kind, (sums.get(kind) ?? 0) + count);
  const said = [...sums].map(([kind, count]) => kindCountToText(kind, count));
  return said.length === 0 ? "" : `${said.join(", ")}.`;
}

customElements.define("dm-picture", PictureSection);
