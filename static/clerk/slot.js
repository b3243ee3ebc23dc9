// The record desk in a night exam: what a speaker promises in a slot becomes a pledge, without any question.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { badge, icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { emptyRow, format } from "../desk/desk.js";
import * as at from "../link/state.js";
import { PledgeForm } from "./pledge.js";
import { pledgeCard, toRecord } from "./record.js";
import { words } from "./words.js";

const w = say(words);
const RECENT = 60;
const speaks = (item) => item?.kind === "slot" && item.unit !== null;

export class SlotPledges {
  constructor(desk, people) {
    Object.assign(this, { desk, people, item: null, floorWas: null, wantsQuestions: false });
    this.form = new PledgeForm(desk, { onSaved: () => desk.tell(w.pledgeSaved), onDone: () => this.done() });
  }

  /** Whoever takes the floor is taken up, unless something is half written. */
  follow(state) {
    const item = at.floorItem(state);
    const fresh = item !== null && item.id !== this.floorWas;
    this.floorWas = item?.id ?? null;
    if (fresh) this.wantsQuestions = !speaks(item) && at.onAir(state) !== null;
    if ((fresh && speaks(item) && !this.form.touched) || this.item === null) {
      this.choose(speaks(item) ? item : this.#begun(state)[0] ?? null);
    }
  }

  /** Whether the desk shows slots: in a night exam, while no citizen's question is to be recorded. */
  isAtHand(state) {
    return at.session(state).kind === "night_exam" && !this.wantsQuestions;
  }

  /** The slots that were on the floor, the newest first. */
  #begun(state) {
    const begun = at.rundown(state).filter((item) => speaks(item) && item.started_at !== null);
    return begun.sort((a, b) => b.started_at - a.started_at).slice(0, RECENT);
  }

  choose(item) {
    this.item = item?.id ?? null;
    if (!item) return;
    const { speaker } = at.slotsOf(this.desk.state, item.id).at(-1) ?? item;
    const source = { name: `pledge.slot.${item.id}`, command: "exam.record_pledge",
      message: { session: this.desk.page.session } };
    this.form.begin(source, { unit: item.unit, officer: speaker });
    this.desk.redraw();
  }

  move(steps) {
    const all = this.#begun(this.desk.state);
    const place = all.findIndex((one) => one.id === this.item) + steps;
    this.choose(all[Math.max(0, Math.min(all.length - 1, place))]);
  }

  /** On to whoever has the floor. */
  done() {
    document.activeElement?.blur();
    const item = at.floorItem(this.desk.state);
    this.choose(speaks(item) ? item : at.row(this.desk.state, "item", this.item));
  }

  askQuestions() {
    this.wantsQuestions = true;
    this.desk.redraw();
  }

  askSlots() {
    this.wantsQuestions = false;
    this.desk.redraw();
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  draw(state, { queue, form, record }) {
    render(this.#queue(state), queue);
    render(this.#middle(state), form);
    render(this.#record(state), record);
  }

  #queue(state) {
    const all = this.#begun(state);
    const asked = toRecord(state).length;
    return html`<header class="pane-head"><h2 id="queue-title">${w.slotQueue}</h2>${asked ? html`<button
        class="linklike push" type="button" @click=${() => this.askQuestions()}>${w.toQuestions(asked)}</button>`
      : html`<span class="push num">${all.length}</span>`}</header>
      <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="queue-title"><ol class="lane">
        ${all.length ? repeat(all, (item) => item.id, (item) => this.#row(state, item)) : emptyRow(w.noSlots,
          w.noSlotsMore, "mic")}</ol></div>`;
  }

  #row(state, item) {
    const count = this.#pledges(state).filter((one) => one.lead_unit === item.unit).length;
    return html`<li class="lane-row" aria-current=${item.id === this.item ? "true" : nothing}>
      <button class="row-open" type="button" @click=${() => this.choose(item)} aria-label=${at.titled(item)}></button>
      <span class="lane-lead"><strong>${icon("mic")}</strong><time>${format.time(item.started_at)}</time></span>
      <div><p class="lane-text">${at.titled(item)}</p><span
        class="lane-note">${item.speaker} · ${w.pledgesOf(count)}</span></div>
      <span class="lane-side">${item.state === "on_air" ? badge("on_air") : nothing}</span></li>`;
  }

  #middle(state) {
    const item = at.row(state, "item", this.item);
    const floor = at.floorItem(state);
    const elsewhere = speaks(floor) && floor.id !== this.item ? floor : null;
    return html`<div class="on-floor clerk-floor panel">
        <div class="on-floor-line">${item?.state === "on_air" ? badge("on_air") : nothing}<strong>${item
          ? at.titled(item) : w.noSlots}</strong><span>${item?.speaker ?? ""} ${item?.speaker_title ?? ""}</span>
          ${elsewhere ? html`<button class="linklike" type="button" @click=${() =>
            this.choose(elsewhere)}>${icon("live")} ${w.slotSwitched(at.titled(elsewhere))} · ${w.goThere} <kbd
              aria-hidden="true">O</kbd></button>` : nothing}
          <span class="clock" id="slot-clock" role="timer" data-phase="idle"><span class="clock-digits">–:––</span><span
            class="clock-word"></span></span></div>
        <p class="clerk-question">${item ? w.slotMore : w.noSlotsMore}</p>
      </div>
      <div class="pane-body">${item ? this.form.draw(state, this.people) : nothing}</div>`;
  }

  /** The slots of the item at hand, whose time runs beside the form. */
  get running() {
    return this.item === null ? null
      : at.slotsOf(this.desk.state, this.item).find((slot) => slot.ended_at === null) ?? null;
  }

  #pledges(state) {
    return at.standing(at.rows(state, "pledge")).filter((one) => one.origin === "exam_slot");
  }

  #record(state) {
    const unit = at.row(state, "item", this.item)?.unit;
    const all = this.#pledges(state).sort((a, b) => (b.lead_unit === unit) - (a.lead_unit === unit)
      || b.recorded_at - a.recorded_at).slice(0, RECENT);
    const acts = { correctPledge: (one) => {
      this.form.correct(one, this.form.source);
      this.desk.redraw();
    } };
    return html`<header class="pane-head"><h2 id="record-title">${w.slotRecord}</h2></header>
      <div class="pane-body" tabindex="0" role="region" aria-labelledby="record-title">${all.length
        ? html`<ol class="clerk-pledges">${repeat(all, (one) => one.id, (one) => pledgeCard(state, one, null,
          acts))}</ol>` : html`<div class="empty">${icon("pledge")}<p class="empty-title">${w.noPledges}</p></div>`}
      </div>`;
  }
}
