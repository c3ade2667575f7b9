/** How far the outage's scans have got: made, copied, in a file, loaded, deleted; a bar each against what was made. */
import { html, svg, type TemplateResult } from "../lit.ts";

export interface Stage {
  readonly name: string;
  readonly word: string;
  readonly count: number;
}

const WIDTH = 560;
const BAR = { left: 120, width: 360, height: 20, step: 32 };

export function pipelinePicture(stages: readonly Stage[]): TemplateResult {
  const most = Math.max(1, ...stages.map((stage) => stage.count));
  const height = stages.length * BAR.step;
  return html`<svg class="picture small-picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${stages.map((stage) => `${stage.word} ${stage.count}`).join(", ")}>
    ${stages.map((stage, index) => {
      const y = index * BAR.step + 4;
      return svg`<text class="word" x="0" y=${y + 15}>${stage.word}</text>
        <rect class="bar-back" x=${BAR.left} y=${y} width=${BAR.width} height=${BAR.height} rx="3"/>
        <rect class="bar-full" x=${BAR.left} y=${y} width=${Math.round((BAR.width * stage.count) / most)} height=${BAR.height} rx="3"/>
        <text class="word strong" x=${BAR.left + BAR.width + 10} y=${y + 15}>${stage.count}</text>`;
    })}</svg>`;
}
