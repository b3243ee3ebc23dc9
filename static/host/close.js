// Closing the evening: what stands in the way, and where every approved question goes that was not on air.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { format, holdButton, unitOptions } from "../desk/desk.js";
import { openSlot, row, rows, session, standing, titled, unitName } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);
const SHOWN = 100;
const LOADED = 200;

/**
 * The questions that were on air and have no response, and those that were approved and never aired, with their number.
 */
export function openMatters(state) {
  const all = rows(state, "question").sort((a, b) => a.number - b.number);
  const answered = new Set(standing(rows(state, "response")).map((one) => one.question));
  return {
    unrecorded: all.filter((one) => ["aired", "on_air"].includes(one.state) && !answered.has(one.id)),
    unaired: all.filter((one) => one.state === "approved"),
    number: rows(state, "lanes")[0]?.approved ?? all.filter((one) => one.state === "approved").length,
    waiting: rows(state, "totals")[0]?.waiting ?? all.filter((one) => one.state === "waiting").length,
  };
}

export class HostClose {
  constructor(desk) {
    Object.assign(this, { desk, wishes: new Map(), restTo: null, unitlessTo: null, waitingTo: "" });
    this.dialog = document.getElementById("close-evening");
    this.body = document.getElementById("close-evening-body");
    this.foot = document.getElementById("close-evening-foot");
  }

  open() {
    this.wishes.clear();
    Object.assign(this, { restTo: null, unitlessTo: null, waitingTo: "" });
    this.desk.link.want("question", "approved", LOADED); // what is approved, beside what was
    this.dialog.showModal();
    this.desk.redraw();
  }

  draw(state) {
    if (!this.dialog.open) return;
    const matters = openMatters(state);
    render(this.#matters(state, matters), this.body);
    render(holdButton({
      label: w.closeNow, held: () => this.#close(), symbol: "stop", ms: 1200,
      disabled: !this.desk.live || matters.unrecorded.length > 0 || !this.#isSaid(matters),
      busy: this.desk.isPending("close"),
    }), this.foot);
  }

  /** Whether the host has said what becomes of what waits, and of the questions without a unit. */
  #isSaid(matters) {
    return (!matters.waiting || this.waitingTo) && (!this.#unitless(matters) || this.unitlessTo !== null);
  }

  /** Whether there may be questions that nobody is named to answer: those beyond what is loaded are not known. */
  #unitless({ unaired, number }) {
    if (this.restTo) return false;
    const settled = ({ id, unit }) => unit || this.wishes.get(id)?.unit || this.wishes.get(id)?.do === "defer";
    return number > unaired.length || unaired.some((one) => !settled(one));
  }

  async #close() {
    const evening = session(this.desk.state);
    const settle = [...this.wishes].map(([question, wish]) => ({ question, ...wish }));
    const message = { session: evening.id, seen: evening.floor_rev, settle, ...(this.restTo
      ? { defer_rest_to: this.restTo } : {}), ...(this.unitlessTo ? { unitless_to: this.unitlessTo } : {}),
      ...(this.waitingTo === "leave" ? { leave_waiting: true }
        : this.waitingTo ? { defer_waiting_to: Number(this.waitingTo) } : {}) };
    const answer = await this.desk.press("close", "responses.close_session", message);
    if (!answer) return;
    this.dialog.close();
    this.desk.tell(w.closedDone(answer));
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  #matters(state, { unrecorded, unaired, number, waiting }) {
    const speaking = openSlot(state);
    return html`<div class="stack">
      <p>${w.closeLead}</p>
      ${speaking ? html`<div class="notice warning">${icon("mic")}<p>${w.closeEnds(speaking.speaker)}</p></div>`
        : nothing}
      ${unrecorded.length ? this.#unrecorded(unrecorded)
        : html`<div class="notice good">${icon("check")}<p>${w.allRecorded}</p></div>`}
      ${waiting ? this.#waiting(waiting) : nothing}
      ${number ? this.#unaired(state, unaired, number) : html`<p class="quiet-text">${w.settleNone}</p>`}
    </div>`;
  }

  #waiting(number) {
    return html`<div class="notice warning">${icon("clock")}<div><strong>${w.waitingStill(number)}</strong>
      <div class="field"><label for="waiting-to">${w.waitingTo}</label>
        <select class="input" id="waiting-to" @change=${(event) => this.#say({ waitingTo: event.target.value })}>
          <option value="" .selected=${live(!this.waitingTo)}>${w.chooseWaiting}</option>
          <option value="leave" .selected=${live(this.waitingTo === "leave")}>${w.leaveWaiting}</option>
          ${this.#sessions(Number(this.waitingTo))}</select></div>
      </div></div>`;
  }

  #say(what) {
    Object.assign(this, what);
    this.desk.redraw();
  }

  #unrecorded(questions) {
    return html`<div class="notice warning">${icon("warning")}<div>
      <strong>${w.blockedTitle(questions.length)}</strong><p>${w.blockedMore}</p>
      <ul class="close-blocked">${questions.map((one) =>
        html`<li><strong>${w.number(one.number)}</strong> ${one.text}</li>`)}</ul></div></div>`;
  }

  #unaired(state, questions, number) {
    const shown = questions.slice(0, SHOWN);
    return html`<h3>${w.settleTitle(number)}</h3>
      <div class="field"><label for="rest-to">${w.rest}</label>
        <select class="input" id="rest-to" @change=${(event) => this.#rest(event.target.value)}>
          <option value="" .selected=${live(!this.restTo)}>${w.restHand(this.#replyBy())}</option>${this.#sessions(
            this.restTo)}</select>
</div>
      ${this.#unitless({ unaired: questions, number }) ? html`<div class="field"><label
        for="unitless-to">${w.unitless}</label><select class="input" id="unitless-to"
        @change=${(event) => this.#say({ unitlessTo: Number(event.target.value) || null })}>${unitOptions(state,
          this.unitlessTo, w.chooseUnit)}</select></div>` : nothing}
      <div class="table-box" tabindex="0"><table class="table dense">
        <thead><tr><th class="num">${w.numberShort}</th><th>${labelOf("item_kind",
          "question")}</th><th>${w.unit}</th><th>${w.destination}</th></tr></thead>
        <tbody>${repeat(shown, (one) => one.id, (one) => this.#line(state, one))}</tbody></table></div>
      ${number > shown.length ? html`<p class="quiet-text">${w.more(number - shown.length)}</p>` : nothing}`;
  }

  #line(state, one) {
    const wish = this.wishes.get(one.id);
    const value = !wish ? "" : wish.do === "hand" ? "hand" : `defer:${wish.to_session}`;
    const sessions = this.desk.page.sessions;
    return html`<tr><td class="num">${one.number}</td><td>${one.text}</td>
      <td class="close-unit">${unitName(state, one.unit) || w.noUnit}</td>
      <td class="close-where"><select class="input" aria-label=${`${w.destination} ${one.number}`}
        @change=${(event) => this.#wish(one, event.target.value)}>
        <option value="" .selected=${live(value === "")}>${w.rest}</option>
        <option value="hand" .selected=${live(value === "hand")}>${w.hand}</option>
        ${sessions.map((to) => html`<option value=${`defer:${to.id}`}
          .selected=${live(value === `defer:${to.id}`)}>${w.defer} ${this.#sessionWords(to)}</option>`)}</select>
        ${wish?.do === "hand" ? html`<select class="input" aria-label=${`${w.unit} ${one.number}`}
          @change=${(event) => this.#handTo(one, event.target.value)}>${unitOptions(state, wish.unit ?? null,
            w.chooseUnit)}</select>`
            : nothing}</td></tr>`;
  }

  #sessions(chosen) {
    return this.desk.page.sessions.map((to) =>
      html`<option value=${to.id} .selected=${live(to.id === chosen)}>${w.defer} ${this.#sessionWords(to)}</option>`);
  }

  #sessionWords = (to) => `${titled(to)} (${format.day(to.starts_at)})`;

  #replyBy = () => format.dateOf(this.desk.page.reply_due_on);

  #rest(value) {
    this.restTo = Number(value) || null;
    this.desk.redraw();
  }

  #wish(one, value) {
    const [what, to] = value.split(":");
    if (what === "hand") this.wishes.set(one.id, { do: "hand", ...(one.unit ? { unit: one.unit } : {}) });
    else if (what === "defer") this.wishes.set(one.id, { do: "defer", to_session: Number(to) });
    else this.wishes.delete(one.id);
    this.desk.redraw();
  }

  #handTo(one, value) {
    const unit = row(this.desk.state, "unit", Number(value));
    if (unit) this.wishes.set(one.id, { do: "hand", unit: unit.id });
    this.desk.redraw();
  }
}
