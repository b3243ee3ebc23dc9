// Choosing any unit of the city where a select cannot offer all of them: its last line opens a search.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { keyOf } from "../base/keys.js";
import { language, say } from "../base/words.js";
import { words } from "./words.js";

/** The value of the line that opens the search. */
export const FIND = "find";

const TYPED_MS = 150;
const w = say(words);
const nameOf = (unit) => (language() === "en" && unit.name_en) || unit.name;

export class UnitFinder {
  constructor(desk) {
    Object.assign(this, { desk, select: null, units: [], at: 0, others: 0, chosen: new Map() });
    this.dialog = document.createElement("dialog");
    this.dialog.className = "unit-finder";
    this.dialog.setAttribute("aria-label", w.findUnitTitle);
    this.dialog.addEventListener("close", () => this.select?.focus());
    document.addEventListener("change", (event) => event.target.value === FIND && event.target.matches("select")
      && this.#open(event), true);
  }

  /** The select keeps what it showed until a unit was chosen. */
  #open(event) {
    event.stopImmediatePropagation();
    this.select = event.target;
    this.desk.redraw();
    if (!this.dialog.isConnected) document.body.append(this.dialog);
    this.units = [];
    this.#draw();
    this.dialog.showModal();
    const field = this.dialog.querySelector("input");
    field.value = "";
    field.focus();
    this.#find("");
  }

  #typed(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#find(text), TYPED_MS);
  }

  async #find(text) {
    this.text = text;
    let found;
    try {
      found = await this.desk.link.call("accounts.find_units", { text }, { forMs: 4000 });
    } catch (problem) {
      return this.desk.refused(problem);
    }
    if (this.text === text) Object.assign(this, { units: found.units, others: found.total - found.units.length,
      at: 0 });
    return this.#draw();
  }

  #key(event) {
    const key = keyOf(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (!step && key !== "Enter") return;
    event.preventDefault();
    if (step) this.at = Math.max(0, Math.min(this.units.length - 1, this.at + step));
    else if (this.units[this.at]) return this.#choose(this.units[this.at]);
    this.#draw();
  }

  /** The unit is among the lines of every select from now on; this one is told as if it had been chosen there. */
  async #choose(unit) {
    this.chosen.set(unit.id, unit);
    this.desk.link.pin("chosen", "unit", this.chosen.keys());
    this.desk.link.know({ unit: { [unit.id]: unit } });
    const { select } = this;
    this.dialog.close();
    await this.desk.until(() => [...select.options].some((option) => option.value === String(unit.id)));
    select.value = String(unit.id);
    select.dispatchEvent(new Event("change", { bubbles: true }));
    this.desk.redraw();
  }

  #draw() {
    render(html`<div class="dialog-head"><h2>${w.findUnitTitle}</h2></div>
      <div class="dialog-body stack">
        <input class="input" type="search" role="combobox" aria-expanded="true" aria-controls="found-units"
          aria-label=${w.findUnitTitle} autocomplete="off"
          aria-activedescendant=${this.units.length ? `found-unit-${this.at}` : nothing}
            @input=${(event) => this.#typed(event.target.value.trim())} @keydown=${(event) => this.#key(event)}>
        <p class="quiet-text small">${w.findUnitHint}</p>
        <ul class="unit-finder-list" role="listbox" id="found-units"
          aria-label=${w.findUnitTitle}>${this.units.map((unit, at) => this.#line(unit, at))}</ul>
        <p class="quiet-text small" role="status">${this.units.length
          ? (this.others ? w.findUnitMore(this.others) : nothing) : w.findUnitNone}</p>
      </div>`, this.dialog);
  }

  #line(unit, at) {
    return html`<li role="option" id="found-unit-${at}" aria-selected=${String(at === this.at)}
      @click=${() => this.#choose(unit)}>${nameOf(unit)}</li>`;
  }
}
