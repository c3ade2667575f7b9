/** On the Desks page: who asks to join, inviting a desk, renaming and retiring one. */

import type { DeskView } from "../../node/http/api.ts";
import { wordsNote } from "../elements/join-parts.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";

type What = "retire" | "lost" | "was-off";

export class DeskActsSection extends View {
  protected override render(): TemplateResult {
    const { state, invite, outcome } = this.model;
    const joins = state?.joins ?? { heard: [], requests: [], locked: false };
    const desks = (state?.desks.desks ?? []).filter(({ standing }) => standing === "admitted");
    return html`${outcome?.route === "desks" ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role=${outcome.isGood ? "status" : "alert"}><p>${outcome.text}</p></div>` : nothing}
      ${(state?.desks.desks ?? []).some(({ self, twin }) => self && twin) ? this.#twin() : nothing}
      <div role="status">${joins.requests.map(
        (
          request,
        ) => html`<section class="note wait"><h2>${t`“${request.name}” asks to join, from ${request.address}`}</h2>
          ${wordsNote(
            request.words,
            { match: this.#decide(request.id, true), differ: this.#decide(request.id, false) },
            { match: t`They match: let it in`, differ: t`They differ: refuse` },
          )}</section>`,
      )}</div>
      <section class="sheet pad"><h2>${t`Another desk`}</h2>
        <p>${t`At a new PC choose the branch under “Join a branch that exists”: its words appear here. Or carry an invite there.`}</p>
        <div class="actions"><button type="button" class="button" @click=${() => this.send({ kind: "invite" })}>${t`Invite a desk`}</button></div>
        ${
          invite === undefined
            ? nothing
            : html`<div class="field wide"><label for="invite-line">${t`Invite, for one desk, once`}</label>
              <textarea id="invite-line" rows="4" readonly .value=${invite.invite} @focus=${selectAll}></textarea></div>
              <p class="quiet">${t`Copy the whole line. It ends in a few minutes; then make a new one.`}</p>`
        }
      </section>
      <details class="sheet pad"><summary>${t`Rename or retire a desk`}</summary>
        <form class="form" @submit=${this.#rename}>
          ${this.#chooser("rename-desk", t`Desk`, desks)}
          <div class="field"><label for="d-name">${t`New name`}</label><input id="d-name" name="rename-name" required maxlength="40" autocomplete="off" /></div>
          <div class="actions wide"><button class="button">${t`Rename`}</button></div>
        </form>
        <form class="form" @submit=${this.#act}>
          ${this.#chooser("act-desk", t`Desk`, (state?.desks.desks ?? []).filter(mayBeGivenUp))}
          <div class="field"><label for="d-what">${t`What is it?`}</label><select id="d-what" name="act-what">
            <option value="was-off">${t`It was off and made nothing`}</option>
            <option value="lost">${t`Its PC is broken: nothing more will come`}</option>
            <option value="retire">${t`Retire it for good (stolen, sold, replaced)`}</option></select></div>
          <div class="field wide"><label for="d-reason">${t`Reason, for the record`}</label><input id="d-reason" name="act-reason" required minlength="3" maxlength="200" autocomplete="off" /></div>
          <div class="actions wide"><button class="button">${t`Write it`}</button></div>
        </form>
        <p class="quiet">${t`What this desk holds of a retired one still counts. It can't come back: such a PC joins as a new desk.`}</p>
      </details>`;
  }

  #twin(): TemplateResult {
    return html`<section class="note stop"><h2>${t`Two PCs have this desk’s identity`}</h2>
      <p>${t`One disk is a copy of the other. Both record, and nothing is lost, but nobody can say which PC a scan was made at. At the PC that is the copy, give it a name of its own; leave the other as it is.`}</p>
      <form class="form" @submit=${this.#renew}>
        <div class="field"><label for="d-renew">${t`Name of the new desk`}</label><input id="d-renew" name="renew-name" required maxlength="40" autocomplete="off" /></div>
        <div class="actions wide"><button class="button">${t`This is the copy: make it a new desk`}</button></div>
      </form></section>`;
  }

  #chooser(name: string, label: string, desks: readonly DeskView[]): TemplateResult {
    return html`<div class="field"><label for=${name}>${label}</label><select id=${name} name=${name} required>
      ${desks.map((desk) => html`<option value=${desk.desk}>${desk.name}${desk.standing === "retired" ? t` (retired)` : desk.standing === "unknown" ? t` (not admitted)` : ""}</option>`)}</select></div>`;
  }

  #decide(id: string, matches: boolean): () => void {
    return () => this.send({ kind: "join-decide", id, matches });
  }

  #deskOf(name: string): DeskView | undefined {
    return this.model.state?.desks.desks.find(({ desk }) => desk === this.field(name));
  }

  #renew = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "renew-desk", name: this.field("renew-name") });
  };

  #rename = (event: Event): void => {
    event.preventDefault();
    const desk = this.#deskOf("rename-desk");
    if (desk) this.send({ kind: "rename-desk", desk, name: this.field("rename-name") });
  };

  #act = (event: Event): void => {
    event.preventDefault();
    const desk = this.#deskOf("act-desk");
    const what = this.field("act-what") as What;
    if (desk) this.send({ kind: "state-desk", desk, what, reason: this.field("act-reason") });
  };
}

/** One that is retired or that nobody admitted too, while what it is known to have made is waited for. */
function mayBeGivenUp({ self, standing, verdict }: DeskView): boolean {
  if (self) return false;
  return standing === "admitted" || (verdict !== "finished" && verdict !== "lost");
}

function selectAll(event: Event): void {
  (event.target as HTMLTextAreaElement).select();
}

customElements.define("dm-desk-acts", DeskActsSection);
