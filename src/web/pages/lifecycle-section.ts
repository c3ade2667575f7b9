/**
 * On the supervisor's page: the outage from its opening to its close. Each move is an entry of the record with who, why
 * and who told them, and is asked for once more before it is made.
 */

import type { OutageState } from "../../node/http/api.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { nameOfIls } from "../ils.ts";
import type { OutageMove } from "../intent.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { isSupervisor, timezoneOf } from "../store.ts";
import { countToText, sinceToText } from "../words.ts";
import { outageRecord } from "./outage-record.ts";

type Move = Exclude<OutageMove, "desk-done" | "down-here" | "works-here">;

const STATES: readonly (readonly [OutageState, string])[] = [
  ["standby", t`Standby`],
  ["open", t`Outage`],
  ["closing", t`Ending`],
  ["loading", t`Loading`],
  ["closed", t`Closed`],
];

const MOVES: Readonly<Record<OutageState, readonly Move[]>> = {
  standby: ["open"],
  open: ["closing"],
  closing: ["open-again", "close"],
  loading: ["open-again", "close"],
  closed: ["open"],
};

const WORDS: Readonly<Record<Move, readonly [button: string, question: string, confirm: string]>> = {
  open: [
    t`Start an outage…`,
    t`Every desk then records here, not in the library system.`,
    t`Start the outage`,
  ],
  closing: [
    t`The library system is back…`,
    t`Desks go on recording here until you say that the file is loaded.`,
    t`It is back`,
  ],
  "open-again": [t`It is down again…`, t`Every desk goes on recording here.`, t`It is down again`],
  close: [
    t`Close the outage…`,
    t`Every desk goes back to the library system. Nothing may wait, and every file must be loaded.`,
    t`Close the outage`,
  ],
};

type Words = (typeof WORDS)[Move];

/** The same where staff have a name for their ILS. */
const NAMED: Readonly<Partial<Record<Move, (name: string) => Words>>> = {
  open: (name) => [WORDS.open[0], t`Every desk then records here, not in ${name}.`, WORDS.open[2]],
  closing: (name) => [t`${name} is back…`, WORDS.closing[1], WORDS.closing[2]],
  close: (name) => [
    WORDS.close[0],
    t`Every desk goes back to ${name}. Nothing may wait, and every file must be loaded.`,
    WORDS.close[2],
  ],
};

const SCOPES = [
  ["unknown", t`Nobody knows yet`],
  ["this-desk", t`This desk alone`],
  ["branch", t`This branch`],
  ["several", t`Several branches`],
] as const;

export class LifecycleSection extends View {
  static override properties = { ...View.properties, asked: { state: true } };
  /** The move that waits for its reason. */
  declare asked: Move | undefined;

  protected override render(): TemplateResult {
    const { outage } = this.model.state ?? {};
    if (outage === undefined) return html``;
    const since =
      outage.since === undefined ? "" : sinceToText(outage.since, timezoneOf(this.model), Date.now());
    const isOn = outage.state === "open" || outage.state === "closing" || outage.state === "loading";
    // Anybody may start one; what comes after is a supervisor's.
    const moves = MOVES[outage.state].filter((move) => move === "open" || isSupervisor(this.model));
    return html`<section class="sheet pad" aria-labelledby="life-title"><h2 id="life-title">${t`The outage`}</h2>
      <ol class="steps" aria-label=${t`Where the outage stands`}>${STATES.map(
        ([state, word], index) =>
          html`<li aria-current=${state === outage.state ? "step" : nothing}><b>${index + 1}</b>${word}</li>`,
      )}</ol>
      <p class="quiet">${t`${isOn ? t`Outage ${outage.number}${since === "" ? "" : t`, since ${since}`}. ` : ""}Each step is an entry in the record, and every desk shows it.`}</p>
      <div class="row">${moves.map(
        (move) =>
          html`<button type="button" class="button" data-move=${move} aria-expanded=${this.asked === move ? "true" : "false"} @click=${() => this.#ask(move)}>${this.#words(move)[0]}</button>`,
      )}
        ${moves.length < MOVES[outage.state].length ? html`<button type="button" class="button" @click=${() => this.send({ kind: "ask-supervisor" })}>${t`Sign in to move it on`}</button>` : nothing}
        ${isOn ? html`<button type="button" class="button" @click=${() => this.send({ kind: "move-outage", move: "desk-done" })}>${t`Done at this desk`}</button>` : nothing}</div>
      ${this.asked !== undefined && moves.includes(this.asked) ? this.#form(this.asked) : nothing}
      ${outageRecord(outage, timezoneOf(this.model), nameOfIls(this.model))}
      ${isOn ? this.#calling() : nothing}
    </section>`;
  }

  #words(move: Move): Words {
    const name = nameOfIls(this.model);
    return (name === undefined ? undefined : NAMED[move]?.(name)) ?? WORDS[move];
  }

  #form(move: Move): TemplateResult {
    const [, question, confirm] = this.#words(move);
    const { waiting = 0 } = this.model.state ?? {};
    return html`<form class="form" @submit=${(event: Event) => this.#move(event, move)} @keydown=${onlyCtrlEnter}>
      <div class="note ${move === "close" ? "wait" : ""} wide"><p>${question}</p>
        ${move === "close" && waiting > 0 ? html`<p>${rich`${html`<b>${countToText(waiting, t`scan waits`, t`scans wait`)}</b>`} for a file.`}</p>` : nothing}</div>
      ${move === "open" ? this.#opening() : nothing}
      ${
        move === "open"
          ? nothing
          : html`<div class="field"><label for="move-told">${t`Who told you? (may be left out)`}</label>
            <input id="move-told" name="move-told" maxlength="80" autocomplete="off" /></div>`
      }
      <div class="field ${move === "open" ? "wide" : ""}"><label for="move-reason">${t`${move === "open" ? t`What happened?` : t`Remark`} (may be left out)`}</label>
        <input id="move-reason" name="move-reason" maxlength="200" autocomplete="off" /></div>
      <div class="actions wide"><button type="button" class="button" @click=${() => this.#ask(undefined)}>${t`Leave it as it is`}</button>
        <button class="button main">${confirm} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  /** Help desk, other branches: more calls come while it lasts. */
  #calling(): TemplateResult {
    return html`<form class="row" @submit=${this.#call}>
      <div class="field grow"><label for="call-who">${t`Another call: who was called, and what was said?`}</label>
        <input id="call-who" name="call-who" required minlength="2" maxlength="80" autocomplete="off" /></div>
      <button class="button">${t`Note the call`}</button></form>`;
  }

  #call = (event: Event): void => {
    event.preventDefault();
    const who = this.field("call-who");
    (event.target as HTMLFormElement).reset();
    this.send({ kind: "office-call", who });
  };

  #opening(): TemplateResult {
    return html`<div class="field"><label for="move-scope">${t`Where is it down?`}</label><select id="move-scope" name="move-scope">
        ${SCOPES.map(([value, word]) => html`<option value=${value}>${word}</option>`)}</select></div>
      <div class="field"><label for="move-called">${t`Whom did you call? (may be left out)`}</label>
        <input id="move-called" name="move-called" maxlength="80" autocomplete="off" /></div>`;
  }

  #ask(move: Move | undefined): void {
    const before = this.asked;
    this.asked = move === this.asked ? undefined : move;
    const next = this.asked === undefined ? `[data-move="${before}"]` : "#move-scope, #move-told";
    setTimeout(() => this.querySelector<HTMLElement>(next)?.focus());
  }

  #move(event: Event, move: Move): void {
    event.preventDefault();
    const [scope, called, toldBy, reason] = ["move-scope", "move-called", "move-told", "move-reason"].map(
      (name) => this.field(name),
    );
    this.asked = undefined;
    this.send({
      kind: "office-move",
      move,
      body: {
        ...(scope ? { scope } : {}),
        ...(called ? { called: [{ who: called, at: new Date().toISOString() }] } : {}),
        ...(toldBy ? { toldBy } : {}),
        ...(reason ? { reason } : {}),
      },
    });
  }
}

customElements.define("dm-lifecycle", LifecycleSection);
