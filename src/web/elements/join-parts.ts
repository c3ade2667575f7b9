/** The parts that both sides of joining share: the four words, and their two answers. */
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";

/** `pair.words` */
export function wordsNote(
  words: readonly string[],
  answers: { readonly match: () => void; readonly differ: () => void },
  says: { readonly match: string; readonly differ: string },
): TemplateResult {
  return html`<p>${t`Both screens must show the same words:`}</p>
    <p class="words"><strong>${words.join(" · ")}</strong></p>
    <div class="actions"><button type="button" class="button main" @click=${answers.match}>${says.match}</button>
      <button type="button" class="button" @click=${answers.differ}>${says.differ}</button></div>`;
}
