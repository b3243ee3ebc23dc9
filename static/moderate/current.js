// The question under the moderator's eye, and what can be decided about it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { labelOf } from "../base/labels.js";
import { badge, icon } from "../base/badges.js";
import { draftOf, dropDraft, keepDraft } from "../base/drafts.js";
import { keyOf } from "../base/keys.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { button, format, unitOptions } from "../desk/desk.js";
import { question, rows, unitName } from "../link/state.js";
import { gauge } from "../screen/gauge.js";
import { words } from "./words.js";
import { guessUnit, inCommon } from "./alike.js";

const w = say(words);
const REASONS = ["abusive", "private", "off_topic", "not_a_question", "spam", "unlawful", "other"];
const MOST_CANDIDATES = 6;

export class ModerateCurrent {
  constructor(desk, { lane, decisions, holds, alike }) {
    Object.assign(this, { desk, lane, decisions, holds, alike, entered: null, note: "", reason: null });
  }

  /** What is being done with the question under the eye; with the next one nothing is. */
  get mode() {
    return this.entered?.id === this.lane.current ? this.entered.mode : "plain";
  }

  get one() {
    return question(this.desk.state, this.lane.current);
  }

  get candidates() {
    return (this.alike.of(this.one?.id)?.questions ?? []).filter((other) => other.id !== this.one.id).slice(0,
      MOST_CANDIDATES);
  }

  get guess() {
    const { one } = this;
    return one && !one.unit ? guessUnit(this.desk.state, one.text, this.candidates) : null;
  }

  #may(...states) {
    return this.one && states.includes(this.decisions.stateOf(this.one)) && !this.decisions.underWay(this.one.id);
  }

  // --- modes -------------------------------------------------------------------------------------------------------

  enter(mode) {
    const may = { refuse: ["waiting", "approved"], merge: ["waiting", "approved"],
      reword: ["waiting", "approved"] }[mode];
    if (!this.#may(...may)) return;
    const { id, text } = this.one;
    Object.assign(this, {
      entered: { id, mode }, reason: null,
      note: draftOf(`note.${id}`)?.value ?? "", wording: draftOf(`wording.${id}`)?.value ?? text,
      closed: !this.one.approved_at, // what never was public stays so unless the moderator says otherwise
    });
    if (mode === "reword") this.desk.focusDrawn("wording");
    else this.desk.redraw();
  }

  leave() {
    this.entered = null;
    document.activeElement?.blur();
    this.desk.redraw();
  }

  digit(number) {
    if (this.mode === "refuse") this.refuse(REASONS[number - 1]);
    if (this.mode === "merge") this.merge(this.candidates[number - 1]);
  }

  // --- decisions ---------------------------------------------------------------------------------------------------

  #decide(verb, data, sentence) {
    const { one } = this;
    const answer = this.decisions.decide(verb, one, data, sentence);
    answer?.then((done) => done && ["note", "wording"].forEach((what) => dropDraft(`${what}.${one.id}`)));
    this.leave();
    if (answer) this.lane.goOn();
    return answer;
  }

  approve() {
    if (this.#may("waiting")) this.#decide("approve");
    else if (this.lane.list === "waiting") this.lane.goOn(); // somebody else has decided it: on to the next
  }

  refuse(reason) {
    if (!reason || !this.#may("waiting", "approved")) return;
    this.reason = reason;
    if (reason === "other" && !this.note.trim()) {
      this.desk.tell(w.noteNeeded, { kind: "info" });
      return this.desk.focusDrawn("refusal-note");
    }
    this.#decide("refuse", { reason, note: this.note.trim() },
      w.done.refuse(this.one.number, labelOf("reason_key", reason)));
  }

  merge(into) {
    if (into && this.#may("waiting", "approved")) this.#decide("merge", { into: into.id },
      w.done.merge(this.one.number, into.number));
  }

  reword() {
    const text = this.wording.trim();
    if (text === this.one.text.trim()) return this.desk.tell(w.sameWording, { kind: "info" });
    return this.#decide("reword", { text, closed: this.closed });
  }

  unmerge() {
    if (this.#may("merged")) this.decisions.decide("unmerge", this.one);
  }

  setUnit(unit) {
    if (!this.one || this.one.unit === unit) return;
    this.desk.press(`unit:${this.one.id}`, "questions.set_unit", { question: this.one.id, seen: this.one.rev, unit });
  }

  takeGuess() {
    if (this.guess) this.setUnit(this.guess);
  }

  // --- what is drawn: the question ---------------------------------------------------------------------------------

  drawQuestion(state) {
    const { one } = this;
    return html`<header class="pane-head moderate-totals">${totals(state)}</header>
      <div class="pane-body" tabindex="0" role="region" aria-label=${one ? w.number(one.number) : w.choose}>${one
        ? this.#question(state, one)
        : html`<div class="empty">${icon("check")}<p
        class="empty-title">${w.empty[this.lane.list]}</p><p>${w.emptyMore[this.lane.list]}</p></div>`}</div>
      <footer class="pane-foot moderate-actions">${one ? this.#actions(one) : nothing}</footer>`;
  }

  #question(state, one) {
    const other = this.holds.other(one.id);
    const shown = this.decisions.stateOf(one);
    const original = question(state, one.rewording_of);
    return html`<article class="moderate-question">
      <p class="moderate-line">${badge(shown)} <strong class="num">${w.number(one.number)}</strong>
        <time class="num">${format.dateTime(one.asked_at)}</time> <span>${w.asker} ${one.asker || w.anonymous}</span>
        ${original ? html`<span>${icon("edit")} ${w.rewordingOf(original.number)}</span>` : nothing}
        ${one.votes ? html`<span>${icon("support")} ${w.supporters(one.votes)}</span>` : nothing}</p>
      <p class="moderate-held ${other && shown === "waiting" ? "is-held" : ""}" role="status">${other
        && shown === "waiting" ? html`${icon("people")}${w.heldNotice(other.name)}`
        : this.#decided(state, one, shown)}</p>
      <blockquote class="quote moderate-text typeset" dir="auto">${typeset(one.text)}</blockquote>
      ${["waiting", "approved"].includes(shown) ? this.#gauge(one.text) : nothing}
      ${this.#unit(state, one)}
      ${one.background_excerpt
        ? html`<section class="moderate-background"><h3>${w.background}</h3><p>${one.background_excerpt}${
        one.background_excerpt.length >= 200 ? "…" : ""}</p></section>` : nothing}
    </article>`;
  }

  /** How the words will stand on the studio screen: a shorter wording is best made before they are on air. */
  #gauge(text) {
    const { lines, fits } = gauge(text);
    return html`<p class="moderate-gauge ${fits ? "" : "is-over"}">${icon(fits ? "screen" : "warning")}<span>${fits
      ? w.gauge(lines) : html`<strong>${w.gaugeOver}</strong> ${this.mode === "reword" ? w.gaugeShorter
      : w.gaugeReword}`}</span></p>`;
  }

  #decided(state, one, shown) {
    if (shown === "refused" && one.refusal_reason)
      return html`${labelOf("reason_key", one.refusal_reason)}${one.refusal_note ? html` · ${one.refusal_note}`
        : nothing}`;
    const root = shown === "merged" ? question(state, one.root) : null;
    return root && root.id !== one.id ? w.mergedWith(root.number, root.text) : nothing;
  }

  #unit(state, one) {
    const { guess } = this;
    return html`<div class="moderate-unit">
      <label for="unit">${w.unit}</label>
      <select class="input" id="unit" ?disabled=${!this.desk.live || this.desk.isPending(`unit:${one.id}`)}
        @change=${(event) => this.setUnit(Number(event.target.value) || null)}
        @keydown=${(event) => ["Enter", "Escape"].includes(keyOf(event)) && event.target.blur()}>${unitOptions(state,
          one.unit, w.noUnit)}</select>
      ${guess ? html`<button class="chip" type="button" @click=${() => this.takeGuess()}
        title=${w.takeGuess(unitName(state, guess))}>${w.guess} ${unitName(state, guess)} <kbd
          aria-hidden="true">G</kbd></button>` : nothing}
    </div>`;
  }

  // --- what is drawn: the actions ----------------------------------------------------------------------------------

  #actions(one) {
    const draw = { plain: () => this.#plain(one), refuse: () => this.#refusing(), merge: () => this.#merging(),
      reword: () => this.#rewording() };
    return draw[this.mode]();
  }

  #plain(one) {
    const state = this.decisions.stateOf(one);
    const off = !this.desk.live || this.decisions.underWay(one.id);
    const act = (label, symbol, key, run, kind = "") => button({ label, symbol, key, run, kind, disabled: off });
    const open = ["waiting", "approved"].includes(state);
    return html`<div class="moderate-main">
      ${state === "waiting" ? act(w.approve, "check", "A", () => this.approve(), "primary large") : nothing}
      ${open ? act(w.refuse, "ban", "R", () => this.enter("refuse"), "large") : nothing}
      ${open ? act(w.merge, "merge", "M", () => this.enter("merge"), "large") : nothing}
      ${open ? act(w.reword, "edit", "W", () => this.enter("reword"), "large") : nothing}
      ${state === "merged" ? act(w.unmerge, "split", null, () => this.unmerge(), "large") : nothing}
      ${state === "waiting" ? nothing : act(w.undo, "undo", null, () => this.decisions.takeBack(one.id), "large")}
    </div>
    <div class="row"><span class="push">${act(w.undoLast, "undo", "Z", () => this.decisions.undo(),
      "quiet")}${act(w.skip, "down", "J", () => this.lane.move(1), "quiet")}</span></div>`;
  }

  #refusing() {
    return html`<p class="moderate-ask" id="why">${w.why} ${this.#cancel()}</p>
      <div class="button-row" role="group" aria-labelledby="why">${REASONS.map((reason, at) => button({
        label: labelOf("reason_key", reason), key: String(at + 1), run: () => this.refuse(reason),
          pressed: this.reason === reason, disabled: !this.desk.live,
      }))}</div>
      <label class="moderate-note"><span>${w.note}</span>
        <input class="input" id="refusal-note" maxlength="500" placeholder=${w.notePlaceholder}
          .value=${live(this.note)} @input=${(event) => this.#typed("note", event.target.value)}
            @keydown=${(event) => this.#noteKey(event)}></label>`;
  }

  /** Kept for this question until it is decided. */
  #typed(what, words) {
    this[what] = words;
    keepDraft(`${what}.${this.one.id}`, words);
    if (what === "wording") this.desk.redraw();
  }

  #noteKey(event) {
    const key = keyOf(event);
    if (!["Enter", "Escape"].includes(key)) return;
    event.preventDefault();
    event.target.blur();
    if (key === "Escape") this.leave();
    else if (this.reason) this.refuse(this.reason);
  }

  #merging() {
    return html`<p class="moderate-ask">${w.whichMerge(this.candidates.length)} ${this.#cancel()}</p>
      <div class="button-row">${this.candidates.map((other, at) =>
        button({ label: w.mergeInto(other.number), key: String(at + 1), run: () => this.merge(other),
          disabled: !this.desk.live }))}</div>
      <p class="quiet-text small">${w.mergeMore}</p>`;
  }

  #rewording() {
    return html`<p class="moderate-ask"><label for="wording">${w.newWording}</label> ${this.#cancel()}</p>
      <textarea class="input moderate-wording" id="wording" rows="3" dir="auto" .value=${live(this.wording)}
        @input=${(event) => this.#typed("wording", event.target.value)}></textarea>
      <div class="row apart"><span class="small">${this.wording.trim() ? this.#gauge(this.wording.trim()) : nothing}
        <label><input type="checkbox" .checked=${live(this.closed)}
          @change=${(event) => { this.closed = event.target.checked; }}> ${w.keepClosed}</label>
        <span class="quiet-text">${w.rewordMore}</span></span>
        ${button({ label: w.save, symbol: "check", key: "Ctrl ↵", kind: "primary", run: () => this.reword(),
          disabled: !this.desk.live })}</div>`;
  }

  #cancel = () => button({ label: w.cancel, run: () => this.leave(), kind: "small quiet", key: "Esc" });

  // --- what is drawn: similar questions ----------------------------------------------------------------------------

  drawAlike(state) {
    const { one } = this;
    const answer = this.alike.of(one?.id);
    const list = this.candidates;
    return html`<header class="pane-head"><h2 id="alike-title">${w.similar}</h2></header>
      <div class="pane-body" tabindex="0" role="region" aria-labelledby="alike-title">
        ${!one ? nothing : !answer ? html`<p class="quiet-text" role="status">${w.looking}</p>` : answer.failed
          ? html`<p class="quiet-text">${w.lookFailed}</p>` : list.length
          ? html`<ol class="alike ${this.mode === "merge" ? "is-asked"
          : ""}">${list.map((other, at) => this.#candidate(state, one, other, at))}</ol>`
          : html`<div class="empty">${icon("search")}<p
          class="empty-title">${w.noSimilar}</p><p>${w.noSimilarMore}</p></div>`}
      </div>`;
  }

  #candidate(state, one, other, at) {
    const now = question(state, other.id) ?? other;
    return html`<li class="card">
      <header class="card-head"><kbd>${at + 1}</kbd><strong
        class="num">${w.number(other.number)}</strong>${badge(now.state)}<span
          class="num">${w.alike(`${Math.round(100 * (other.score ?? 0))}%`)}</span></header>
      <p class="alike-text">${inCommon(other.text, one.text)}</p>
      <footer class="card-foot"><span>${icon("support")} ${w.supporters(now.votes ?? 0)}</span><span>${unitName(state,
        now.unit) || w.noUnit}</span>
        ${button({ label: w.merge, symbol: "merge", kind: "small", run: () => this.merge(other),
          disabled: !this.desk.live || !this.#may("waiting", "approved") })}</footer>
    </li>`;
  }
}

/** How everything received adds up. */
function totals(state) {
  const all = rows(state, "totals")[0];
  if (!all) return nothing;
  const figure = (words, n, kind = "") => html`<div class=${kind}><dt>${words}</dt><dd>${format.number(n)}</dd></div>`;
  const reasons = Object.entries(all.refused).map(([reason, n]) => figure(w.refusedFor(labelOf("reason_key", reason)),
    n));
  const total = (name, kind) => figure(labelOf("total", name), all[name], kind);
  return html`<dl class="totals compact" aria-label=${w.totalsLabel}>${total("received",
    "is-sum")}${total("waiting")}${total(
    "approved")}${total("merged")}${reasons.length ? reasons : figure(labelOf("total", "refused"), 0)}</dl>`;
}
