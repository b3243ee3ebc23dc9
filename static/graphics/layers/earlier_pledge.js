/**
 * What was promised at an earlier time, and what became of it: "promised in March, not kept".
 * `{number, text, unit, unit_en, promised_on, due_on, state, state_en, kept}`; `kept` is null while it is open, and
 * false once its day is over.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, foot, formatsOf, head, icon, numbered } from "./parts.js";

const SIGNS = { true: "kept", false: "overdue", null: "due" };

export class EarlierPledge extends Layer {
  draw(pledge) {
    const { words: w } = this;
    const when = formatsOf(this);
    const kept = pledge.kept ?? null;
    return html`<article class="plate card with-side">
      <div class="main">
        ${head("trace", numbered(this, w.earlierPledge, pledge.number))}
        ${fitted(pledge.text, "quoted", [60, 38, 540])}
        ${foot(this.said(pledge, "unit"))}
      </div>
      <div class="side" data-kept=${String(kept)}>${icon(SIGNS[kept])}
        ${fitted(this.#became(pledge), "state", [52, 36, 300])}
        ${pledge.due_on ? html`<span>${w.due}</span><span class="day">${when.dateOf(pledge.due_on)}</span>` : nothing}
      </div>
    </article>`;
  }

  #became(pledge) {
    const state = this.said(pledge, "state");
    if (!pledge.promised_on) return state;
    const { language } = this;
    const month = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "long",
      timeZone: "UTC" }).format(new Date(pledge.promised_on));
    return this.words.promised(month, language === "en" ? state.toLowerCase() : state);
  }
}

customElements.define("inquiry-earlier-pledge", EarlierPledge);
