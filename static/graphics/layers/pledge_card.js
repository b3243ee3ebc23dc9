/** What was just promised, and until when. `{number, text, unit, unit_en, officer, due_on}`, `due_on` a day or null */
import { html } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, foot, formatsOf, head, icon, numbered } from "./parts.js";

export class PledgeCard extends Layer {
  draw(pledge) {
    const { words: w } = this;
    const by = [this.said(pledge, "unit"), pledge.officer].filter(Boolean).join("\u2002");
    return html`<article class="plate card with-side">
      <div class="main">
        ${head("pledge", numbered(this, w.pledge, pledge.number))}
        ${fitted(pledge.text, "quoted", [60, 38, 540])}
        ${foot(by)}
      </div>
      <div class="side due">${icon("calendar")}<span>${w.due}</span>
        <strong class="day">${pledge.due_on ? formatsOf(this).dateOf(pledge.due_on) : w.noDate}</strong></div>
    </article>`;
  }
}

customElements.define("inquiry-pledge-card", PledgeCard);
