// What the crew says behind the scenes: it stays until somebody has acknowledged it, and says who has.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";
import { button, format } from "../desk/desk.js";
import { rows } from "../link/state.js";
import { openTo } from "./open.js";
import { words } from "./words.js";

const w = say(words);
const READERS = ["host", "stage", "floor"];
const MOST_SEEN = 12;

export class Messages {
  constructor(desk) {
    Object.assign(this, { desk, to: "host", text: "", told: new Set() });
  }

  /** What waits for the host, to be acknowledged by one press; nothing while nothing does. */
  forHost(state) {
    const open = openTo(state, "host");
    for (const one of open) {
      if (!this.told.has(one.id)) announce(one.text);
      this.told.add(one.id);
    }
    if (!open.length) return nothing;
    return html`<ol class="backstage-list" aria-label=${w.messages}>${repeat(open, (one) => one.id, (one) =>
      this.#row(one))}</ol>`;
  }

  acknowledgeFirst(state) {
    const [first] = openTo(state, "host");
    if (first) this.#acknowledge(first);
  }

  #acknowledge(one) {
    return this.desk.press(`message:${one.id}`, "live.acknowledge_message", { message: one.id });
  }

  /** All that waits, then what was seen last. */
  list(state) {
    const all = rows(state, "backstagemessage").sort((a, b) => a.id - b.id);
    const open = all.filter((one) => one.state === "open");
    const seen = all.filter((one) => one.state !== "open").slice(-MOST_SEEN).reverse();
    return html`${open.length ? nothing : html`<p class="quiet-text">${w.noMessages}</p>`}
      <ol class="backstage-list">${repeat([...open, ...seen], (one) => one.id, (one) => this.#row(one, true))}</ol>`;
  }

  #row(one, named = false) {
    const isOpen = one.state === "open";
    return html`<li class=${isOpen ? "is-open" : "is-seen"}>
      ${icon(isOpen ? "sound" : "check")}
      <p><strong dir="auto">${one.text}</strong><small>${named ? html`${labelOf("backstage", one.to)} · `
        : nothing}${w.from(one.sent_by, format.time(one.sent_at))} · ${isOpen ? w.waits : w.seenBy(one.acknowledged_by,
        format.timeToSecond(one.acknowledged_at))}</small></p>
      ${isOpen ? button({ label: w.seen, kind: "small", symbol: "check", run: () => this.#acknowledge(one),
        disabled: !this.desk.live, busy: this.desk.isPending(`message:${one.id}`) }) : nothing}
    </li>`;
  }

  compose() {
    const send = async (event) => {
      event.preventDefault();
      const { session } = this.desk.page;
      const sent = await this.desk.press("send", "live.send_message", { session, to: this.to, text: this.text });
      if (sent) this.text = "";
      this.desk.redraw();
    };
    const write = (text) => Object.assign(this, { text });
    return html`<form class="stack tight" @submit=${send}>
      <div class="tabs" role="group" aria-label=${w.sendTo}>${READERS.map((one) => html`<button type="button"
        aria-pressed=${String(this.to === one)}
        @click=${() => ((this.to = one), this.desk.redraw())}>${labelOf("backstage", one)}</button>`)}</div>
      <div class="row"><label class="visually-hidden" for="message-text">${w.text}</label>
        <input class="input backstage-text" id="message-text" maxlength="120" required autocomplete="off"
          .value=${live(this.text)} @input=${({ target }) => write(target.value)}>
        <button class="button primary" ?disabled=${!this.desk.live
          || this.desk.isPending("send")}>${icon("send")}<span>${w.send}</span></button></div>
      <div class="row">${w.ready.map((text) => html`<button class="chip" type="button"
        @click=${() => (write(text), this.desk.redraw())}>${text}</button>`)}</div>
    </form>`;
  }
}
