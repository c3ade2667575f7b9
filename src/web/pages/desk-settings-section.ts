/** On the Settings page: what is set at this desk alone, in this browser. Each change counts at once. */

import { instantToMoment } from "../banner.ts";
import { type DeskSettings, standardSettings } from "../desk-settings.ts";
import { type KeyProfile, PROFILE_NAMES, PROFILES } from "../keys.ts";
import { t } from "../language.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";

type Name = Exclude<keyof DeskSettings, "changed" | "keys">;

const PAPERS = [
  ["80", t`Printer with 80 mm paper`],
  ["58", t`Printer with 58 mm paper`],
  ["none", t`No printer: show due dates large`],
] as const;

export class DeskSettingsSection extends View {
  protected override render(): TemplateResult {
    const { settings } = this.model.counter;
    return html`<section class="sheet pad"><h2>${t`This desk`} <span class="chip">${t`${this.model.state?.desk?.name ?? ""} alone`}</span></h2>
      <div class="form">
        ${this.#choice("paper", t`Slips`, PAPERS)}
        ${this.#choice(
          "profile",
          t`Keys as in`,
          PROFILES.map((name) => [name, PROFILE_NAMES[name]] as const),
        )}
        <div class="field" data-setting="volume"><label for="own-volume">${t`Volume`}</label>
          <input id="own-volume" type="range" min="0" max="1" step="0.1" .value=${String(settings.volume)} aria-describedby="own-volume-said"
            @change=${(event: Event) => this.send({ kind: "change-desk", change: { volume: Number((event.target as HTMLInputElement).value) } })} />${this.#said("volume")}</div>
        ${this.#tick("isMuted", t`Muted: no sound here`)}
        ${this.#tick("startStop", t`The scanner sends start and stop letters (A…B, *…*): leave them out`)}
        ${this.#tick("silence", t`The scanner sends no Enter: a code ends after 80 ms of silence`)}
        ${this.#tick("isPanelFolded", t`Loans and messages beside the scan field are folded away`)}
        ${this.#tick("reopen", t`F8 opens the patron before, also after the screen was hidden`)}
      </div>
      <div class="actions"><button type="button" class="button" @click=${() => this.send({ kind: "test-sound" })}>${t`Test the sound`}</button>
        <a class="button" href="#/scanner">${t`Scanner set-up`}</a>
        <button type="button" class="button" @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "help" } })}>${t`Keys`}</button></div>
    </section>`;
  }

  #choice(
    name: "paper" | "profile",
    word: string,
    choices: readonly (readonly [string, string])[],
  ): TemplateResult {
    const value = this.model.counter.settings[name];
    const change = (event: Event): void => {
      const chosen = (event.target as HTMLSelectElement).value;
      const made =
        name === "paper" ? { paper: chosen as DeskSettings["paper"] } : { profile: chosen as KeyProfile };
      this.send({ kind: "change-desk", change: made });
    };
    return html`<div class="field" data-setting=${name}><label for=${`own-${name}`}>${word}</label><select id=${`own-${name}`} @change=${change} aria-describedby=${`own-${name}-said`}>
      ${choices.map(([each, text]) => html`<option value=${each} ?selected=${each === value}>${text}</option>`)}</select>${this.#said(name)}</div>`;
  }

  #tick(
    name: "isMuted" | "startStop" | "silence" | "isPanelFolded" | "reopen",
    text: string,
  ): TemplateResult {
    const change = (event: Event): void =>
      this.send({ kind: "change-desk", change: { [name]: (event.target as HTMLInputElement).checked } });
    return html`<div class="field" data-setting=${name}><label class="tick"><input id=${`own-${name}`} type="checkbox" .checked=${this.model.counter.settings[name]}
      aria-describedby=${`own-${name}-said`} @change=${change} /> ${text}</label>${this.#said(name)}</div>`;
  }

  #said(name: Name): TemplateResult {
    const { settings } = this.model.counter;
    const change = settings.changed[name];
    const when = change === undefined ? "" : instantToMoment(change.at, timezoneOf(this.model));
    const text =
      settings[name] === standardSettings[name]
        ? t`As it came.`
        : change === undefined
          ? t`Changed at this desk.`
          : change.by === ""
            ? t`Set here ${when}.`
            : t`Set here by ${change.by}, ${when}.`;
    return html`<p class="small quiet" id=${`own-${name}-said`}>${text}</p>`;
  }
}

customElements.define("dm-desk-settings", DeskSettingsSection);
