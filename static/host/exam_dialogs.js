// Changing the plan of a night exam by hand: another speaker, length or place, passing over, and what to cut when it
// runs over. Each with its reason, and what is taken is what was shown.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { say } from "../base/words.js";
import { button, unitOptions } from "../desk/desk.js";
import { calledOf, linesOf, presenceOf } from "../link/exam.js";
import { row, rundown, session } from "../link/state.js";
import { words } from "./exam_words.js";
import { itemWords } from "./rundown.js";

const w = say(words);
const PIECE_S = 5; // the twin of PIECE_S in inquiry/exam/rules/lengths.py
const LEAST_WHY = 2;

class Dialog {
  constructor(desk, name) {
    this.desk = desk;
    this.dialog = document.getElementById(name);
    this.body = document.getElementById(`${name}-body`);
    this.foot = document.getElementById(`${name}-foot`);
  }

  draw(body, foot, first = null) {
    render(body, this.body);
    render(foot, this.foot);
    if (this.dialog.open) return;
    this.dialog.showModal();
    if (first) document.getElementById(first).focus();
  }

  close() {
    this.dialog.close();
  }
}

export class ExamDialogs {
  constructor(desk) {
    Object.assign(this, { desk, change: new Dialog(desk, "exam-change"), skip: new Dialog(desk, "exam-skip"),
      cut: new Dialog(desk, "exam-cut") });
  }

  // --- another speaker, length or place ----------------------------------------------------------------------------

  openChange(line) {
    const item = row(this.desk.state, "item", line.item);
    if (!item || !this.desk.live) return;
    this.wish = { line, item, unit: item.unit, speaker: item.speaker, title: item.speaker_title,
      seconds: item.planned_ms / 1000, position: item.position, why: "", fault: "" };
    this.#drawChange();
  }

  #drawChange() {
    const { state } = this.desk;
    const { wish } = this;
    const { line, item } = wish;
    const set = (name, of = (value) => value) => ({ target }) => this.#wish({ [name]: of(target.value) });
    const places = rundown(state).filter((one) => one.state === "planned");
    this.change.draw(html`<div class="stack">
      <p><strong>${calledOf(state, line, item.unit)}</strong> <span class="quiet-text num">${w.computed(duration(
        line.seconds * 1000), line.number)}</span></p>
      <div class="exam-form">
        <div class="field"><label for="change-unit">${w.who}</label><select class="input" id="change-unit"
          @change=${({ target }) => this.#unit(Number(target.value))}>${unitOptions(state, wish.unit)}</select></div>
        <div class="field"><label for="change-speaker">${w.speaker}</label><input class="input" id="change-speaker"
          maxlength="40" autocomplete="off" .value=${live(wish.speaker)} placeholder=${w.head}
          @input=${set("speaker")}></div>
        <div class="field"><label for="change-title">${w.title}</label><input class="input" id="change-title"
          maxlength="80" autocomplete="off" .value=${live(wish.title)} @input=${set("title")}></div>
        <div class="field"><label for="change-seconds">${w.length}</label><div class="row"><input class="input num"
          id="change-seconds" type="number" inputmode="numeric" min=${PIECE_S} step=${PIECE_S} max="7200"
          .value=${live(String(wish.seconds))} @input=${set("seconds", Number)}><span
          class="num quiet-text">${duration((wish.seconds || 0) * 1000)}</span></div></div>
        <div class="field"><label for="change-place">${w.place}</label><select class="input" id="change-place"
          @change=${set("position", Number)}>${places.map((one) => html`<option value=${one.position}
          .selected=${live(one.position === wish.position)}>${w.placeOf(one.position, one.id === item.id ? w.unmoved
            : itemWords(state, one))}</option>`)}</select></div>
      </div>
      ${whyField("change-why", wish, set("why"))}
    </div>`, html`${button({ label: w.cancel, run: () => this.change.close() })}${button({ label: w.save,
      kind: "primary", symbol: "check", run: () => this.#change(),
      busy: this.desk.isPending("plan") })}`, "change-unit");
  }

  #wish(changed) {
    Object.assign(this.wish, changed, { fault: "" });
    this.#drawChange();
  }

  /** Another unit is spoken for by its head, unless somebody is named. */
  #unit(unit) {
    const { item } = this.wish;
    const same = unit === item.unit;
    this.#wish({ unit, speaker: same ? item.speaker : "", title: same ? item.speaker_title : "" });
  }

  async #change() {
    const { line, item, unit, speaker, title, seconds, position, why } = this.wish;
    if (!Number.isInteger(seconds) || seconds < PIECE_S || seconds % PIECE_S) return this.#fault(w.needsLength);
    if (why.trim().length < LEAST_WHY) return this.#fault(w.needsWhy);
    const named = speaker.trim() && (speaker !== item.speaker || title !== item.speaker_title || unit !== item.unit);
    const answer = await this.desk.press("plan", "exam.change_slot", { slot: line.id, why: why.trim(),
      ...(unit === item.unit ? {} : { unit }), ...(named ? { speaker: speaker.trim(), speaker_title: title.trim() }
        : {}),
      ...(seconds * 1000 === item.planned_ms ? {} : { seconds }),
      ...(position === item.position ? {} : { position }) });
    if (!answer) return null;
    this.change.close();
    const back = { slot: line.id, unit: item.unit, speaker: item.speaker, speaker_title: item.speaker_title,
      seconds: item.planned_ms / 1000, position: item.position, why: w.undoing };
    return this.desk.tell(w.changed(calledOf(this.desk.state, line, item.unit)), { action: { label: w.undo,
      run: () => this.#undo(back) } });
  }

  #fault(fault) {
    this.wish.fault = fault;
    this.#drawChange();
  }

  async #undo(back) {
    if (await this.desk.press("plan", "exam.change_slot", back)) this.desk.tell(w.undone);
  }

  // --- passing over ------------------------------------------------------------------------------------------------

  openSkip(line) {
    const item = row(this.desk.state, "item", line.item);
    if (!item || !this.desk.live) return;
    this.passed = { line, item, why: "", fault: "", absent: presenceOf(this.desk.state, item.unit) === "absent" };
    this.#drawSkip();
  }

  #drawSkip() {
    const { passed } = this;
    const change = (changed) => (Object.assign(passed, changed, { fault: "" }), this.#drawSkip());
    this.skip.draw(html`<div class="stack">
      <p><strong>${calledOf(this.desk.state, passed.line, passed.item.unit)}</strong> ${passed.item.speaker}</p>
      <p class="quiet-text">${w.skipMeans}</p>
      <label class="choice"><input type="checkbox" id="skip-absent" .checked=${live(passed.absent)}
        @change=${({ target }) => change({ absent: target.checked })}><span>${w.absentTick}</span></label>
      ${whyField("skip-why", passed, ({ target }) => change({ why: target.value }))}
    </div>`, html`${button({ label: w.cancel, run: () => this.skip.close() })}${button({ label: w.skipNow,
      kind: "primary", symbol: "next", run: () => this.#skip(), busy: this.desk.isPending("plan") })}`, "skip-why");
  }

  async #skip() {
    const { line, item, why, absent } = this.passed;
    if (why.trim().length < LEAST_WHY) {
      this.passed.fault = w.needsWhy;
      return this.#drawSkip();
    }
    const answer = await this.desk.press("plan", "exam.skip_slot", { slot: line.id, why: why.trim(), absent });
    if (!answer) return null;
    this.skip.close();
    return this.desk.tell(w.skipped(calledOf(this.desk.state, line, item.unit)), { action: this.#back });
  }

  /** What a message offers that says what was passed over or cut. */
  get #back() {
    return { label: w.undo, run: () => this.restore() };
  }

  async restore() {
    const told = { session: session(this.desk.state).id, why: w.restoring };
    if (await this.desk.press("plan", "exam.restore_slots", told)) this.desk.tell(w.restored);
  }

  // --- what to cut -------------------------------------------------------------------------------------------------

  async openCuts(note = "") {
    if (!this.desk.live) return;
    this.proposal = null;
    this.#drawCuts(note);
    try {
      this.proposal = await this.desk.link.call("exam.propose_cuts", { session: session(this.desk.state).id });
      this.#drawCuts(note);
    } catch (problem) {
      this.cut.close();
      this.desk.refused(problem);
    }
  }

  #drawCuts(note = "") {
    const found = this.proposal;
    const cuts = found?.cuts ?? [];
    this.cut.draw(html`<div class="stack">
      ${note ? html`<div class="notice warning" role="alert">${icon("warning")}<p>${note}</p></div>` : nothing}
      ${!found ? html`<p class="quiet-text">${w.looking}</p>` : found.over_s <= 0 ? html`<p>${w.cutNone}</p>`
        : !cuts.length ? html`<p>${w.cutNothing}</p>` : this.#cutTable(found)}
    </div>`, html`${button({ label: cuts.length ? w.cancel : w.close, run: () => this.cut.close() })}${cuts.length
      ? button({ label: w.takeCuts, kind: "primary", symbol: "check", run: () => this.#take(found),
        busy: this.desk.isPending("floor"), id: "take-cuts" }) : nothing}`);
  }

  #cutTable({ over_s: over, cuts }) {
    const lines = new Map(linesOf(this.desk.state).map(({ item, line }) => [line.id, { item, line }]));
    const gained = cuts.reduce((sum, one) => sum + one.before - (one.after ?? 0), 0);
    return html`<p>${w.cutLead(duration(over * 1000))}</p>
      <div class="table-box" tabindex="0"><table class="table dense"><thead><tr><th>${w.unit}</th><th
        class="num">${w.before}</th><th class="num">${w.afterCut}</th><th class="num">${w.gained}</th></tr></thead>
      <tbody>${cuts.map((one) => {
        const found = lines.get(one.slot);
        return html`<tr><td>${found ? calledOf(this.desk.state, found.line, found.item.unit) : one.slot}</td>
          <td class="num">${duration(one.before * 1000)}</td><td class="num">${one.after === null
            ? html`<strong>${w.dropIt}</strong>` : duration(one.after * 1000)}</td>
          <td class="num">${duration((one.after ?? 0) * 1000 - one.before * 1000)}</td></tr>`;
      })}</tbody><tfoot><tr><th>${w.sum}</th><td></td><td></td><td
        class="num"><strong>${duration(-gained * 1000)}</strong></td></tr></tfoot></table></div>
      ${gained < over ? html`<p>${w.cutStill(duration((over - gained) * 1000))}</p>` : nothing}`;
  }

  /** Exactly what was shown; what has changed meanwhile is shown anew. */
  async #take({ cuts }) {
    const told = ({ code, message }) => {
      if (code === "SLOTS_CHANGED") this.openCuts(w.cutChanged);
      if (code === "NOTHING_TO_CUT") {
        this.cut.close();
        this.desk.tell(message, { kind: "info" });
      }
      return ["SLOTS_CHANGED", "NOTHING_TO_CUT"].includes(code);
    };
    const now = session(this.desk.state);
    const answer = await this.desk.press("floor", "exam.cut_slots", { session: now.id, seen: now.floor_rev, cuts },
      { told });
    if (!answer) return;
    this.cut.close();
    const dropped = cuts.filter((one) => one.after === null).length;
    this.desk.tell(w.cutDone(cuts.length - dropped, dropped), { action: this.#back });
  }
}

const whyField = (id, { why, fault }, input) => html`<div class="field"><label for=${id}>${w.why}</label>
  <input class="input" id=${id} maxlength="200" autocomplete="off" .value=${live(why)} @input=${input}
    aria-invalid=${fault ? "true" : nothing} aria-describedby="${id}-fault">
  <p class="field-error" id="${id}-fault" role="alert">${fault}</p></div>`;
