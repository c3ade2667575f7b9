/**
 * On the report of a file: sending it line by line to a SIP2 server instead of loading the file, how far that is, and what
 * a person says of lines that have no answer. The password goes out with the act and out of its field.
 */
import type { BatchView, ReplayView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { withIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, repeat, type TemplateResult, View } from "../lit.ts";
import {
  ANSWER_WITHIN,
  batchToStand,
  fieldsToRequest,
  type LineChoice,
  REPLAY_TICKS,
  type ReplayStand,
  type ReplayTick,
  unknownNumbers,
} from "../replay-form.ts";
import { timezoneOf } from "../store.ts";

const CHOICES: readonly (readonly [LineChoice, string])[] = [
  ["there", t`It is there: don’t send it`],
  ["again", t`It isn’t there: send it again`],
  ["leave", t`I do it by hand`],
];

export class ReplaySection extends View {
  static override properties = { ...View.properties, batch: { attribute: false }, isAsked: { state: true } };
  declare batch: BatchView;
  declare isAsked: boolean;
  /** What was typed last, but for the password: the form goes while lines are sent, and comes back. */
  #kept: Readonly<Record<string, string>> = {};
  #stood: ReplayStand | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { replay } = this.batch;
    const stand = batchToStand(this.batch);
    if (stand === "ended" && replay === undefined) return nothing;
    return html`<section class="sheet pad" aria-labelledby="replay-title"><h2 id="replay-title" tabindex="-1">${replay === undefined ? t`Send it line by line` : t`Sent line by line`}</h2>
      ${replay === undefined ? html`<p class="quiet">${t`For a library system that loads no file but has a SIP2 server. Then don’t load the file as well.`}</p>` : this.#standing(replay)}
      ${this.#acts(stand)}</section>`;
  }

  #standing({ desk, done, refused, waiting, unknown, stopped, here, notes }: ReplayView): TemplateResult {
    const { progress } = this.model;
    const zone = timezoneOf(this.model);
    const isCounted = here && progress?.task === "replay" && progress.of !== undefined;
    return html`<p>${desk === undefined ? "" : t`${desk} is sending it now. `}${t`${done} accepted, ${refused} refused, ${unknown.length} without an answer, ${waiting} not sent yet.`}</p>
      ${isCounted ? html`<p class="progress"><progress max=${progress.of ?? 0} value=${progress.done} aria-label=${t`Lines sent`}></progress> ${t`${progress.done} of ${progress.of ?? 0} lines sent.`}</p>` : nothing}
      ${stopped === undefined ? nothing : html`<p role="status">${stopped}</p>`}
      ${notes.map((note) => html`<p class="quiet">${note}</p>`)}
      ${
        unknown.length === 0
          ? nothing
          : html`<div class="note wait"><p><b>${t`Nobody knows whether these arrived.`}</b> ${withIls(this.model, (name) => t`Look for them in ${name}; nothing is sent twice before somebody says so.`, t`Look for them in the library system; nothing is sent twice before somebody says so.`)}</p>
        <ul>${unknown.map((one) => html`<li>${t`Line ${one.line ?? "?"}`}, ${instantToMoment(one.at, zone)}${one.words === undefined ? "" : `: ${one.words}`}</li>`)}</ul></div>`
      }`;
  }

  #acts(stand: ReplayStand): TemplateResult | typeof nothing {
    if (stand === "ended") return nothing;
    if (stand === "split")
      return html`<p>${t`This file is in parts, which can’t be sent so. Withdraw it and make one that is whole.`}</p>`;
    if (stand === "here")
      return html`<div class="row"><button type="button" class="button" data-replay="stop" @click=${() => this.send({ kind: "office-stop-replay", id: this.batch.id })}>${t`Stop after this line`}</button></div>`;
    const word =
      stand === "elsewhere"
        ? t`Take it over…`
        : this.batch.replay === undefined
          ? t`Send it over SIP2…`
          : t`Go on…`;
    return html`<div class="row"><button type="button" class="button" data-replay="ask" aria-expanded=${this.isAsked ? "true" : "false"} @click=${this.#ask}>${word}</button></div>
      ${this.isAsked ? this.#form(stand) : nothing}`;
  }

  #form(stand: ReplayStand): TemplateResult {
    const { replay } = this.batch;
    return html`<form class="form" @submit=${this.#begin} @keydown=${onlyCtrlEnter}>
      ${this.#text("host", t`SIP2 server, by name or address`, { isNeeded: true, most: 253 })}
      <div class="field"><label for="sip-port">${t`Port`}</label>
        <input id="sip-port" name="sip-port" type="number" min="1" max="65535" step="1" required value=${this.#kept.port ?? "6001"} autocomplete="off" /></div>
      ${this.#tick("tls", t`Encrypted (TLS). Without it everything crosses the network readable, card numbers too.`)}
      ${this.#text("user", t`SIP2 user, where the server asks for one`)}
      <div class="field"><label for="sip-password">${t`Its password (kept nowhere)`}</label>
        <input id="sip-password" type="password" maxlength="100" autocomplete="off" /></div>
      ${this.#text("institution", t`Institution id (empty: what the server calls itself)`)}
      ${this.#text("location", t`Location code (may be empty)`)}
      <div class="field"><label for="sip-rate">${t`Lines a second at most (empty: 5)`}</label>
        <input id="sip-rate" name="sip-rate" value=${this.#kept.rate ?? ""} type="number" min="0.1" max="20" step="any" autocomplete="off" /></div>
      <div class="field"><label for="sip-within">${t`Seconds to wait for each answer (empty: 10)`}</label>
        <input id="sip-within" name="sip-within" value=${this.#kept.answerWithin ?? ""} type="number" min=${ANSWER_WITHIN.least} max=${ANSWER_WITHIN.most} step="any" autocomplete="off" /></div>
      ${
        // Another desk's line may still get its answer: what is left is asked about when this one has taken over.
        replay === undefined || stand === "elsewhere"
          ? nothing
          : repeat(
              unknownNumbers(replay),
              (line) => line,
              (line) => this.#line(line),
            )
      }
      ${this.#tick("goOn", t`Go on after a line that is refused`)}
      ${stand === "elsewhere" ? this.#tick("takeOver", t`Take over from ${replay?.desk ?? ""}: I have made sure that it sends nothing more`) : nothing}
      ${this.#tick("alone", t`Desks that are away send nothing of this: somebody has looked`)}
      ${this.#tick("anyway", t`Also to a server that says it takes nothing done while it was away: the help desk was asked`)}
      <div class="actions wide"><button type="button" class="button" @click=${this.#ask}>${t`Leave it as it is`}</button>
        <button class="button" data-replay="begin">${t`Begin sending`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #text(name: string, word: string, { isNeeded = false, most = 100 } = {}): TemplateResult {
    const id = `sip-${name}`;
    return html`<div class="field"><label for=${id}>${word}</label>
      <input id=${id} name=${id} dir="ltr" value=${this.#kept[name] ?? ""} ?required=${isNeeded} maxlength=${most} autocomplete="off" spellcheck="false" /></div>`;
  }

  #tick(name: ReplayTick, word: string): TemplateResult {
    return html`<label class="tick wide"><input type="checkbox" name=${`sip-${name}`} /> ${word}</label>`;
  }

  /** Nothing is chosen beforehand: only a person may send it again. */
  #line(line: number): TemplateResult {
    const id = `sip-line-${line}`;
    return html`<div class="field"><label for=${id}>${withIls(this.model, (name) => t`Line ${line}, in ${name}`, t`Line ${line}, in the library system`)}</label>
      <select id=${id} name=${id} data-line=${line} required><option value="">${t`Look there, then choose`}</option>
        ${CHOICES.map(([value, word]) => html`<option value=${value}>${word}</option>`)}</select></div>`;
  }

  /** The form or the button that had the focus goes when sending begins or ends. */
  protected override updated(): void {
    const stand = batchToStand(this.batch);
    if (this.#stood !== undefined && this.#stood !== stand && document.activeElement === document.body)
      (this.querySelector<HTMLElement>("[data-replay]") ?? this.querySelector<HTMLElement>("h2"))?.focus();
    this.#stood = stand;
  }

  #ask = (): void => {
    this.isAsked = !this.isAsked;
    const next = this.isAsked ? "#sip-host" : "[data-replay=ask]";
    setTimeout(() => this.querySelector<HTMLElement>(next)?.focus());
  };

  #begin = (event: Event): void => {
    event.preventDefault();
    const password = this.querySelector<HTMLInputElement>("#sip-password")?.value ?? "";
    const isTicked = (name: ReplayTick): boolean =>
      this.querySelector<HTMLInputElement>(`[name="sip-${name}"]`)?.checked ?? false;
    const ticks = Object.fromEntries(REPLAY_TICKS.map((name) => [name, isTicked(name)]));
    const lines = [...this.querySelectorAll<HTMLSelectElement>("[data-line]")].map(
      (one) => [Number(one.dataset.line), one.value as LineChoice] as const,
    );
    const kept = {
      host: this.field("sip-host"),
      port: this.field("sip-port"),
      user: this.field("sip-user"),
      institution: this.field("sip-institution"),
      location: this.field("sip-location"),
      rate: this.field("sip-rate"),
      answerWithin: this.field("sip-within"),
    };
    this.#kept = kept;
    const request = fieldsToRequest({
      ...kept,
      password,
      ticks: ticks as Record<ReplayTick, boolean>,
      lines,
    });
    this.#forget();
    this.send({ kind: "office-replay", id: this.batch.id, request });
  };

  /** What somebody has looked up counts once: a line that stays without an answer again is looked up again. */
  #forget(): void {
    for (const one of this.querySelectorAll<HTMLSelectElement | HTMLInputElement>(
      "[data-line], #sip-password",
    ))
      one.value = "";
    for (const name of ["takeOver", "alone", "anyway"]) {
      const box = this.querySelector<HTMLInputElement>(`[name="sip-${name}"]`);
      if (box !== null) box.checked = false;
    }
  }
}

customElements.define("dm-replay", ReplaySection);
