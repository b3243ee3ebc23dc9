/** My questions: those still on their way, and what became of the others, told as it happens. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { badge, icon, stateWord } from "../base/badges.js";
import { toast } from "../base/toast.js";
import { formats } from "../base/format.js";
import { say } from "../base/words.js";
import { session, unitName } from "../link/state.js";
import { copy, letterCard } from "./letters.js";
import { draw, timeOf } from "./list.js";
import { words } from "./words.js";

const w = say(words);
const when = formats();
const SOON_MS = 300;
/** An entry reaches every phone at once; those whose question it names do not all ask in the same moment. */
const SPREAD_MS = 1200;
/** Beside entries, in case one names a question in a way this page does not know yet. */
const SLOWLY_MS = 45_000;

export class Mine {
  /** `rows` came with the page. */
  constructor({ link, outbox, rows, takeBack }) {
    Object.assign(this, { link, outbox, rows, takeBack });
    link.addEventListener("entry", ({ detail }) => this.#entry(detail));
    link.addEventListener("tick", ({ detail }) => this.#count(detail.tallies ?? {}));
    link.addEventListener("state", () => this.#draw());
    link.addEventListener("status", () => link.reachable && this.#reached());
    link.addEventListener("skipped", () => this.rows.length && this.#soon());
    outbox.addEventListener("change", () => this.#draw());
    outbox.addEventListener("sent", ({ detail }) => this.#arrived(detail));
    document.addEventListener("visibilitychange", () => document.hidden || this.#soon());
    setInterval(() => this.outbox.letters.some(({ how }) => how.retryAt) && this.#draw(), 1000);
    setInterval(() => !document.hidden && this.rows.some(isUnderWay) && this.#soon(), SLOWLY_MS);
  }

  /** The state of one question of mine, as the public stream last told it or as the server last said. */
  #stateOf(row) {
    const stands = row.fate ?? row;
    return this.link.state.question?.[stands.id]?.state ?? stands.state;
  }

  /** Drawn with the state that the same tick changes. */
  #count(tallies) {
    for (const row of this.rows) row.votes = tallies[(row.fate ?? row).id] ?? row.votes;
  }

  #entry({ payload, state }) {
    const about = Object.keys(state.question ?? {}).map(Number);
    const named = new Set([...about, payload.question, ...(payload.questions ?? [])]);
    if (this.rows.some(({ id, fate }) => named.has(id) || named.has(fate?.id))) this.#soon();
  }

  /** Whoever has asked nothing has nothing to hear of. */
  #reached() {
    if (this.rows.length || this.outbox.letters.length) this.refresh();
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), SOON_MS + SPREAD_MS * Math.random());
  }

  async refresh() {
    try {
      const { questions } = await this.link.call("questions.mine", { session: this.link.session }, { forMs: 8000 });
      this.#tell(questions);
      this.rows = questions;
    } catch {
      // What is shown stays; the next entry, glance or reconnection asks again.
    }
    this.#draw();
  }

  /** Says aloud what has changed since the last time. */
  #tell(questions) {
    for (const row of questions) {
      const before = this.rows.find(({ id }) => id === row.id);
      if (!before || before.state === row.state) continue;
      const kind = ["approved", "answered", "on_air"].includes(row.state) ? "good" : "info";
      toast(w.mineChanged(row.number, stateWord(row.state)), { kind });
      document.getElementById("mine-news").hidden = location.hash === "#mine";
    }
  }

  #arrived({ letter, answer }) {
    if (this.rows.some(({ id }) => id === answer.question)) return;
    const { question: id, number, receipt, state } = answer;
    const { text, unit, at } = letter;
    this.rows = [{ id, number, receipt, state, text, unit, asked_at: at, votes: 0, fate: null }, ...this.rows];
    if (location.hash !== "#ask") toast(w.arrived(number), { kind: "good" });
    this.#draw();
  }

  #draw() {
    const letters = this.outbox.letters;
    if (!this.link.ready) return;
    const { rows } = this;
    const all = rows.length + letters.length;
    document.getElementById("mine-count").textContent = all || "";
    draw(document.getElementById("mine-list"), all === 0 ? none() : html`<ul class="card-list">
      ${repeat(letters, ({ key }) => key, (letter) => html`<li>${this.#letter(letter)}</li>`)}
      ${repeat(rows, ({ id }) => id, (row) => html`<li>${this.#card(row)}</li>`)}</ul>`);
  }

  #letter(letter) {
    return letterCard(letter, { takeBack: () => this.takeBack(letter), outbox: this.outbox });
  }

  #card(row) {
    const state = row.fate ? row.state : this.#stateOf(row);
    const stands = row.fate ?? row;
    const isPublic = !["waiting", "refused"].includes(stands.state) && (!row.fate || row.fate.text);
    return html`<article class="card question">
      <div class="card-head">
        <span class="num">${w.number(row.number)}</span>${badge(state)}
        <span class="card-time">${timeOf(row.asked_at)}</span>
      </div>
      <p class="question-body clamp" dir="auto">${row.text}</p>
      <p class="fate">${this.#fate(row, state)}
        ${state === "refused" && row.refusal_note ? html`<span class="fate-note">${row.refusal_note}</span>`
          : nothing}</p>
      ${row.fate && state !== "deferred" ? this.#standsFor(row) : nothing}
      <div class="card-foot">
        ${isPublic ? html`<a href="/questions/${stands.id}">${state === "merged" && !this.#isElsewhere(row) ? w.seeInto
          : w.see}</a>` : nothing}
        <span class="receipt-line">${w.receipt} <strong>${row.receipt}</strong>
          <button class="button small quiet" type="button" @click=${() => copy(row.receipt)}>${w.copy}</button></span>
      </div>
    </article>`;
  }

  /** Carried over to another session: the number and the state it has there would mislead here. */
  #isElsewhere(row) {
    return Boolean(row.fate) && row.fate.session !== this.link.session;
  }

  /** What became of the question that this one was merged into. */
  #standsFor(row) {
    const state = this.#isElsewhere(row) ? "deferred" : this.#stateOf(row);
    const { votes, reply_due_on } = row;
    return html`<p class="fate">${badge(state)} ${this.#fate({ ...row.fate, votes, reply_due_on }, state)}</p>`;
  }

  #fate(row, state) {
    const known = row.fate && !this.#isElsewhere(row);
    const over = session(this.link.state).state === "closed" && !this.#isElsewhere(row);
    const say = state === "merged" && !known ? w.fates.mergedUnknown
      : state === "waiting" && over ? w.fates.waitingOver
      : state === "deferred" && row.fate?.state === "waiting" ? w.fates.deferredWaiting : w.fates[state];
    return say({
      votes: when.number(row.votes),
      intoNumber: row.fate?.number,
      reason: labelOf("reason_told", row.refusal_reason),
      unit: unitName(this.link.state, row.unit),
      due: row.reply_due_on ? when.date(`${row.reply_due_on}T12:00:00Z`) : "",
    });
  }
}

const none = () => html`<div class="empty">
  ${icon("question")}<p class="empty-title">${w.noneMine}</p><p>${w.noneMineText}</p>
  <a class="button" href="#ask">${w.ask}</a>
</div>`;

const isUnderWay = (row) => ["waiting", "approved", "merged", "on_air", "aired"].includes(row.state);
