/** On the Export page: which outages are kept, until when, what forgetting one takes away, and its receipt. */

import type { PastOutageView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, kindCountToText } from "../words.ts";

export class PurgeSection extends View {
  static override properties = { ...View.properties, only: { attribute: false }, asked: { state: true } };
  /** One outage alone; left out: all. */
  declare only: number | undefined;
  /** The outage that somebody is about to forget. */
  declare asked: number | undefined;

  protected override render(): TemplateResult {
    const { outcome } = this.model;
    const outages = (this.model.outages ?? []).filter(
      ({ number }) => this.only === undefined || number === this.only,
    );
    return html`<section class="sheet pad" aria-labelledby="purge-title"><h2 id="purge-title">${t`Forgetting patrons`}</h2>
      <p class="quiet">${withIls(this.model, (name) => t`Once ${name} has everything, the scans of an outage are destroyed on every desk. Numbers stay.`, t`Once the library system has everything, the scans of an outage are destroyed on every desk. Numbers stay.`)}</p>
      ${outcome?.route === "purge" ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role=${outcome.isGood ? "status" : "alert"}><p>${outcome.text}</p></div>` : nothing}
      ${outages.length === 0 ? html`<p class="quiet">${t`There was no outage yet.`}</p>` : outages.map((one) => this.#outage(one))}
    </section>`;
  }

  #outage(outage: PastOutageView): TemplateResult {
    const { number, purged, obstacles, closedAt } = outage;
    const may =
      purged === undefined && (obstacles.length === 0 || (obstacles.length === 1 && outage.needsReason));
    const [tone, word] = purged
      ? ["good", t`forgotten`]
      : may
        ? ["wait", t`may be forgotten`]
        : ["", t`kept`];
    return html`<article class="batch" data-outage=${number}>
      <h3>${t`Outage ${number}`} <span class="chip ${tone}">${word}</span>
        ${closedAt === undefined ? nothing : html`<span class="quiet small">${t`closed`} ${this.#moment(closedAt)}</span>`}</h3>
      <p>${countsToText(outage)}</p>
      ${purged ? this.#receipt(purged) : obstacles.map((text) => html`<p class="quiet">${t`Kept: ${text}`}</p>`)}
      ${may ? (this.asked === number ? this.#form(outage) : this.#offer(outage)) : nothing}
    </article>`;
  }

  #offer({ number, purgeAt }: PastOutageView): TemplateResult {
    return html`<p class="quiet">${purgeAt === undefined ? nothing : html`${t`Forgotten by itself:`} ${this.#moment(purgeAt)}.`}</p>
      <p><button type="button" class="button" data-ask=${number} @click=${() => this.#ask(number)}>${t`Forget outage ${number} now…`}</button></p>`;
  }

  #form({ number, needsReason }: PastOutageView): TemplateResult {
    const desks = this.model.state?.desks.desks.length ?? 1;
    const where =
      desks === 1
        ? t`On this desk`
        : t`On all ${desks} desks, also on those that are off, once they come back,`;
    return html`<form class="form" @submit=${this.#purge} @keydown=${onlyCtrlEnter}>
      <div class="note wait wide"><p>${html`<b>${t`This can't be undone.`}</b>`} ${withIls(this.model, (name) => t`${where} these are destroyed: cards, names, items, notes and who lent what in outage ${number}, and older extracts of ${name}. Desks no longer know its loans until a newer extract is imported. How much was done, by desk and hour, stays.`, t`${where} these are destroyed: cards, names, items, notes and who lent what in outage ${number}, and older extracts of the library system. Desks no longer know its loans until a newer extract is imported. How much was done, by desk and hour, stays.`)}</p></div>
      <div class="field"><label for="purge-number">${t`Type ${number} to confirm`}</label>
        <input id="purge-number" name="purge-number" type="text" inputmode="numeric" pattern=${String(number)} required autocomplete="off" /></div>
      ${
        needsReason
          ? html`<div class="field wide"><label for="purge-reason">${t`Why may entries go that no file holds?`}</label>
            <input id="purge-reason" name="purge-reason" type="text" minlength="3" maxlength="200" required autocomplete="off" /></div>`
          : nothing
      }
      <div class="actions wide"><button type="button" class="button" @click=${() => this.#ask(undefined)}>${t`Keep`}</button>
        <button class="button main">${t`Forget on every desk`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
    </form>`;
  }

  #receipt({ at, by, reason, desks }: NonNullable<PastOutageView["purged"]>): TemplateResult {
    const waiting = desks.filter(({ done }) => !done).map(({ name }) => name);
    return html`<p>${t`Forgotten`} ${this.#moment(at)}${t`${by === undefined ? t`, when it was due` : t` by ${by}`}: destroyed on ${desks.length - waiting.length} of ${countToText(desks.length, t`desk`, t`desks`)}.`}
      ${waiting.length === 0 ? nothing : html`${rich`${html`<b>${waiting.join(", ")}</b>`} ${waiting.length === 1 ? t`follows` : t`follow`} when back on the network.`}`}
      ${reason === undefined ? nothing : html`<span class="quiet">${reason}</span>`}</p>
      <p class="quiet">${t`Delete exported files and the lists that were imported, where they lie: the program never touches those.`}</p>`;
  }

  #moment(instant: string): string {
    return instantToMoment(instant, timezoneOf(this.model));
  }

  #ask(outage: number | undefined): void {
    const before = this.asked;
    this.asked = outage;
    const next = outage === undefined ? `[data-ask="${before}"]` : "#purge-number";
    setTimeout(() => this.querySelector<HTMLElement>(next)?.focus());
  }

  #purge = (event: Event): void => {
    event.preventDefault();
    const outage = this.asked;
    if (outage === undefined || this.field("purge-number") !== String(outage)) return;
    const reason = this.field("purge-reason");
    this.asked = undefined;
    this.send({ kind: "purge", outage, ...(reason === "" ? {} : { reason }) });
  };
}

function countsToText({ counts }: PastOutageView): string {
  return counts.length === 0
    ? t`Nothing was recorded.`
    : `${counts.map(({ kind, count }) => kindCountToText(kind, count)).join(", ")}.`;
}

customElements.define("dm-purges", PurgeSection);
