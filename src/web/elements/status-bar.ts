/**
 * The line at the foot of every page: this desk, the other desks, copies, clock, data, what waits, sound. In words, and
 * each of them opens what is behind it.
 */

import type { DeskView } from "../../node/http/api.ts";
import { type Copied, countCopying, noteCopied } from "../copying.ts";
import type { StatusPart } from "../counter.ts";
import { keyOf } from "../desk-settings.ts";
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { ageToText, offsetToText, sinceToText } from "../words.ts";

const CLOCK_LIMIT_MS = 120_000;
const OLD_DATA_MS = 86_400_000;
/** Ages are told in steps of as much: the line is no clock, and nobody is told of it while they read. */
const TICK_MS = 10_000;

type Tone = "good" | "wait" | "stop" | "none";

export class StatusBar extends View {
  #copied: Copied | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.#copied = noteCopied(this.#copied, this.model, Date.now());
  }

  protected override render(): TemplateResult {
    const { state, link, progress, counter } = this.model;
    const isMuted = counter.settings.isMuted || state?.settings?.sound === false;
    return html`<footer class="status" role="group" aria-label=${t`Status`}>
      ${this.#part("desk", link === "up" ? "good" : "stop", html`<b>${state?.desk?.name ?? t`This desk`}</b>`)}
      ${this.#who()}
      ${this.#desks()} ${this.#copies()} ${this.#clock()} ${this.#data()}
      <div class="grow"></div>
      ${
        progress === undefined
          ? nothing
          : html`<div class="item">${progress.text}
            <progress aria-label=${progress.text} max=${progress.of ?? nothing} value=${progress.of === undefined ? nothing : progress.done}></progress></div>`
      }
      ${this.#part("waiting", "none", t`${state?.waiting ?? 0} waiting for export`)}
      ${this.#part("sound", isMuted ? "wait" : "none", isMuted ? t`Muted` : t`Sound on`)}
      ${this.#part("practice", counter.isPractice ? "wait" : "none", counter.isPractice ? t`PRACTICE` : t`Practice off`)}
    </footer>`;
  }

  #part(part: StatusPart, tone: Tone, words: string | TemplateResult): TemplateResult {
    return html`<button type="button" class="item" data-testid=${`status-${part}`} aria-haspopup="dialog"
      @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "status", part } })}>${tone === "none" ? nothing : dot(tone)}<span>${words}</span></button>`;
  }

  #who(): TemplateResult {
    const { staff, signedIn } = this.model;
    const who =
      signedIn === undefined
        ? staff || t`Nobody named`
        : `${signedIn.user} · ${signedIn.role === "supervisor" ? t`supervisor` : t`signed in`}`;
    return html`<button type="button" class="item who" @click=${() => this.send({ kind: "change-staff" })}>
      <span>${who}</span> <span class="change">${t`Change`}</span> <kbd>${keyOf(this.model.counter.settings, "change-staff")}</kbd></button>`;
  }

  #desks(): TemplateResult {
    const all = this.model.state?.desks.desks ?? [];
    const away = all.filter(
      (desk) => !desk.linked && !desk.self && desk.verdict !== "finished" && desk.verdict !== "lost",
    );
    const here = all.filter((desk) => desk.linked || desk.self).length;
    const [first] = away;
    const since =
      first?.lastHeard === undefined
        ? ""
        : t` since ${sinceToText(first.lastHeard, timezoneOf(this.model), Date.now())}`;
    const count = t`${here} of ${all.length} desks`;
    const text =
      all.length <= 1
        ? t`No other desk`
        : away.length === 1
          ? t`${count} · ${first?.name ?? ""} away${since}`
          : count;
    return this.#part("desks", away.length > 0 ? "wait" : "good", text);
  }

  #copies(): TemplateResult {
    const { copying, isAlone } = countCopying(this.model);
    if (isAlone)
      return this.#part(
        "copies",
        copying === 0 ? "none" : "wait",
        copying === 0 ? t`Saved on this PC` : t`${copying} on this PC only`,
      );
    return this.#part("copies", "none", copying === 0 ? this.#allCopied() : t`${copying} copying`);
  }

  #allCopied(): string {
    const { sinceMs } = this.#copied ?? {};
    if (sinceMs === undefined) return t`All copied`;
    const age = Date.now() - sinceMs;
    return age < TICK_MS ? t`All copied · just now` : t`All copied · ${ageToText(age)} ago`;
  }

  #clock(): TemplateResult {
    const off = (this.model.state?.desks.desks ?? []).filter(
      (desk) => !desk.self && Math.abs(desk.offsetMs ?? 0) > CLOCK_LIMIT_MS,
    );
    if (off.length === 0) return this.#part("clock", "none", t`Clock agrees`);
    const first = off[0] as DeskView;
    const text =
      off.length > 1
        ? t`This PC's clock differs`
        : t`${first.name}’s clock ${offsetToText(first.offsetMs ?? 0)}`;
    return this.#part("clock", "wait", text);
  }

  #data(): TemplateResult {
    const snapshot = this.model.state?.snapshot;
    if (snapshot === undefined) return this.#part("data", "none", t`No patron data`);
    if (snapshot.state !== "in-force") {
      return this.#part(
        "data",
        "wait",
        t`Patron data ${snapshot.state === "fetching" ? t`on its way` : t`missing here`}`,
      );
    }
    const age = Date.now() - Date.parse(snapshot.takenAt);
    return this.#part("data", age >= OLD_DATA_MS ? "wait" : "none", t`Patron data ${ageToText(age)} old`);
  }
}

function dot(tone: Tone): TemplateResult {
  return html`<span class="dot ${tone}" aria-hidden="true"></span>`;
}

customElements.define("dm-status", StatusBar);
