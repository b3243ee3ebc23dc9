// The crew's own timers, and the same time for everybody: shown and worked on a desk.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { paintClock } from "../base/clock.js";
import { duration } from "../base/format.js";
import { say } from "../base/words.js";
import { button } from "../desk/desk.js";
import { nameOf, row, rows, session } from "../link/state.js";
import { timerReading } from "../link/timing.js";
import { words } from "./words.js";

const w = say(words);
const EMPTY = { id: null, name: "", name_en: "", counts: "down", minutes: 5, seconds: 0, public: false };
const PAINT_MS = 200;
const EXTRA_S = [30, 60, -30];

const timersOf = (state) => rows(state, "timer").sort((a, b) => a.id - b.id);
/** What the one button of a timer does next. */
const nextOf = ({ started_at: started, paused_at: paused }) => (started === null ? "start" : paused === null ? "pause"
  : "resume");

export class Timers {
  constructor(desk) {
    Object.assign(this, { desk, form: { ...EMPTY }, chosen: null });
    setInterval(() => this.#paint(), PAINT_MS);
  }

  /** Clocks that lit-html has drawn; what they show is painted here alone. */
  #paint() {
    for (const clock of document.querySelectorAll(".clock[data-timer]")) {
      const timer = row(this.desk.state, "timer", clock.dataset.timer);
      if (timer) paintClock(clock, timerReading(timer, this.desk.link));
    }
  }

  #clock(timer) {
    return html`<span class="clock" role="timer" data-timer=${timer.id} data-phase="idle"><span
      class="clock-digits">–:––</span><span class="clock-word"></span></span>`;
  }

  /** Those that run or are stopped, small, for the foot of a desk. */
  chips(state) {
    const begun = timersOf(state).filter((timer) => timer.started_at !== null);
    return begun.map((timer) => html`<span class="timer-chip"><span
      class="timer-name">${nameOf(timer)}</span>${this.#clock(timer)}</span>`);
  }

  /** All of them, small; the chosen one is worked by keys. */
  lines(state) {
    const all = timersOf(state);
    if (!all.length) return html`<p class="timer-none"><strong>${w.noTimers}</strong></p>`;
    return html`<ol class="timer-lines">${repeat(all, (timer) => timer.id, (timer) => html`<li
      aria-current=${timer.id === this.chosen ? "true" : nothing}>
      <button class="row-open" type="button" aria-label=${nameOf(timer)}
        @click=${() => ((this.chosen = timer.id), this.desk.redraw())}></button>
      <span class="timer-name">${nameOf(timer)}</span>${this.#clock(timer)}
      <span class="lane-side">${this.#switches(timer, "icon-only")}</span></li>`)}</ol>`;
  }

  /** The next one, or the one before. */
  choose(by) {
    const all = timersOf(this.desk.state);
    const at = all.findIndex((one) => one.id === this.chosen);
    this.chosen = all.at(at < 0 ? Math.min(by, 0) : (at + by) % all.length)?.id ?? null;
    this.desk.redraw();
  }

  /** Start, pause or resume the chosen one. */
  startOrPause() {
    return this.#ofChosen((timer) => this.#press(timer, nextOf(timer)));
  }

  reset() {
    return this.#ofChosen((timer) => this.#press(timer, "reset"));
  }

  #ofChosen(press) {
    const timer = row(this.desk.state, "timer", this.chosen);
    return timer ? press(timer) : this.desk.tell(w.noneChosen, { kind: "info" });
  }

  #press(timer, verb, more = {}) {
    return this.desk.press(`timer:${timer.id}`, `live.${verb}_timer`, { timer: timer.id, ...more });
  }

  #small(timer, label, run, symbol = null, kind = "") {
    return button({ label, run, symbol, kind: `small ${kind}`, title: kind ? label : null,
      disabled: !this.desk.live || this.desk.isPending(`timer:${timer.id}`) });
  }

  #switches(timer, kind = "") {
    const next = nextOf(timer);
    const symbol = next === "pause" ? "pause" : "play";
    return html`${this.#small(timer, w[next], () => this.#press(timer, next), symbol, kind)}
      ${this.#small(timer, w.reset, () => this.#press(timer, "reset"), "undo", kind)}`;
  }

  /** The same time on top for every unit, by two presses each: nothing else changes so much at once. */
  everybody(state) {
    const { extra_ms: given } = session(state);
    return html`<div class="row timer-everybody"><strong>${w.everybody}</strong>
      <span class="quiet-text num">${w.given(duration(given))}</span>
      <span class="button-row" ?hidden=${this.desk.page.looks_on}>${EXTRA_S.map((seconds) => button({
        label: this.desk.isArmed(`everybody:${seconds}`) ? w.again : w.plus(seconds), kind: "small",
        disabled: !this.desk.live || session(state).state !== "live" || (seconds < 0 && !given),
        run: () => this.desk.arm(`everybody:${seconds}`, () => this.desk.floor("live.extend_everybody", { seconds })),
      }))}</span></div>`;
  }

  list(state) {
    const all = timersOf(state);
    return html`${all.length ? html`<ol class="timer-list">${repeat(all, (timer) => timer.id, (timer) =>
      this.#row(timer))}</ol>` : html`<p><strong>${w.noTimers}</strong> <span
      class="quiet-text">${w.noTimersMore}</span></p>`}
      ${this.desk.page.looks_on ? nothing : this.#form()}`;
  }

  #row(timer) {
    const armed = `remove:${timer.id}`;
    const small = (label, run) => this.#small(timer, label, run);
    return html`<li>
      ${this.desk.page.looks_on ? html`<span class="timer-name">${nameOf(timer)}</span>` : html`<button
        class="linklike timer-name" type="button" aria-label=${w.edit(nameOf(timer))}
        @click=${() => this.#edit(timer)}>${nameOf(timer)}</button>`}
      ${this.#clock(timer)}
      <span class="button-row" ?hidden=${this.desk.page.looks_on}>${this.#switches(timer)}
        ${small(w.less, () => this.#press(timer, "extend", { seconds: -60 }))}
        ${small(w.more, () => this.#press(timer, "extend", { seconds: 60 }))}
        ${small(this.desk.isArmed(armed) ? w.again : w.remove, () => this.desk.arm(armed,
          () => this.#press(timer, "remove")))}
      </span>
      <small class="quiet-text">${w.countsAs[timer.counts]}${timer.allotted_ms ? ` ${duration(timer.allotted_ms)}`
        : ""}${timer.public ? ` · ${w.public}` : ""}</small>
    </li>`;
  }

  #edit({ id, name, name_en, counts, allotted_ms: length, public: shown }) {
    this.form = { id, name, name_en, counts, minutes: Math.floor(length / 60_000), seconds: (length / 1000) % 60,
      public: shown };
    this.desk.focusDrawn("timer-name", { selected: true });
  }

  #clear() {
    this.form = { ...EMPTY };
    this.desk.redraw();
  }

  async #submit(event) {
    event.preventDefault();
    const { id, name, name_en, counts, minutes, seconds, public: shown } = this.form;
    const said = { name, name_en, counts, seconds: minutes * 60 + seconds, public: shown };
    const done = id === null
      ? await this.desk.press("timer", "live.add_timer", { session: this.desk.page.session, ...said })
      : await this.desk.press("timer", "live.set_timer", { timer: id, ...said });
    if (done) this.#clear();
  }

  #form() {
    const set = (name) => ({ target }) => (this.form[name] = target.value);
    const whole = (name) => ({ target }) => (this.form[name] = Math.max(0, Math.round(Number(target.value)) || 0));
    const number = (name, most) => html`<input class="input num" type="number" min="0" max=${most} inputmode="numeric"
      aria-label=${w[name]} .value=${live(String(this.form[name]))} @input=${whole(name)}><span
      aria-hidden="true">${w[name]}</span>`;
    return html`<form class="timer-form" @submit=${(event) => this.#submit(event)}>
      <label class="visually-hidden" for="timer-name">${w.name}</label>
      <input class="input" id="timer-name" maxlength="40" required autocomplete="off" placeholder=${w.name}
        .value=${live(this.form.name)} @input=${set("name")}>
      <input class="input" maxlength="60" autocomplete="off" aria-label=${w.nameEn} placeholder=${w.nameEn}
        .value=${live(this.form.name_en)} @input=${set("name_en")}>
      <select class="input" aria-label=${w.counts} @change=${set("counts")}>${["down", "up"].map((one) => html`<option
        value=${one} .selected=${live(this.form.counts === one)}>${w.countsAs[one]}</option>`)}</select>
      <span class="row timer-length">${number("minutes", 1439)}${number("seconds", 59)}</span>
      <label class="row"><input type="checkbox" .checked=${live(this.form.public)}
        @change=${({ target }) => (this.form.public = target.checked)}><span>${w.public}</span></label>
      <span class="button-row"><button class="button small" ?disabled=${!this.desk.live
        || this.desk.isPending("timer")}>${this.form.id === null ? w.add : w.change}</button>
        ${this.form.id === null ? nothing : button({ label: w.cancel, kind: "small quiet", run: () => this.#clear() })}
      </span>
    </form>`;
  }
}
