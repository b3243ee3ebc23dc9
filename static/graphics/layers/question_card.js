/** What a citizen asks. `{number, text, asker, unit, unit_en, support}` */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, foot, formatsOf, head, numbered } from "./parts.js";

export class QuestionCard extends Layer {
  draw(question) {
    const { words: w } = this;
    const unit = this.said(question, "unit");
    const support = question.support ? w.supporters(formatsOf(this).number(question.support)) : nothing;
    return html`<article class="plate card">
      ${head("question", numbered(this, w.question, question.number), support)}
      ${fitted(question.text, "quoted", [60, 38, 540])}
      ${foot(question.asker && w.askedBy(question.asker), unit && w.askedOf(unit))}
    </article>`;
  }
}

customElements.define("inquiry-question-card", QuestionCard);
