// The form of a response: preset from the slot, chosen by digits, saved by Ctrl+Enter. Drafts are kept for each
// question.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { draftOf, dropDraft, keepDraft } from "../base/drafts.js";
import { labelOf } from "../base/labels.js";
import { duration } from "../base/format.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { button, unitOptions } from "../desk/desk.js";
import * as at from "../link/state.js";
import { onSessionClock } from "../link/timing.js";
import { parseClock } from "./dates.js";
import { words } from "./words.js";

const w = say(words);
export const KINDS = ["acknowledgement", "deflection", "generic_commitment", "specific_commitment",
  "no_answer"];
const BLANK = { unit: null, speaker: "", title: "", kind: null, text: "", start: "", end: "", slot: null,
  correcting: null };
const SAME_MS = 5000; // what was recorded of a slot may have been typed by hand
const FROM_SLOT = ["unit", "speaker", "title", "start", "end"];

/**
 * Who answers, as the slot says it, or else the first of the unit's people; a title that the slot leaves out is theirs.
 */
export function whoSpeaks(slot, people) {
  const speaker = slot?.speaker ?? people[0]?.name ?? "";
  return { speaker, title: slot?.speaker_title || (people.find((one) => one.name === speaker)?.title ?? "") };
}

export class ResponseForm {
  constructor(desk, { onSaved }) {
    Object.assign(this, { desk, onSaved, drafts: new Map(), question: null, saveOnKind: false });
  }

  get draft() {
    return this.drafts.get(this.question) ?? null;
  }

  /** Whether something would be lost to the eye if another question came here. */
  get touched() {
    return Boolean(this.draft?.text.trim() || this.draft?.correcting);
  }

  open(id) {
    this.question = id;
    this.saveOnKind = false;
    if (id !== null && !this.draft) this.drafts.set(id, this.#kept(id) ?? { ...BLANK, edited: new Set() });
  }

  /** What this person had begun to write here before the page was left; null when nothing. */
  #kept(id) {
    const value = draftOf(`response.${id}`)?.value;
    return value ? { ...BLANK, ...value, edited: new Set(value.edited) } : null;
  }

  #keep() {
    keepDraft(`response.${this.question}`, { ...this.draft, edited: [...this.draft.edited] });
  }

  /** Take up what was recorded, to put it right. */
  correct(response) {
    this.question = response.question;
    this.drafts.set(response.question, {
      unit: response.unit, speaker: response.speaker, title: response.speaker_title, kind: response.kind,
        text: response.text,
      start: clockWords(response.started_ms), end: clockWords(response.ended_ms), slot: null, correcting: response,
      exact: { start: response.started_ms, end: response.ended_ms }, edited: new Set(FROM_SLOT),
    });
    this.focus("text");
  }

  drop() {
    this.drafts.delete(this.question);
    dropDraft(`response.${this.question}`);
    this.open(this.question);
    this.desk.redraw();
  }

  focus(field) {
    this.desk.focusDrawn(`response-${field}`);
  }

  // --- presets -----------------------------------------------------------------------------------------------------

  /** The slots in which this question was answered. */
  #slots(state) {
    const items = at.rows(state, "item").filter((item) => item.question === this.question);
    return items.flatMap((item) => at.slotsOf(state, item.id));
  }

  /** Whatever the clerk has not written by hand follows the slot: the one chosen, or the last that is not recorded. */
  #follow(state) {
    const { draft } = this;
    const slots = this.#slots(state);
    const recorded = at.standing(at.rows(state, "response")).filter((one) => one.question === this.question);
    const onClock = (instant) => onSessionClock(at.session(state), instant);
    const open = slots.filter((slot) =>
      !recorded.some((one) => Math.abs(one.started_ms - onClock(slot.started_at)) < SAME_MS));
    const slot = slots.find((one) => one.id === draft.slot) ?? open.at(-1) ?? null;
    const unit = slot?.unit ?? at.question(state, this.question)?.unit ?? at.session(state).units[0] ?? null;
    if (!draft.correcting) draft.exact = { start: onClock(slot?.started_at), end: onClock(slot?.ended_at) };
    const preset = {
      unit, ...whoSpeaks(slot, this.people(state, unit)),
      start: clockWords(draft.exact.start), end: clockWords(draft.exact.end),
    };
    for (const field of FROM_SLOT) if (!draft.edited.has(field)) draft[field] = preset[field];
    return { slots, slot };
  }

  people(state, unit) {
    return at.speakersOf(state, this.desk.page, unit);
  }

  // --- what the clerk does -----------------------------------------------------------------------------------------

  set(field, value) {
    this.draft[field] = value;
    this.draft.edited.add(field);
    this.#keep();
    this.desk.redraw();
  }

  #named(state, name) {
    const known = this.people(state, this.draft.unit).find((one) => one.name === name);
    if (known) this.set("title", known.title);
    this.set("speaker", name);
  }

  chooseSlot(slot) {
    this.draft.slot = slot.id;
    FROM_SLOT.forEach((field) => this.draft.edited.delete(field));
    this.desk.redraw();
  }

  chooseKind(kind) {
    if (!this.draft) return;
    this.draft.kind = kind;
    this.#keep();
    if (this.saveOnKind) this.save();
    else this.focus("text");
  }

  async save() {
    const { draft } = this;
    const fault = this.#fault(draft);
    if (fault) {
      this.desk.tell(fault.sentence, { kind: "refusal" });
      return this.focus(fault.field);
    }
    if (!draft.kind) {
      // The hand is free now: the next digit chooses the kind and saves.
      this.saveOnKind = true;
      document.activeElement?.blur();
      this.desk.tell(w.needKind, { kind: "info" });
      return this.desk.redraw();
    }
    this.saveOnKind = false;
    return this.#send(draft, this.question);
  }

  #fault(draft) {
    if (!draft.text.trim() && draft.kind !== "no_answer") return { field: "text", sentence: w.needText };
    if (!draft.unit) return { field: "unit", sentence: w.needUnit };
    for (const field of ["start", "end"]) if (Number.isNaN(parseClock(draft[field]))) return { field,
      sentence: w.badClock };
    return null;
  }

  async #send(draft, id) {
    const said = {
      unit: draft.unit, kind: draft.kind, text: draft.text.trim(), speaker: this.#answerer(draft),
        speaker_title: draft.title.trim(),
      started_ms: exactly(draft, "start"), ended_ms: exactly(draft, "end") ?? this.#now(draft),
    };
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
    const answer = draft.correcting
      ? await this.desk.press("response", "responses.correct_response", { response: draft.correcting.id, ...given })
      : await this.desk.press("response", "responses.record_response", { question: id, ...given });
    if (!answer) return;
    this.drafts.delete(id);
    dropDraft(`response.${id}`);
    if (this.question === id) this.open(id);
    this.onSaved({ answer, draft, question: at.question(this.desk.state, id) });
  }

  /** That no answer was given is said of a person only who had the floor, or whom the clerk has named. */
  #answerer(draft) {
    const named = draft.kind !== "no_answer" || draft.edited.has("speaker") || this.#slots(this.desk.state).length;
    return named ? draft.speaker.trim() : "";
  }

  /** A speaker who still speaks has ended when this is saved. */
  #now(draft) {
    const running = at.openSlot(this.desk.state);
    const here = running && !draft.correcting && this.#slots(this.desk.state).some((slot) => slot.id === running.id);
    return here && parseClock(draft.start) !== null ? onSessionClock(at.session(this.desk.state), this.desk.link.now())
      : null;
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  draw(state) {
    const { draft } = this;
    const { slots, slot } = this.#follow(state);
    return html`<form class="clerk-form" @submit=${(event) => event.preventDefault()} aria-labelledby="form-title">
      <header class="row apart"><h2 id="form-title">${draft.correcting ? w.correcting(draft.correcting.speaker)
        : w.response}</h2>
        ${draft.correcting ? html`<span class="quiet-text small">${w.correctMore}</span>`
          : this.#slotChips(state, slots, slot)}</header>
      ${this.#who(state, draft)}
      ${this.#kinds(draft)}
      <div class="field"><label for="response-text">${w.text}</label>
        <textarea class="input" id="response-text" rows="4" maxlength="4000" placeholder=${w.textPlaceholder}
          .value=${live(draft.text)} @input=${(event) => this.set("text", event.target.value)}></textarea></div>
      <div class="row apart clerk-save">
        <span class="row clerk-times">${this.#clock("start", w.start, draft.start)}${this.#clock("end", w.end,
          draft.end, slot && !slot.ended_at ? w.running : "")}</span>
        <span class="row">${draft.correcting ? button({ label: w.cancel, run: () => this.drop() }) : nothing}
          ${button({ label: draft.correcting ? w.saveCorrection : w.save, symbol: "check", key: "Ctrl ↵",
            kind: "primary", run: () => this.save(), disabled: !this.desk.live, busy: this.desk.isPending("response")
              })}</span>
      </div>
    </form>`;
  }

  #slotChips(state, slots, chosen) {
    if (slots.length < 2) return nothing;
    const clock = (instant) => clockWords(onSessionClock(at.session(state), instant)) || w.running;
    return html`<span class="row" role="group"
      aria-label=${w.slots}>${slots.map((slot) =>
        html`<button class="chip" type="button" aria-pressed=${String(slot === chosen)}
          @click=${() => this.chooseSlot(slot)}>${w.slot(slot.speaker, clock(slot.started_at),
            clock(slot.ended_at))}</button>`)}</span>`;
  }

  #who(state, draft) {
    const unitChosen = (event) => {
      FROM_SLOT.slice(1, 3).forEach((field) => draft.edited.delete(field));
      this.set("unit", Number(event.target.value) || null);
      const [first] = this.people(state, draft.unit);
      Object.assign(draft, { speaker: first?.name ?? "", title: first?.title ?? "" });
      draft.edited.add("speaker").add("title");
    };
    return html`<div class="clerk-who">
      <div class="field"><label for="response-unit">${w.unit}</label><select class="input" id="response-unit"
        @change=${unitChosen}>${unitOptions(state, draft.unit, "")}</select></div>
      <div class="field"><label for="response-speaker">${w.speaker}</label><input class="input" id="response-speaker"
        list="response-people" maxlength="40" autocomplete="off" .value=${live(draft.speaker)}
          @input=${(event) => this.#named(state, event.target.value)}>
        <datalist id="response-people">${this.people(state, draft.unit).map((one) =>
          html`<option value=${one.name}>${one.title}</option>`)}</datalist></div>
      <div class="field"><label for="response-title">${w.title}</label><input class="input" id="response-title"
        maxlength="80" autocomplete="off" .value=${live(draft.title)}
          @input=${(event) => this.set("title", event.target.value)}></div>
    </div>`;
  }

  #kinds(draft) {
    return html`<fieldset class="clerk-kinds ${this.saveOnKind ? "is-asked" : ""}"><legend
      class="field-label">${w.kind}</legend>
      ${KINDS.map((kind, number) =>
        html`<label class="choice boxed"><input type="radio" name="kind" value=${kind}
          .checked=${live(draft.kind === kind)} @change=${() => this.chooseKind(kind)}>
        <span><strong>${labelOf("response_kind", kind)}</strong> <kbd
          aria-hidden="true">${number + 1}</kbd><small>${labelOf("response_kind_key", kind)}</small></span></label>`)}
    </fieldset>`;
  }

  #clock(field, label, value, placeholder = "") {
    const wrong = Number.isNaN(parseClock(value));
    return html`<label class="clerk-clock"><span>${label}</span><input class="input num" id="response-${field}" size="8"
      inputmode="numeric" autocomplete="off" placeholder=${placeholder || "0:00:00"} title=${w.clockHint}
        aria-invalid=${wrong ? "true" : nothing} .value=${live(value)}
          @input=${(event) => this.set(field, event.target.value)}>${wrong ? icon("warning") : nothing}</label>`;
  }
}

/**
 * What stands in a field of the session's clock, in milliseconds: to the millisecond where it was not written by hand.
 */
const exactly = (draft, field) => (draft[field] === clockWords(draft.exact[field]) ? draft.exact[field]
  : parseClock(draft[field]));

export const clockWords = (ms) => (ms === null || ms === undefined ? "" : duration(ms));
