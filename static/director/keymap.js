// The keys of the director's desk: each can be changed, and is remembered on this device.

import { html, render } from "../vendor/lit-html/lit-html.js";
import { caps, keyOf } from "../base/keys.js";
import { say } from "../base/words.js";
import { words } from "./words.js";

const KEPT = "inquiry.director.keys";
const w = say(words);

export class Keymap {
  /** `actions`: `{name: {key, label, group, run, …}}`; `hold()` in the place of `run` gives the button it holds. */
  constructor(desk, actions) {
    Object.assign(this, { desk, actions, offs: [], asked: null, said: "" });
    this.own = kept();
    this.#bind();
    document.addEventListener("keydown", (event) => this.#hear(event), true);
    document.getElementById("director-keys").addEventListener("close", () => (this.asked = null));
    this.#draw();
  }

  /** Empty where its usual key was made another's. */
  keyOf(name) {
    const { key } = this.actions[name];
    const isTaken = Object.keys(this.actions).some((other) => this.own[other] === key);
    return this.own[name] ?? (isTaken ? "" : key);
  }

  #bind() {
    this.offs.forEach((off) => off());
    const bound = Object.entries(this.actions).filter(([name]) => this.keyOf(name));
    this.offs = bound.map(([name, { label, run, hold, key: _key, ...options }]) => (hold
      ? this.desk.holdKey(this.keyOf(name), label, hold, options)
      : this.desk.keys.on(this.keyOf(name), label, run, options)));
  }

  /** The next key that is pressed while one is asked for. */
  #hear(event) {
    if (!this.asked || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const key = keyOf(event);
    const other = Object.keys(this.actions).find((name) => name !== this.asked && this.keyOf(name) === key);
    if (!key || ["?", "Tab"].includes(key)) this.said = w.unfit;
    else if (other) this.said = w.taken(this.actions[other].label);
    else this.#keep({ ...this.own, [this.asked]: key });
    this.#draw();
  }

  #keep(own) {
    Object.assign(this, { own, asked: null, said: "" });
    localStorage.setItem(KEPT, JSON.stringify(own));
    this.#bind();
    this.changed?.();
    this.#draw();
  }

  #draw() {
    const ask = (name) => () => (Object.assign(this, { asked: name, said: "" }), this.#draw());
    render(html`<dl class="director-keys">${Object.entries(this.actions).map(([name, { label }]) => html`<div>
        <dt>${label}</dt><dd><button class="button small" type="button" @click=${ask(name)}>${this.asked === name
          ? w.pressKey : this.keyOf(name) ? caps(this.keyOf(name)).map((cap) => html`<kbd>${cap}</kbd>`)
            : "—"}</button></dd></div>`)}</dl>
      <p role="status">${this.said}</p>
      <button class="button" type="button" @click=${() => this.#keep({})}>${w.reset}</button>`,
    document.getElementById("director-keys-body"));
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
