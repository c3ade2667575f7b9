/** What has been said of the outage so far: who started it where, who was called, and what each desk says. Newest last. */

import type { OutageView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { moveToWord, sinceToText } from "../words.ts";

interface Said {
  readonly at: string;
  readonly text: string;
}

/** `ilsName`: as staff call their ILS, if they do. */
export function outageRecord(
  { record, missing = [] }: OutageView,
  timezone: string,
  ilsName: string | undefined,
): TemplateResult | typeof nothing {
  const now = Date.now();
  const said = record === undefined ? [] : recordToSaid(record, ilsName);
  if (said.length + missing.length === 0) return nothing;
  return html`${missing.map((desk) => html`<div class="note stop"><p>${t`${desk.name}’s scans of outage ${desk.outage} are not in. Switch it on: they go into a further file.`}</p></div>`)}
    ${
      said.length === 0
        ? nothing
        : html`<h3>${t`Who did and said what`}</h3><ul class="plain record">${said.map(
            ({ at, text }) =>
              html`<li><span class="quiet when">${sinceToText(at, timezone, now)}</span> ${text}</li>`,
          )}</ul>`
    }`;
}

function recordToSaid(
  { moves, calls, reports }: NonNullable<OutageView["record"]>,
  ilsName: string | undefined,
): readonly Said[] {
  const by = (who: string | undefined): string => (who === undefined ? "" : t` by ${who}`);
  const told = (who: string | undefined): string => (who === undefined ? "" : t`, told by ${who}`);
  return [
    ...moves.map(({ to, at, desk, by: who, toldBy, reason }) => ({
      at,
      text: `${moveToWord(to, ilsName)} · ${desk}${by(who)}${told(toldBy)}${reason === undefined ? "" : `: ${reason}`}`,
    })),
    ...calls.map(({ who, at, by: caller }) => ({
      at: at ?? moves[0]?.at ?? "",
      text: `${t`Called: ${who}`}${by(caller)}`,
    })),
    ...reports.map(({ name, says, at, by: who, toldBy }) => ({
      at,
      text: `${says === "down" ? t`Down at ${name}, too` : t`It works at ${name}`}${by(who)}${told(toldBy)}`,
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
