/** When loans are due, and which day returns count as: both are set by staff, and said loudly while they differ. */

import { addDays, localToInstant, todayIn } from "../days.ts";
import { rich, t } from "../language.ts";
import { html, nothing } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { dayToText, instantToDay } from "../words.ts";
import type { DialogAsk, DialogContent } from "./dialog-content.ts";

const STEPS = [3, 7, 14, 28] as const;

export function dueContent({ model, send, field, isOn }: DialogAsk): DialogContent {
  const zone = timezoneOf(model);
  const today = todayIn(zone, Date.now());
  const { due } = model.session;
  const { defaultDue } = model.state ?? {};
  const set = (value: string): void => send({ kind: "set-due", value, isSticky: isOn("due-sticky") });
  const chosen = due?.value.length === 10 ? due.value : "";
  return {
    title: t`Due date`,
    safe: t`Leave it as it is`,
    confirm: {
      word: t`Use this date`,
      run: () => {
        const [day, time] = [field("due-day"), field("due-time")];
        if (day === "") return;
        const value = time === "" ? day : localToInstant(day, time, zone);
        if (value !== undefined) set(value);
      },
    },
    body: html`<p>${t`Without a change each loan is due ${defaultDue === undefined ? t`by its rule` : t`on ${instantToDay(defaultDue, zone)}`}.`}</p>
      <p><label class="tick"><input type="checkbox" name="due-sticky" .checked=${due?.isSticky === true} /> ${t`Keep it for every item until I change it`}</label></p>
      <div class="choices">
        <button type="button" class="button" @click=${() => send({ kind: "set-due", isSticky: false })}>${t`Normal`}</button>
        ${STEPS.map((count) => {
          const day = addDays(today, count);
          return html`<button type="button" class="button" @click=${() => set(day)}>${rich`+${count} days ${html`<span class="quiet">${dayToText(day)}</span>`}`}</button>`;
        })}
      </div>
      <div class="row wrap"><div class="field"><label for="due-day">${t`Date`}</label><input id="due-day" name="due-day" type="date" min=${today} .value=${chosen} /></div>
        <div class="field"><label for="due-time">${t`Time (may be left out)`}</label><input id="due-time" name="due-time" type="time" /></div></div>
      ${due === undefined ? nothing : html`<p class="quiet">${t`Set now: ${due.isSticky ? t`for every item until it is changed, somebody else signs in, or the day ends` : t`for this patron`}.`}</p>`}`,
  };
}

/** The book drop of last night is counted as last night. */
export function returnDayContent({ model, send, field }: DialogAsk): DialogContent {
  const today = todayIn(timezoneOf(model), Date.now());
  const yesterday = addDays(today, -1);
  const before = addDays(today, -2);
  const set = (day: string): void => send({ kind: "set-return-day", day });
  return {
    title: t`Count returns as another day`,
    safe: t`Leave it as it is`,
    confirm: {
      word: t`Use this day`,
      run: () => {
        const day = field("return-day");
        if (day !== "") set(day);
      },
    },
    body: html`<p>${t`For a book drop that was emptied this morning: its items came back before the library closed.`}</p>
      <div class="choices">
        <button type="button" class="button" @click=${() => send({ kind: "set-return-day" })}>${t`Today, as now`}</button>
        ${[yesterday, before].map((day) => html`<button type="button" class="button" @click=${() => set(day)}>${dayToText(day)}</button>`)}
      </div>
      <div class="field"><label for="return-day">${t`Another day`}</label><input id="return-day" name="return-day" type="date" max=${yesterday} .value=${model.session.returnDay?.day ?? ""} /></div>`,
  };
}
