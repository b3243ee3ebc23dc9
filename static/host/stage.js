// The middle of the host's desk: what is on air, whose time runs, and the presses that change it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { labelOf } from "../base/labels.js";
import { duration } from "../base/format.js";
import { icon } from "../base/badges.js";
import { keyOf } from "../base/keys.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { button, format, holdButton, unitOptions } from "../desk/desk.js";
import { itemWords } from "./rundown.js";
import { filmOf } from "../link/film.js";
import * as at from "../link/state.js";
import { allowed, interrupted, used } from "../link/timing.js";
import { words } from "../desk/words.js";

const w = say(words);
const MINUTES = [1, 2, 3, 5];
/** The twin of TAKE_BACK_WITHIN in inquiry/questions/rules.py. */
const TAKE_BACK_MS = 30_000;
const ENDINGS = ["count_over", "grace", "end", "next"];
const LEAST = 26 / 36; // the host reads from an arm's length: what is longer than that scrolls
// During the others a slot can be started, but not by a stray Space.
const SPOKEN = ["question", "slot", "follow_up", "pledge"];

export class HostStage {
  constructor(desk, exam) {
    Object.assign(this, { desk, exam, item: undefined, unit: null, speaker: "", title: "", seconds: 120,
      atZero: "count_over", grace: 10, warning: null, danger: null, usual: null });
  }

  // --- who is to speak ---------------------------------------------------------------------------------------------

  /** Whenever something else comes on air, the unit and the speaker are those of the question. */
  #preset(state, item) {
    if (this.item === item?.id) return;
    this.item = item?.id;
    const unit = at.onAir(state)?.unit ?? item?.unit ?? (item ? at.session(state).units[0] : null) ?? null;
    Object.assign(this, this.usual, { usual: null });
    this.#choose(state, unit);
    if (item?.speaker) this.#presetPlanned(item);
    else if (item?.kind === "slot" && item.planned_ms) this.seconds = Math.round(item.planned_ms / 1000);
  }

  /** Who was planned to speak, for how long, and what happens then: for this item, and not for those behind it. */
  #presetPlanned(item) {
    this.usual = { seconds: this.seconds, atZero: this.atZero, grace: this.grace, warning: this.warning,
      danger: this.danger };
    Object.assign(this, { speaker: item.speaker, title: item.speaker_title, ownTitle: true, atZero: item.at_zero,
      seconds: Math.round(item.planned_ms / 1000), warning: inSeconds(item.warning_ms),
      danger: inSeconds(item.danger_ms) });
    if (item.at_zero === "grace") this.grace = item.grace_ms / 1000;
  }

  #choose(state, unit) {
    this.unit = unit;
    const [first] = this.#people(state);
    Object.assign(this, { speaker: first?.name ?? "", title: first?.title ?? "", ownTitle: false });
    this.desk.redraw();
  }

  #people(state) {
    return at.speakersOf(state, this.desk.page, this.unit);
  }

  // --- presses -----------------------------------------------------------------------------------------------------

  /** Space: start, pause, or go on, whichever is next. */
  startOrPause() {
    const slot = at.openSlot(this.desk.state);
    if (slot?.is_interruption && this.exam.isOne(this.desk.state)) return this.exam.endInterruption();
    if (slot) return this.desk.floor(slot.paused_at === null ? "live.pause_slot" : "live.resume_slot");
    return this.#isSpoken(at.floorItem(this.desk.state)) ? this.start() : null;
  }

  #isSpoken(item) {
    return item !== null && (SPOKEN.includes(item.kind) || item.speaker !== "");
  }

  /** The clock before somebody speaks: the time that will be given. */
  allotted(state) {
    return at.floorItem(state) ? { remaining: this.seconds * 1000, idle: true } : null;
  }

  start() {
    if (!this.speaker.trim() || !this.unit) {
      this.desk.tell(w.needsSpeaker, { kind: "refusal" });
      return document.getElementById(this.unit ? "speaker" : "speaker-unit")?.focus();
    }
    return this.desk.floor("live.start_slot", {
      unit: this.unit, speaker: this.speaker.trim(), speaker_title: this.title.trim(), seconds: this.seconds,
      at_zero: this.atZero, grace_seconds: this.grace, warning_seconds: this.warning, danger_seconds: this.danger,
    });
  }

  extend(seconds) {
    if (at.openSlot(this.desk.state)) this.desk.floor("live.extend_slot", { seconds });
  }

  end() {
    if (at.openSlot(this.desk.state)) this.desk.arm("end", () => this.desk.floor("live.end_slot"));
  }

  /** How many seconds are left in which what was put on air by mistake can be taken back; 0 when it is too late. */
  secondsToTakeBack(state) {
    const asked = at.onAir(state);
    const item = at.floorItem(state);
    if (!asked?.on_air_at || at.slotsOf(state, item.id).some((slot) => slot.started_at >= asked.on_air_at)) return 0;
    return Math.max(0, Math.ceil((asked.on_air_at + TAKE_BACK_MS - this.desk.link.now()) / 1000));
  }

  takeBack(asked) {
    return this.desk.floor("questions.take_back", { question: asked.id });
  }

  clear() {
    if (at.floorItem(this.desk.state)) this.desk.floor("questions.clear_floor");
  }

  takeNext() {
    const next = at.nextItem(this.desk.state);
    if (next) this.take(next);
  }

  /** Puts an item on air; whoever is planned to speak in it has the floor with the same press. */
  take(item) {
    if (at.session(this.desk.state).state !== "live") return;
    const command = begins(item) ? "live.take_and_start" : "questions.take_item";
    this.desk.arm(`take:${item.id}`, () => this.desk.floor(command, { item: item.id }),
      [w.takeThis(itemWords(this.desk.state, item)), whatEnds(this.desk)].filter(Boolean).join(w.stop));
  }

  /** Whether an item follows by itself when the one before ends by time: one press either way. */
  letFollow(item, follows) {
    return this.desk.press(`follow:${item.id}`, "live.arm_item", { item: item.id, follows });
  }

  /** The item that is armed goes on air, and nobody's time runs yet. */
  takeOnly(item) {
    this.desk.disarm();
    return this.desk.floor("questions.take_item", { item: item.id });
  }

  allot(seconds) {
    if (at.openSlot(this.desk.state)) return;
    this.seconds = seconds;
    this.desk.redraw();
  }

  get #blocked() {
    return !this.desk.live || this.desk.isPending("floor");
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  draw(state, prompts, messages) {
    const item = at.floorItem(state);
    const slot = at.openSlot(state);
    this.#preset(state, item);
    return html`${this.#floor(state, item, messages)}
      <div class="host-time">
        <span class="clock huge stacked" id="slot-clock" role="timer" aria-label=${w.allotted} data-phase="idle"><span
          class="clock-digits">–:––</span><span class="clock-word"></span></span>
        ${slot ? this.#speaking(state, slot) : this.#before(state, item)}
      </div>
      ${prompts}
      <div class="host-controls">${slot ? this.#running(slot) : item ? this.#setUp(state, item) : nothing}</div>
      ${this.exam.isOne(state) ? this.exam.next(state) : this.#next(state)}`;
  }

  #floor(state, item, messages) {
    const asked = at.onAir(state);
    const evening = at.session(state);
    const words = asked?.text ?? (item ? itemWords(state, item) : null);
    const [title, more] = {
      planned: [w.notLive, w.startsAt(format.dateTime(evening.starts_at))],
      live: [w.nothingOnAir, w.nothingOnAirMore],
      closed: evening.called_off === null ? [w.closed, ""] : [w.calledOff, evening.called_off],
    }[evening.state];
    return html`<div class="on-floor host-floor panel">
      <div class="on-floor-line">
        <strong>${item ? html`${icon(w.kindIcons[item.kind])} ${labelOf("item_kind", item.kind)}` : w.floor}</strong>
        ${asked ? html`<span class="num">${w.number(asked.number)}</span><span>${w.asks} ${asked.asker
          || w.anonymous}</span><span>${icon("support")} <span class="num">${asked.votes}</span></span>` : nothing}
        <span>${item ? holdButton({ label: at.openSlot(state) ? w.clearFloorEnds : w.clearFloor,
          held: () => this.clear(), symbol: "stop", key: "C",
          kind: "small", id: "clear-floor", disabled: this.#blocked }) : nothing}</span>
      </div>
      <p class="host-words typeset" data-fit data-least=${LEAST} dir="auto" tabindex="0">${typeset(words ?? title)}</p>
      <div class="host-answers-line"><p class="host-answers">${!item ? more : this.exam.why(state, item)
        || (this.#isSpoken(item) ? html`${w.answers} <strong>${at.unitName(state, at.openSlot(state)?.unit
        ?? asked?.unit ?? item.unit) || w.noUnit}</strong>` : nothing)}</p>
        ${asked ? this.#takeBackButton(state, asked) : nothing}</div>
      ${messages}
    </div>`;
  }

  #takeBackButton(state, asked) {
    const seconds = this.secondsToTakeBack(state);
    if (!seconds) return nothing;
    return button({ label: w.takeBack(seconds), symbol: "undo", kind: "small", id: "take-back",
      run: () => this.takeBack(asked), disabled: this.#blocked });
  }

  #speaking(state, slot) {
    const now = this.desk.link.now();
    return html`<dl class="host-speaker">
      <div class="host-who"><dt
        class="visually-hidden">${w.speaker}</dt><dd><strong>${slot.speaker}</strong> <span>${
          slot.speaker_title}</span></dd><dd>${at.unitName(state, slot.unit)}</dd></div>
      <div><dt>${w.total}</dt><dd class="num">${duration(allowed(slot))}${slot.extended_ms
        ? html` <span class="quiet-text">${w.extendedBy(signed(slot.extended_ms))}</span>` : nothing}</dd></div>
      <div><dt>${w.usedTime}</dt><dd class="num">${duration(used(slot, now))}</dd></div>
      ${interrupted(slot, now) ? html`<div><dt>${w.interruptedTime}</dt><dd
        class="num">${duration(interrupted(slot, now))}</dd></div>` : nothing}
      <div><dt>${w.atZero}</dt><dd>${labelOf("at_zero", slot.at_zero)}${slot.grace_ms
        ? html` <span class="quiet-text num">${w.seconds(slot.grace_ms / 1000)}</span>` : nothing}</dd></div>
    </dl>`;
  }

  #before(state, item) {
    const last = at.slotsOf(state, item?.id).at(-1);
    const film = filmOf(state, item);
    return html`<p class="host-speaker quiet-text">${last
      ? w.lastSlot(last.speaker, duration(used(last, last.ended_at))) : film ? html`<span>${icon("play")} ${
        w.film} · ${film.name}</span>` : nothing}</p>`;
  }

  #running(slot) {
    const paused = slot.paused_at !== null;
    const goOn = slot.is_interruption ? w.resumeSpeech : w.resume;
    const armed = this.desk.isArmed("end");
    const off = this.#blocked;
    return html`<div class="host-buttons">
      ${button({ label: paused ? goOn : w.pause, symbol: paused ? "play" : "pause", key: "␣", kind: "large primary",
        run: () => this.startOrPause(), disabled: off, busy: this.desk.isPending("floor") })}
      ${button({ label: w.plus30, key: "+", kind: "large", run: () => this.extend(30), disabled: off })}
      ${button({ label: w.plus60, kind: "large", run: () => this.extend(60), disabled: off })}
      ${button({ label: w.minus30, key: "−", kind: "large", run: () => this.extend(-30), disabled: off })}
      ${button({ label: armed ? w.again : w.end, symbol: "stop", key: "E", kind: `large end ${armed ? "armed" : ""}`,
        run: () => this.end(), disabled: off })}
    </div>`;
  }

  #setUp(state, item) {
    const people = this.#people(state);
    const set = (name) => (event) => Object.assign(this, { [name]: event.target.value });
    const titled = (event) => Object.assign(this, { title: event.target.value, ownTitle: true });
    return html`<div class="host-setup">
      <div class="field"><label for="speaker-unit">${w.unit}</label>
        <select class="input" id="speaker-unit" @keydown=${leave}
          @change=${(event) => this.#choose(state, Number(event.target.value) || null)}>${unitOptions(state,
            this.unit, w.noUnit)}</select></div>
      <div class="field"><label for="speaker">${w.speaker}</label>
        <input class="input" id="speaker" list="speakers" maxlength="40" autocomplete="off" .value=${live(this.speaker)}
          @input=${(event) => this.#named(people, event.target.value)} @keydown=${leave}>
        <datalist id="speakers">${people.map((one) =>
          html`<option value=${one.name}>${one.title}</option>`)}</datalist></div>
      <div class="field"><label for="speaker-title">${w.title}</label>
        <input class="input" id="speaker-title" maxlength="80" autocomplete="off" .value=${live(this.title)}
          @input=${titled} @keydown=${leave}></div>
      ${this.#warned()}
      <div class="field"><span class="field-label" id="allotted">${w.allotted}</span>
        <div class="tabs" role="group" aria-labelledby="allotted">${this.#lengths().map((seconds) =>
          html`<button type="button" aria-pressed=${String(this.seconds === seconds)}
            @click=${() => this.allot(seconds)}>${seconds % 60 ? duration(seconds * 1000)
              : w.minutesShort(seconds / 60)}</button>`)}</div></div>
      ${this.#ending()}
      ${button({ label: w.start, symbol: "play", key: this.#isSpoken(item) ? "␣"
        : null, kind: "large primary", run: () => this.start(), disabled: this.#blocked,
        busy: this.desk.isPending("floor") })}
    </div>`;
  }

  #ending() {
    const choose = (changed) => (Object.assign(this, changed), this.desk.redraw());
    const seconds = ({ target }) => Math.min(600, Math.max(0, Math.round(Number(target.value)) || 0));
    return html`<div class="field"><label for="at-zero">${w.atZero}</label><div class="host-ending">
      <select class="input" id="at-zero" @keydown=${leave}
        @change=${({ target }) => choose({ atZero: target.value })}>${ENDINGS.map((one) =>
        html`<option value=${one} .selected=${live(one === this.atZero)}>${labelOf("at_zero", one)}</option>`)}</select>
      ${this.atZero === "grace" ? html`<input class="input num" id="grace" type="number" min="0" max="600"
        inputmode="numeric" aria-label=${w.graceSeconds} .value=${live(String(this.grace))} @keydown=${leave}
        @change=${(event) => choose({ grace: seconds(event) })}><span
        aria-hidden="true">${w.secondsUnit}</span>` : nothing}</div></div>`;
  }

  /** With how much left the clocks warn; what is left empty is as usual for the length. */
  #warned() {
    const usual = { warning: Math.max(30, Math.floor(this.seconds / 10)), danger: 10 };
    const field = (name) => html`<input class="input num" id=${name} type="number" min="0" max="7200"
      inputmode="numeric" aria-label=${w.warnedAt[name]} placeholder=${usual[name]} .value=${live(this[name] ?? "")}
      @keydown=${leave} @change=${({ target }) => this.#warnAt(name, target.value)}>`;
    return html`<div class="field"><span class="field-label" id="warned">${w.warned}</span>
      <div class="host-ending" role="group" aria-labelledby="warned">${field("warning")}${field("danger")}<span
        aria-hidden="true">${w.secondsUnit}</span></div></div>`;
  }

  #warnAt(name, typed) {
    this[name] = typed === "" ? null : Math.min(7200, Math.max(0, Math.round(Number(typed)) || 0));
    this.desk.redraw();
  }

  /** The title goes with the name, unless it was written by hand for somebody who is not known. */
  #named(people, name) {
    const known = people.find((one) => one.name === name);
    this.speaker = name;
    if (known) this.ownTitle = false;
    if (!this.ownTitle) this.title = known?.title ?? "";
    this.desk.redraw();
  }

  #lengths() {
    const usual = MINUTES.map((minutes) => minutes * 60);
    return usual.includes(this.seconds) ? usual : [...usual, this.seconds].sort((a, b) => a - b);
  }

  #next(state) {
    const isLive = at.session(state).state === "live";
    const next = at.session(state).state === "closed" ? null : at.nextItem(state);
    const item = at.rundown(state).find((one) => this.desk.isArmed(`take:${one.id}`));
    return html`<footer class="pane-foot host-next ${item ? "is-armed" : ""}">
      ${item ? this.#armed(state, item) : next ? html`<span class="quiet-text">${w.next}</span><span
        class="host-next-title">${icon(w.kindIcons[next.kind])} ${itemWords(state, next)} <span
        class="quiet-text num">${duration(next.planned_ms)}</span> <span
        class="quiet-text">${next.speaker}</span></span>${this.#following(state, next)}`
        : html`<span class="quiet-text">${w.next}</span><span class="quiet-text">${w.noNext}</span>`}
      ${item && begins(item) ? button({ label: w.takeOnly, run: () => this.takeOnly(item), kind: "small",
        disabled: this.#blocked }) : nothing}
      ${item && item !== next ? button({ label: w.cancel, run: () => this.desk.disarm(), kind: "small", key: "Esc" })
        : next ? button({ label: item ? w.again : begins(next) ? w.takeAndStart : w.take, symbol: "next", key: "N",
          kind: `put ${item ? "armed" : ""}`, run: () => this.takeNext(), disabled: this.#blocked || !isLive })
        : nothing}
    </footer>`;
  }

  /** The press by which what comes next follows by itself, where what is on air can end by time. */
  #following(state, next) {
    if (next.question !== null || next.by_plan || !at.floorItem(state)) return nothing;
    return button({ label: next.follows ? w.followsOn : w.followsOff, symbol: next.follows ? "check" : null,
      kind: "small follows", pressed: next.follows, run: () => this.letFollow(next, !next.follows),
      disabled: !this.desk.live, busy: this.desk.isPending(`follow:${next.id}`) });
  }

  /** What the second press will do, and what it ends. */
  #armed(state, item) {
    const ends = whatEnds(this.desk);
    return html`${icon("hold")}<span class="host-next-title">${begins(item)
      ? w.confirmTakeAndStart(itemWords(state, item), item.speaker, duration(item.planned_ms))
      : w.confirmTake(itemWords(state, item))}
      ${ends ? html`<strong class="armed-ends">${ends}</strong>` : nothing}</span>`;
  }
}

const inSeconds = (ms) => (ms === null ? null : ms / 1000);

/** Whether an item has a planned speaker, whose time starts with it. */
const begins = (item) => Boolean(item.speaker && item.unit && item.question === null);

/** What goes on air ends the slot that runs: nobody should learn that afterwards. Empty while nobody speaks. */
export function whatEnds(desk) {
  const slot = at.openSlot(desk.state);
  if (!slot) return "";
  const left = allowed(slot) - used(slot, desk.link.now());
  return left > 0 ? w.endsSlot(slot.speaker, duration(left)) : w.endsSlotOver(slot.speaker);
}

/** Enter ends a field: the next Space and Enter are the stage's again. */
const leave = (event) => keyOf(event) === "Enter" && event.target.blur();

const signed = (ms) => (ms > 0 ? `+${duration(ms)}` : duration(ms));
