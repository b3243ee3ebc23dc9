// What one did to the rundown off air last, and what one has undone of it: two buttons that name it, on several desks.

import { html } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { button } from "../desk/desk.js";
import { words } from "./steps_words.js";

const w = say(words);
const ASK_AFTER_MS = 150;
/** Whatever changes lines, or brings them on air: what was on air is not undone. */
const CHANGES = /^(live|exam|questions)\.(?!asked$)/;

export class Steps {
  constructor(desk) {
    Object.assign(this, { desk, last: { undo: null, redo: null }, asking: null });
    desk.link.addEventListener("entry", ({ detail }) => CHANGES.test(detail.kind) && this.#askSoon());
    desk.link.addEventListener("skipped", () => this.#askSoon());
    desk.link.addEventListener("status", () => desk.link.reachable && this.#askSoon());
  }

  undo() {
    return this.#press("undo", w.undone);
  }

  redo() {
    return this.#press("redo", w.redone);
  }

  draw() {
    return html`<span class="step-buttons">${this.#button("undo", "undo")}${this.#button("redo", "next")}</span>`;
  }

  #button(name, symbol) {
    const step = this.last[name];
    const named = step && w[name](labelOf("rundown_step", step.kind), step.title, step.lines);
    const [label, title] = named ? [named, named] : w.nothing[name];
    return button({ label, title, symbol, kind: "small quiet", run: () => this[name](),
      disabled: !this.desk.live || !step, busy: this.desk.isPending(`live.${name}`) });
  }

  async #press(name, told) {
    const { page } = this.desk;
    const answer = await this.desk.press(`live.${name}`, `live.${name}`, { session: page.session });
    if (answer) this.desk.tell(told(answer.title, answer.lines));
  }

  #askSoon() {
    this.asking ??= setTimeout(() => this.#ask(), ASK_AFTER_MS);
  }

  async #ask() {
    this.asking = null;
    try {
      this.last = await this.desk.link.call("live.steps", { session: this.desk.page.session }, { forMs: 4000 });
      this.desk.redraw();
    } catch {
      setTimeout(() => this.#askSoon(), 1000);
    }
  }
}
