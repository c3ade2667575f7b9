/**
 * On the Settings page: the version of this PC, and one that a supervisor offered to all desks. Offering and taking back
 * is a supervisor's, outside an outage; installing is for the PC's administrator (decision 0151).
 */

import type { UpdatesView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { isSupervisor, timezoneOf } from "../store.ts";
import { bytesToText } from "../words.ts";

/** The same in every language. */
const INSTALL = "sudo deskmesh update install";

type Offer = UpdatesView["offers"][number];

const SYSTEMS: Readonly<Record<string, string>> = { "linux-x64": "Linux", "win-x64": "Windows" };

export class UpdateSection extends View {
  protected override render(): TemplateResult {
    const { state, updates } = this.model;
    const update = state?.pc?.update;
    return html`<section class="sheet pad" aria-labelledby="update-title"><h2 id="update-title">${t`New version of the program`} <span class="chip">${t`all desks`}</span></h2>
      <p>${t`This PC runs version ${state?.version ?? ""}.`} ${update === undefined ? t`No newer one is offered to it.` : nothing}</p>
      ${update === undefined ? nothing : updateNote(update)}
      ${isSupervisor(this.model) ? (updates === undefined ? nothing : this.#offers(updates)) : this.#signIn()}
    </section>`;
  }

  #signIn(): TemplateResult {
    return html`<div class="actions"><button type="button" class="button" @click=${() => this.send({ kind: "ask-supervisor" })}>${t`Sign in to offer a version to all desks`}</button></div>`;
  }

  #offers({ offers, hold }: UpdatesView): TemplateResult {
    const isHeld = hold !== undefined;
    return html`${isHeld ? html`<div class="note wait"><p>${t`Not now: nothing is handed over or installed while an outage is open, or while this PC’s disk is nearly full.`}</p></div>` : nothing}
      ${
        offers.length === 0
          ? nothing
          : html`<div class="scroll" tabindex="0" role="region" aria-label=${t`Offered to all desks`}><table><caption class="hidden">${t`Offered to all desks`}</caption>
        <thead><tr><th scope="col">${t`Version`}</th><th scope="col">${t`For`}</th><th scope="col">${t`Offered`}</th><th scope="col">${t`At this PC`}</th></tr></thead>
        <tbody>${offers.map((offer) => this.#row(offer))}</tbody></table></div>
        <div class="actions"><button type="button" class="button" data-withdraw @click=${() => this.send({ kind: "office-withdraw-offer" })}>${t`Take the offer back`}</button></div>`
      }
      <form class="form" @submit=${this.#offer} @keydown=${onlyCtrlEnter}>
        <div class="field wide"><label for="update-path">${t`Package on this PC or on a stick, with its whole path`}</label>
          <input id="update-path" name="update-path" dir="ltr" required maxlength="4096" autocomplete="off" spellcheck="false" ?disabled=${isHeld} /></div>
        <div class="actions wide"><button class="button" ?disabled=${isHeld}>${t`Offer it to all desks`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #row({ version, platform, at, by, state, have, size, file }: Offer): TemplateResult {
    const when = instantToMoment(at, timezoneOf(this.model));
    const percent = Math.floor((100 * have) / Math.max(1, size));
    const here = {
      here: () =>
        html`<span class="chip good">${t`here, whole`}</span>${file === undefined ? nothing : html`<br /><span class="code small" dir="ltr">${file}</span>`}`,
      "on-its-way": () =>
        html`${t`on its way: ${percent} % of ${bytesToText(size)}`} <progress aria-label=${t`Fetched`} max="100" value=${percent}></progress>`,
      "not-needed": () => html`${t`not needed here`}`,
    }[state]();
    return html`<tr><th scope="row">${version}</th><td>${SYSTEMS[platform] ?? platform}</td><td>${when}${by === undefined ? nothing : t`, by ${by}`}</td><td>${here}</td></tr>`;
  }

  #offer = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "office-offer", path: this.field("update-path") });
  };
}

/** What everybody at this PC may know of it, with what to do now. */
export function updateNote({
  version,
  isHere,
}: {
  readonly version: string;
  readonly isHere: boolean;
}): TemplateResult {
  return isHere
    ? html`<div class="note info" data-testid="update"><p>${rich`${html`<b>${t`Version ${version} is here, whole.`}</b>`} Ask whoever looks after this PC to install it while no outage is open: ${html`<code dir="ltr">${INSTALL}</code>`}; on Windows by its install.cmd. Until then this PC works as it is.`}</p></div>`
    : html`<div class="note info" data-testid="update"><p>${rich`${html`<b>${t`Version ${version} is offered to this PC.`}</b>`} It comes from the other desks by itself while no outage is open. Leave this PC on; there is nothing to do yet.`}</p></div>`;
}

customElements.define("dm-updates", UpdateSection);
