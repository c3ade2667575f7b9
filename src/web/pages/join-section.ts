/**
 * First run, the other way: this PC becomes a desk of a branch that exists, by the four words or by an invite. Nothing of
 * that branch but its name is shown before both screens have said yes.
 */

import type { JoinsView } from "../../node/http/api.ts";
import { wordsNote } from "../elements/join-parts.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";

export class JoinSection extends View {
  protected override render(): TemplateResult {
    const joins = this.model.state?.joins ?? { heard: [], requests: [], locked: false };
    return html`<section class="sheet pad" aria-labelledby="j-title">
      <h2 id="j-title">${t`Join a branch that exists`}</h2>
      <div role="status">${joins.failure === undefined ? nothing : html`<div class="note stop"><p>${joins.failure}</p></div>`}
        ${joins.asked ? this.#asked(joins.asked) : nothing}</div>
      ${joins.asked ? nothing : this.#ask(joins)}
    </section>`;
  }

  #asked(asked: NonNullable<JoinsView["asked"]>): TemplateResult {
    const answer = (matches: boolean) => () => this.send({ kind: "join-decide", id: asked.id, matches });
    return html`<h3>${asked.name}</h3>
      ${
        asked.confirmed
          ? html`<p>${rich`Waiting for somebody at the other desk: Desks, then “They match”. There it must say ${html`<strong>${asked.words.join(" · ")}</strong>`}.`}</p>
            <div class="actions"><button type="button" class="button" @click=${answer(false)}>${t`Stop asking`}</button></div>`
          : wordsNote(
              asked.words,
              { match: answer(true), differ: answer(false) },
              { match: t`They match`, differ: t`They differ` },
            )
      }`;
  }

  #ask(joins: JoinsView): TemplateResult {
    const desk = this.model.state?.firstRun?.desk ?? t`Desk 2`;
    return html`<form class="form" @submit=${this.#join}>
      <div class="field wide"><label for="j-desk">${t`Name of this desk`}</label><input id="j-desk" name="join-desk" required maxlength="40" autocomplete="off" .value=${desk} /></div>
      <div class="field wide"><label for="j-invite">${t`Invite: a line that another desk made (Desks, Invite a desk)`}</label>
        <input id="j-invite" name="invite" autocomplete="off" spellcheck="false" placeholder="deskmesh1.…" /></div>
      <div class="actions wide"><button class="button">${t`Join with this invite`}</button></div>
    </form>
    <h3>${t`Or ask a branch on this network`}</h3>
    ${
      joins.heard.length === 0
        ? html`<p class="quiet">${t`No branch is heard yet. Is another desk on? Some networks filter this: type its address.`}</p>`
        : html`<ul class="plain">${joins.heard.map(
            ({ branch, name }) =>
              html`<li><button type="button" class="button" @click=${() => this.#askFor({ branch })}>${t`Ask ${name}`}</button></li>`,
          )}</ul>`
    }
    <form class="form" @submit=${this.#askAddress}>
      <div class="field wide"><label for="j-address">${t`Address of a desk`}</label><input id="j-address" name="address" required autocomplete="off" placeholder="192.168.1.20" /></div>
      <div class="actions wide"><button class="button">${t`Ask this address`}</button></div>
    </form>`;
  }

  #askFor(target: { readonly branch?: string; readonly address?: string }): void {
    this.send({ kind: "join-ask", ...target, desk: this.field("join-desk") });
  }

  #join = (event: Event): void => {
    event.preventDefault();
    const invite = this.field("invite");
    if (invite !== "") this.send({ kind: "join-invite", invite, desk: this.field("join-desk") });
  };

  #askAddress = (event: Event): void => {
    event.preventDefault();
    this.#askFor({ address: this.field("address") });
  };
}

customElements.define("dm-join", JoinSection);
