// The form of a pledge: the words as they were spoken, and the five things that make them binding.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { draftOf, dropDraft, keepDraft } from "../base/drafts.js";
import { say } from "../base/words.js";
import { button, format, unitOptions } from "../desk/desk.js";
import { row, short } from "../link/state.js";
import { dueInSpeech, kindOfDay, parseDue } from "./dates.js";
import { words } from "./words.js";

const w = say(words);
const TYPED = ["spoken", "action", "object", "officer", "unit", "due"];
const ELEMENTS = ["action", "object", "officer", "lead_unit", "due_on"];

/** The vague words that occur in a text, the longer one where one contains another; the server has the last word. */
export function vagueIn(text, list) {
  const said = text.normalize("NFKC").toLowerCase();
  const found = list.filter((word) => said.includes(word.toLowerCase()));
  return found.filter((word) => !found.some((other) => other !== word && other.includes(word)));
}

export class PledgeForm {
  constructor(desk, { onSaved, onDone }) {
    Object.assign(this, { desk, onSaved, onDone, source: null, correcting: null, saved: [] });
  }

  /** Begin with the words of a response, or with those that are selected in it. */
  open(response, spoken = response.text) {
    this.begin(outOf(response), { spoken, unit: response.unit });
    this.focus("spoken");
  }

  /**
   * Begin with what is known. A `source` has the `name` under which drafts are kept, and the `command` that records
   * what it is told besides the `message`.
   */
  begin(source, { spoken = "", unit = null, officer = "" } = {}) {
    Object.assign(this, {
      source, correcting: null, saved: [], spoken, action: "", object: "", officer, unit, due: "",
    });
    this.#goOn();
  }

  correct(pledge, source) {
    Object.assign(this, {
      source, correcting: pledge, saved: [], spoken: pledge.spoken, action: pledge.action, object: pledge.object,
      officer: pledge.officer, unit: pledge.lead_unit, due: pledge.due_on ?? "",
    });
    this.#goOn();
    this.focus("spoken");
  }

  /** The draft of this one is taken up, if it was left half written. */
  #goOn() {
    Object.assign(this, draftOf(this.#draft)?.value);
  }

  get #draft() {
    return this.correcting ? `pledge.${this.correcting.id}` : this.source.name;
  }

  /** Whether something would be lost to the eye if another form came here. */
  get touched() {
    return Boolean(this.correcting || [this.spoken, this.action, this.object, this.due].some((one) => one?.trim()));
  }

  #set(field, value) {
    this[field] = value;
    keepDraft(this.#draft, Object.fromEntries(TYPED.map((name) => [name, this[name]])));
    this.desk.redraw();
  }

  focus(field) {
    this.desk.focusDrawn(`pledge-${field}`, { selected: field === "spoken" });
  }

  get dueOn() {
    return parseDue(this.due, this.desk.page.calendar);
  }

  get #missing() {
    const has = { action: this.action.trim(), object: this.object.trim(), officer: this.officer.trim(),
      lead_unit: this.unit, due_on: this.dueOn };
    return ELEMENTS.filter((name) => !has[name]);
  }

  async save() {
    if (!this.spoken.trim()) return this.#ask("spoken", w.needSpoken);
    if (!this.unit) return this.#ask("unit", w.needUnit);
    if (this.due.trim() && !this.dueOn) return this.#ask("due", w.dueUnread);
    const said = {
      spoken: this.spoken.trim(), action: this.action.trim(), object: this.object.trim(), officer: this.officer.trim(),
      lead_unit: this.unit, due_on: this.dueOn ?? "",
    };
    const { correcting, source } = this;
    const answer = correcting
      ? await this.desk.press("pledge", "pledges.correct_pledge", { pledge: correcting.id, seen: correcting.rev,
      ...said })
      : await this.desk.press("pledge", source.command, { ...source.message, ...said });
    if (!answer) return;
    dropDraft(correcting ? `pledge.${correcting.id}` : source.name);
    const saved = [...this.saved, recorded(said)];
    Object.assign(this, { correcting: null, saved, spoken: "", action: "", object: "", due: "" });
    this.onSaved(answer);
    if (!correcting) this.focus("spoken");
  }

  #ask(field, sentence) {
    this.desk.tell(sentence, { kind: "refusal" });
    this.focus(field);
  }

  /** Ctrl+Enter: save; with nothing written after a pledge was saved, that was the last one. */
  saveOrDone() {
    if (this.saved.length && !this.spoken.trim()) this.onDone();
    else this.save();
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  draw(state, people) {
    const set = (field) => (event) => this.#set(field, event.target.value);
    const field = (name, label, list = null) => html`<div class="field"><label for="pledge-${name}">${label}</label>
      <input class="input" id="pledge-${name}" maxlength=${name === "officer" ? 40 : 200} autocomplete="off" list=${list
        ?? nothing} .value=${live(this[name])} @input=${set(name)}></div>`;
    return html`<form class="clerk-form" @submit=${(event) => event.preventDefault()} aria-labelledby="form-title">
      <header class="row apart"><h2 id="form-title">${this.correcting ? w.correctingPledge : w.pledge}</h2>
        </header>
      ${this.saved.map((said) => html`<p class="clerk-saved">${icon("check")}<span>${w.pledgeIs(said)}</span></p>`)}
      <div class="field"><label for="pledge-spoken">${w.spoken}</label>
        <textarea class="input" id="pledge-spoken" rows="3" maxlength="1000" .value=${live(this.spoken)}
          @input=${set("spoken")}></textarea>
        <p class="clerk-vague">${this.#vague()}</p></div>
      <div class="clerk-parts">${field("action", w.actionField)}${field("object", w.objectField)}${field("officer",
        w.officerField, "pledge-people")}
        <div class="field"><label for="pledge-unit">${labelOf("element", "lead_unit")}</label><select class="input"
          id="pledge-unit" @change=${(event) => this.#set("unit", Number(event.target.value))}>${unitOptions(state,
            this.unit, this.unit ? null : "")}</select></div>
        ${this.#due(set("due"))}</div>
      <datalist id="pledge-people">${people(state, this.unit).map((one) =>
        html`<option value=${one.name}>${one.title}</option>`)}</datalist>
      ${this.#specific()}
      <div class="row apart clerk-save"><span></span><span class="row">
        ${button({ label: this.correcting ? w.cancel : w.done, run: () => this.onDone(), key: "Esc" })}
        ${button({ label: this.correcting ? w.saveCorrection : w.save, symbol: "pledge", key: "Ctrl ↵", kind: "primary",
          run: () => this.save(), disabled: !this.desk.live, busy: this.desk.isPending("pledge") })}</span></div>
    </form>`;
  }

  #vague() {
    const found = vagueIn(this.spoken, this.desk.page.vague);
    return found.length ? html`${icon("warning")}${w.vagueFound} ${found.map((word) => html`<mark>${word}</mark>`)}`
      : nothing;
  }

  #due(typed) {
    const { calendar } = this.desk.page;
    const day = this.dueOn;
    const heard = this.due ? null : dueInSpeech(this.spoken, calendar);
    const told = day ? this.#dayWords(day) : this.due.trim() ? html`${icon("warning")}${w.dueUnread}` : heard
      ? html`${w.heard(heard.said, format.dateOf(heard.due))}
      <button class="linklike" type="button"
        @click=${() => this.#set("due", heard.due)}>${w.adopt}</button>` : w.dueHint;
    return html`<div class="field clerk-due"><label for="pledge-due">${labelOf("element", "due_on")}</label>
      <input class="input" id="pledge-due" autocomplete="off" aria-describedby="pledge-due-told"
        aria-invalid=${this.due.trim() && !day ? "true" : nothing} .value=${live(this.due)} @input=${typed}>
      <span class="field-hint" id="pledge-due-told" role="status">${told}</span></div>`;
  }

  #dayWords(day) {
    const { calendar } = this.desk.page;
    const { kind, known } = kindOfDay(day, calendar);
    const working = ["workday", "made_up"].includes(kind);
    return html`${icon(working ? "calendar"
      : "warning")}<strong>${format.dateOf(day)}</strong> ${format.weekdayOf(day)} · ${labelOf("day", kind)}
      ${day < calendar.today ? html` · ${w.duePast}` : nothing}${known ? nothing : html` · ${w.notAnnounced}`}`;
  }

  #specific() {
    const missing = this.#missing;
    return html`<ul class="clerk-elements" aria-label=${missing.length
      ? w.missing(missing.map((name) => labelOf("element_key", name))) : w.specific}>
      ${ELEMENTS.map((name) =>
        html`<li class=${missing.includes(name) ? "" : "is-there"}>${icon(missing.includes(name) ? "minus"
          : "check")}${labelOf("element_key", name)}</li>`)}
      <li class="clerk-verdict">${missing.length ? w.generic : w.specific}</li></ul>`;
  }
}

/** Under which name what was begun out of a response is kept. */
export const draftName = (response) => `pledge.of.${response.id}`;

/** What records a pledge out of a response. */
export const outOf = (response) => ({ name: draftName(response), command: "pledges.record_pledge",
  message: { response: response.id } });

/** What was recorded, in one line: what is to be done where, by whom, until when. */
const recorded = ({ spoken, action, object, officer, due_on: due }) =>
  [[action, object].filter(Boolean).join(" ") || short(spoken, 40), officer,
    due ? w.dueOn(format.dateOf(due)) : w.noDue].filter(Boolean).join(" · ");

/** The words of the response that the clerk has marked in the record; all of them if none are marked. */
export function markedWords(response) {
  const marked = String(getSelection()).trim();
  return marked && response.text.includes(marked) ? marked : response.text;
}
