/** On the Export page: which outages are kept, until when, what forgetting one takes away, and its receipt. */
import type { PastOutageView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, kindCountToText } from "../words.ts";

export class PurgeSection extends View {
  static override properties = { ...View.properties, asked: { state: true } };
  /** The outage that somebody is about to forget. */
  declare asked: number | undefined;

  protected override render(): TemplateResult {
    const { outages = [], outcome } = this.model;
    return html`<section class="sheet pad" aria-labelledby="purge-title"><h2 id="purge-title">Forgetting patrons</h2>
      <p class="quiet">Once the library system has everything, the scans of an outage are destroyed on every desk. Numbers stay.</p>
      ${outcome?.route === "purge" ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role=${outcome.isGood ? "status" : "alert"}><p>${outcome.text}</p></div>` : nothing}
      ${outages.length === 0 ? html`<p class="quiet">There was no outage yet.</p>` : outages.map((one) => this.#outage(one))}
    </section>`;
  }

  #outage(outage: PastOutageView): TemplateResult {
    const { number, purged, obstacles, closedAt } = outage;
    const may =
      purged === undefined && (obstacles.length === 0 || (obstacles.length === 1 && outage.needsReason));
    const [tone, word] = purged ? ["good", "forgotten"] : may ? ["wait", "may be forgotten"] : ["", "kept"];
    return html`<article class="batch" data-outage=${number}>
      <h3>Outage ${number} <span class="chip ${tone}">${word}</span>
        ${closedAt === undefined ? nothing : html`<span class="quiet small">closed ${this.#moment(closedAt)}</span>`}</h3>
      <p>${countsToText(outage)}</p>
      ${purged ? this.#receipt(purged) : obstacles.map((text) => html`<p class="quiet">Kept: ${text}</p>`)}
      ${may ? (this.asked === number ? this.#form(outage) : this.#offer(outage)) : nothing}
    </article>`;
  }

  #offer({ number, purgeAt }: PastOutageView): TemplateResult {
    return html`<p class="quiet">${purgeAt === undefined ? nothing : html`Forgotten by itself: ${this.#moment(purgeAt)}.`}</p>
      <p><button type="button" class="button" data-ask=${number} @click=${() => this.#ask(number)}>Forget outage ${number} now…</button></p>`;
  }

  #form({ number, needsReason }: PastOutageView): TemplateResult {
    const desks = this.model.state?.desks.desks.length ?? 1;
    const where =
      desks === 1
        ? "On this desk"
        : `On all ${desks} desks, also on those that are off, once they come back,`;
    return html`<form class="form" @submit=${this.#purge} @keydown=${onlyCtrlEnter}>
      <div class="note wait wide"><p><b>This can't be undone.</b> ${where} these are destroyed: cards, names, items, notes and who lent what in outage ${number}, and older extracts of the library system.
        Desks no longer know its loans until a newer extract is imported. How much was done, by desk and hour, stays.</p></div>
      <div class="field"><label for="purge-number">Type ${number} to confirm</label>
        <input id="purge-number" name="purge-number" type="text" inputmode="numeric" pattern=${String(number)} required autocomplete="off" /></div>
      ${
        needsReason
          ? html`<div class="field wide"><label for="purge-reason">Why may entries go that no file holds?</label>
            <input id="purge-reason" name="purge-reason" type="text" minlength="3" maxlength="200" required autocomplete="off" /></div>`
          : nothing
      }
      <div class="actions wide"><button type="button" class="button" @click=${() => this.#ask(undefined)}>Keep</button>
        <button class="button main">Forget on every desk <kbd>Ctrl Enter</kbd></button></div>
    </form>`;
  }

  #receipt({ at, by, reason, desks }: NonNullable<PastOutageView["purged"]>): TemplateResult {
    const waiting = desks.filter(({ done }) => !done).map(({ name }) => name);
    return html`<p>Forgotten ${this.#moment(at)}${by === undefined ? ", when it was due" : ` by ${by}`}: destroyed on ${desks.length - waiting.length} of ${countToText(desks.length, "desk", "desks")}.
      ${waiting.length === 0 ? nothing : html`<b>${waiting.join(", ")}</b> ${waiting.length === 1 ? "follows" : "follow"} when back on the network.`}
      ${reason === undefined ? nothing : html`<span class="quiet">${reason}</span>`}</p>
      <p class="quiet">Delete exported files and the lists that were imported, where they lie: the program never touches those.</p>`;
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
    ? "Nothing was recorded."
    : `${counts.map(({ kind, count }) => kindCountToText(kind, count)).join(", ")}.`;
}

/** A stray scan ends with Enter: nothing is forgotten by it. */
function onlyCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  if (event.ctrlKey) (event.currentTarget as HTMLFormElement).requestSubmit();
}

customElements.define("dm-purges", PurgeSection);
