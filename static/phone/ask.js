/** The form: a draft that is never lost, similar questions while typing, and sending by way of the outbox. */
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { badge } from "../base/badges.js";
import { toast } from "../base/toast.js";
import { say } from "../base/words.js";
import { session, unitName } from "../link/state.js";
import { keep, kept } from "./kept.js";
import { letterCard, receiptCard } from "./letters.js";
import { isOpen, supportButton } from "./support.js";
import { clean, faultOf, LEAST, lengthOf, MOST } from "./text.js";
import { words } from "./words.js";

const w = say(words);
const SIMILAR_AFTER_MS = 250;
const SIMILAR_FROM = 3;
/** Refusals of what was written, as opposed to when or by whom: the words go back into the form. */
const TO_BE_MENDED = ["BAD_INPUT", "BAD_LENGTH", "UNIT_NOT_QUESTIONED"];

const byId = (id) => document.getElementById(id);

/** What was asked before and can no longer be supported has an outcome to be read instead. */
const outcome = (row) =>
  html`<a class="similar-outcome" href="/questions/${row.id}">${badge(row.state)}<span>${w.see}</span></a>`;

export class Ask {
  constructor({ link, outbox, supports, title }) {
    Object.assign(this, { link, outbox, supports, title });
    this.form = byId("ask-form");
    [this.text, this.unit, this.asker] = ["text", "unit", "asker"].map((name) => this.form.elements[name]);
    this.draftName = `inquiry.draft.${link.session}`;
    this.shown = null; // the key of the letter, or of its receipt, that stands in the form's place
    this.found = null;
    this.searches = 0;
    this.all = false; // whether all similar questions are shown, or the one most alike
    this.#restore();
    this.#listen();
    this.#count();
    this.#drawSimilar();
    this.#search();
  }

  #listen() {
    this.form.addEventListener("input", (event) => this.#typed(event));
    this.text.addEventListener("compositionend", () => this.#searchSoon());
    this.form.addEventListener("submit", (event) => this.#submit(event));
    byId("ask-link").addEventListener("click", () => this.shown && !this.outbox.get(this.shown)?.how.sending
      && this.#again());
    addEventListener("pagehide", () => this.#keepDraft());
    this.supports.addEventListener("change", () => this.#drawSimilar());
    this.outbox.addEventListener("change", () => this.#drawSent());
    this.outbox.addEventListener("sent", ({ detail }) => detail.letter.key === this.shown
      && this.#drawSent({ focus: true }));
    this.outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
    this.link.addEventListener("state", () => this.#session());
    addEventListener("hashchange", () => this.#bar());
    this.text.addEventListener("focus", () => this.#lift());
    visualViewport?.addEventListener("resize", () => document.activeElement === this.text && this.#lift());
    byId("send").hidden = true; // the thumb's bar has it
    this.#bar();
    setInterval(() => this.shown && this.#drawSent(), 1000);
  }

  // --- the draft -----------------------------------------------------------------------------------------------------

  #restore() {
    const draft = kept(this.draftName, {});
    if (draft.text && !this.text.value) this.text.value = draft.text;
    if (draft.asker && !this.asker.value) this.asker.value = draft.asker;
    if (draft.unit && [...this.unit.options].some(({ value }) => value === draft.unit)) this.unit.value = draft.unit;
  }

  #keepDraft() {
    keep(this.draftName, { text: this.text.value, unit: this.unit.value, asker: this.asker.value });
  }

  #typed(event) {
    this.#keepDraft();
    if (event.target !== this.text) return;
    this.#count();
    this.#fault(null);
    if (!event.isComposing) this.#searchSoon();
  }

  #write(text) {
    this.text.value = text;
    this.#keepDraft();
    this.#count();
    this.#fault(null);
    this.#searchSoon();
  }

  #clear() {
    const before = this.text.value;
    this.#write("");
    toast(w.draftCleared, { action: { label: w.undo, run: () => this.#write(before) } });
  }

  #count() {
    const length = lengthOf(this.text.value);
    const left = MOST - length;
    byId("similar").classList.toggle("is-open", length >= SIMILAR_FROM);
    const line = byId("text-count");
    line.textContent = left >= 0 ? w.left(left) : w.over(-left);
    line.classList.toggle("is-over", left < 0);
  }

  #fault(message) {
    const line = byId("text-error");
    line.hidden = !message;
    line.lastElementChild.textContent = message ?? "";
    this.text.toggleAttribute("aria-invalid", Boolean(message));
    if (message) this.text.setAttribute("aria-invalid", "true");
  }

  /** The crew may still change whom one can ask, and whether one can. */
  #session() {
    const { intake, state, units } = session(this.link.state);
    this.#offer(units);
    const note = byId("intake-note");
    const words = { not_yet: w.intakeNotYet, closed: w.intakeClosed }[intake];
    if (this.intake && this.intake !== "open" && intake === "open") toast(w.intakeOpened, { kind: "good" });
    this.intake = intake;
    note.hidden = !words;
    if (words) note.lastElementChild.textContent = words;
    byId("send-here").disabled = intake !== "open";
    this.closed = state === "closed";
    this.#bar();
  }

  /** While one writes, the thumb's bar sends; else it leads to the form, as long as the session is not over. */
  #bar() {
    const writes = !byId("ask").hidden && !this.form.hidden;
    byId("send-here").hidden = !writes;
    byId("ask-link").hidden = writes || (this.closed ?? byId("ask-link").hidden);
  }

  /** Above the keyboard there is room for the words and what is like them. */
  #lift() {
    requestAnimationFrame(() => this.text.closest(".field").scrollIntoView({ block: "start", behavior: "instant" }));
  }

  #offer(units) {
    const offered = [...this.unit.options].slice(1).map(({ value }) => Number(value));
    if (String(offered) === String(units)) return;
    const chosen = this.unit.value;
    const options = units.map((id) => new Option(unitName(this.link.state, id), id));
    this.unit.replaceChildren(this.unit.options[0], ...options);
    this.unit.value = units.includes(Number(chosen)) ? chosen : "";
  }

  // --- similar questions ---------------------------------------------------------------------------------------------

  #searchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#search(), SIMILAR_AFTER_MS);
  }

  /** Answers may overtake each other: only that to the last question asked is shown. */
  async #search() {
    const text = [...clean(this.text.value)].slice(0, MOST).join("");
    const mine = (this.searches += 1);
    if (lengthOf(text) < SIMILAR_FROM) {
      this.found = null;
      return this.#drawSimilar();
    }
    try {
      const answer = await this.link.call("questions.similar", { session: this.link.session, text }, { forMs: 4000 });
      if (mine !== this.searches) return undefined;
      this.supports.learn(answer.questions);
      this.found = answer.questions;
    } catch {
      // No help is no harm: what was found before stays.
    }
    return this.#drawSimilar();
  }

  #more = () => {
    this.all = !this.all;
    this.#drawSimilar();
  };

  #drawSimilar() {
    const found = this.found ?? [];
    const shown = this.all ? found : found.slice(0, 1);
    const title = found.length ? w.similar : this.found ? w.similarNone : w.similarHint;
    const insist = (row) =>
      toast(w.supportedInstead(row.number),
        { kind: "good", action: { label: w.clearDraft, run: () => this.#clear() } });
    render(
      html`<div class="similar-head"><p class="similar-title" role="status">${title}</p>
          ${found.length > 1 ? html`<button class="similar-more" type="button" aria-expanded=${String(this.all)}
            @click=${this.#more}>${this.all ? w.similarLess : w.similarMore(found.length - 1)}</button>`
              : nothing}</div>
        <ul class="similar-list">${shown.map((row) => html`<li>
          <p class="similar-text" dir="auto"><span class="num quiet-text">${row.number}</span> ${row.text}</p>
          ${isOpen(row) ? supportButton(this.supports, row, { after: insist }) : outcome(row)}
        </li>`)}</ul>
        ${this.found && !found.length ? html`<p class="small quiet-text">${w.similarTip}</p>` : nothing}`,
      byId("similar"),
    );
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  #submit(event) {
    event.preventDefault();
    const fault = faultOf(this.text.value);
    if (fault) {
      this.#fault(fault === "short" ? w.tooShort(LEAST) : w.tooLong(MOST));
      this.text.focus();
      return;
    }
    const letter = { text: clean(this.text.value), unit: Number(this.unit.value)
      || null, asker: clean(this.asker.value) };
    this.shown = this.outbox.add(letter);
    this.#write("");
    this.#drawSent({ focus: true });
  }

  #refused({ letter, refusal }) {
    if (!TO_BE_MENDED.includes(refusal.code) || this.text.value) return;
    const why = Object.values(refusal.data.fields ?? {});
    this.takeBack(letter);
    this.#fault([refusal.message, ...why].join(" "));
  }

  /** A letter that did not go becomes the draft again; a draft that stands there is put before it. */
  takeBack(letter) {
    this.outbox.remove(letter.key);
    this.shown = null;
    this.#write([this.text.value, letter.text].filter(Boolean).join("\n\n"));
    this.unit.value = letter.unit && [...this.unit.options].some(({ value }) => Number(value) === letter.unit)
      ? letter.unit : "";
    this.#drawSent();
    location.hash = "#ask";
    this.text.focus();
  }

  #again = () => {
    this.shown = null;
    this.#drawSent();
    this.text.focus();
  };

  #drawSent({ focus = false } = {}) {
    const letter = this.shown && this.outbox.get(this.shown);
    const receipt = this.shown && this.outbox.receipt(this.shown);
    if (!letter && !receipt) this.shown = null; // taken back, or thrown away
    const panel = byId("sent");
    this.form.hidden = Boolean(this.shown);
    panel.hidden = !this.shown;
    this.#bar();
    const card = letter
      ? letterCard(letter, { takeBack: () => this.takeBack(letter), outbox: this.outbox })
      : receipt ? receiptCard({ ...receipt, session: this.title }) : nothing;
    render(
      html`${card}<p class="button-row">
        <button class="button" type="button" @click=${this.#again}>${w.another}</button>
        <a class="button quiet" href="#mine">${w.seeMine}</a></p>`,
      panel,
    );
    if (focus) panel.querySelector("h3")?.focus();
  }
}
