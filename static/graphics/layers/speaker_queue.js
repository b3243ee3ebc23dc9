/**
 * Who speaks and who comes next. `{now: speaker or null, next: [speaker]}`, a speaker `{name, title, title_en, unit,
 * unit_en, ms}`, `ms` the length that they have, or null. As many are named as there is room for, the others counted.
 */
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { duration } from "../../base/format.js";
import { Layer } from "./layer.js";
import { fitted, head, roleOf } from "./parts.js";
import { setType } from "./type.js";

const TALLEST = 540; // px: down to where a lower third of two lines begins
const MOST = 5;
const LONG = 48; // letters

export class SpeakerQueue extends Layer {
  draw() {
    return html`<aside class="plate queue"></aside>`;
  }

  drawn({ now = null, next = [] }, stage) {
    const queue = stage.querySelector(".queue");
    let count = Math.min(next.length, MOST);
    do {
      render(this.#people(now, next.slice(0, count), next.length - count), queue);
      setType(queue);
      count -= 1;
    } while (queue.offsetHeight > TALLEST && count >= 0);
  }

  #people(now, next, more) {
    const { words: w } = this;
    return html`
      ${now ? html`<section class="now">${head("mic", w.speaking, lengthOf(now))}
        ${fitted(now.name, "name", [60, 40, 250])}
        ${fitted(this.#role(now), "role", [36, 36, 150])}</section>` : nothing}
      <section>${head("next", w.next)}
        ${next.length || more ? html`<ol>${next.map((one) => html`<li><div class="waiting">
          ${fitted(one.name, "name", [56, 40, 250])}${fitted(this.said(one, "unit"), "role", [36, 36, 150])}</div>
          <span class="digits">${lengthOf(one)}</span></li>`)}</ol>` : html`<p class="role">${w.queueIsEmpty}</p>`}
        ${more ? html`<p class="role">${w.more(more)}</p>` : nothing}
      </section>`;
  }

  /** A title that is long is for the lower third. */
  #role(person) {
    const role = roleOf(this, person);
    return role.length > LONG ? this.said(person, "unit") : role;
  }
}

const lengthOf = ({ ms }) => (ms ? duration(ms) : nothing);

customElements.define("inquiry-speaker-queue", SpeakerQueue);
