/** Is this PC ready for the day the line fails? Ten checks, the big word first; staff say here what they tried out. */

import type { ReadinessCheck, ReadinessView } from "../../node/http/api.ts";
import { type IconName, icon } from "../elements/icons.ts";
import { pcNotes } from "../elements/pc-notes.ts";
import type { Intent } from "../intent.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { remedyToDoer } from "../remedy.ts";
import { type Route, routeToHash } from "../routes.ts";

const LEVELS: Readonly<
  Record<ReadinessCheck["level"], { readonly word: string; readonly chip: string; readonly icon: IconName }>
> = {
  green: { word: t`fine`, chip: "good", icon: "tick" },
  amber: { word: t`look`, chip: "wait", icon: "attention" },
  red: { word: t`mend`, chip: "stop", icon: "stop" },
};

/** Only a person can say that these worked. */
const TRIED: Readonly<Record<string, string>> = {
  printer: t`It printed`,
  scanner: t`It scans`,
  sound: t`I heard it`,
  practice: t`We practised`,
};

export class ReadinessPage extends View {
  protected override render(): TemplateResult {
    const { readiness, outcome } = this.model;
    const trouble = outcome?.route === "readiness" && !outcome.isGood ? outcome.text : "";
    return html`<div class="page wide">
      <h1 tabindex="-1">${t`Readiness`}</h1>
      <div role="status">${trouble === "" ? nothing : html`<div class="note stop"><p>${trouble}</p></div>`}
        ${pcNotes(this.model)}
        ${readiness === undefined ? html`<p class="quiet">${t`Looking at this PC…`}</p>` : summary(readiness)}</div>
      ${readiness === undefined ? nothing : this.#checks(readiness.checks)}
      <div class="actions"><button type="button" class="button" @click=${() => this.send({ kind: "office-sheet", sheet: "desk-card" })}>${t`Print the desk card`}</button><button type="button" class="button" @click=${() => this.send({ kind: "go", route: "readiness" })}>${t`Look again`}</button></div>
    </div>`;
  }

  /** What can be tried or mended from here. */
  #act(name: string, level: ReadinessCheck["level"]): TemplateResult | typeof nothing {
    const link = (route: Route, word: string): TemplateResult =>
      html`<br /><a class="button small" data-fix=${name} href=${routeToHash(route)}>${word}</a>`;
    const button = (word: string, intent: Intent): TemplateResult =>
      html`<br /><button type="button" class="button small" data-fix=${name} @click=${() => this.send(intent)}>${word}</button>`;
    switch (name) {
      case "printer":
        return button(t`Print a test slip`, { kind: "print-test" });
      case "scanner":
        return link("scanner", t`Scanner set-up`);
      case "sound":
        return button(t`Play the sounds`, { kind: "test-sound" });
      case "practice":
        return button(t`Practise`, { kind: "open-dialog", dialog: { kind: "status", part: "practice" } });
      case "peers":
      case "clock":
      case "patrons":
      case "blocks":
        return level === "green" ? nothing : link("desks", t`To the desks and their data`);
      default:
        return nothing;
    }
  }

  #checks(checks: readonly ReadinessCheck[]): TemplateResult {
    return html`<section class="sheet scroll" tabindex="0" aria-label=${t`Checks`}><table>
      <caption class="hidden">${t`Ten checks of this PC, and what to do`}</caption>
      <thead><tr><th scope="col">${t`Check`}</th><th scope="col">${t`State`}</th><th scope="col">${t`How it stands, and what to do`}</th></tr></thead>
      <tbody>${checks.map(({ name, title, level, text, remedy }) => {
        const { word, chip } = LEVELS[level];
        const tried = TRIED[name];
        return html`<tr><th scope="row">${title}</th>
          <td><span class="chip ${chip}">${icon(LEVELS[level].icon)} ${word}</span></td>
          <td>${text}${remedy === undefined ? nothing : html`<br />${toDo(remedy)}`}
          ${this.#act(name, level)}
          ${tried === undefined ? nothing : html`<br /><button type="button" class="button small" @click=${() => this.send({ kind: "note-test", test: name })}>${tried}<span class="hidden">: ${title}</span></button>`}</td></tr>`;
      })}</tbody></table></section>`;
  }
}

function toDo(remedy: string): TemplateResult {
  const doer = remedyToDoer(remedy);
  if (doer === "command")
    return html`<b>${t`To do:`}</b> ${rich`Ask your IT person to run ${html`<span class="code" dir="ltr">${remedy}</span>`}.`}`;
  return html`<b>${doer === "staff" ? t`To do:` : t`To do, with your IT person:`}</b> ${remedy}`;
}

/** The word that can be read from the door. */
function summary({ ready, checks }: ReadinessView): TemplateResult {
  const count = (level: ReadinessCheck["level"]): number =>
    checks.filter((one) => one.level === level).length;
  const open = count("red") + count("amber");
  const rest =
    open === 0 ? t`All ten checks are fine.` : t`${count("green")} of ${checks.length} checks are fine.`;
  return html`<div class="note ${ready ? "good" : "stop"}"><p><b class="verdict">${ready ? t`READY` : t`NOT READY`}</b><br />${rest}</p></div>`;
}

customElements.define("dm-readiness", ReadinessPage);
