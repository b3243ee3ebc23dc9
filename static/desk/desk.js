// What every desk has: the link, how it stands, presses that are sent once, and presses that want a second one.
//
//   const desk = new Desk({ view: "staff", draw: (state) => … });
//   await desk.press("approve", "questions.approve", { question, seen });     null when it was refused, and that was
// told
//   desk.arm("end", () => …);                                                  the second press within five seconds
// does it

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { labelOf } from "../base/labels.js";
import { runClock } from "../base/clock.js";
import { formats } from "../base/format.js";
import { keyboard } from "../base/keys.js";
import { announce, refuse, toast } from "../base/toast.js";
import { say } from "../base/words.js";
import { icon } from "../base/badges.js";
import { session, unitGroups, unitName } from "../link/state.js";
import { words } from "./words.js";
import { Link, Refused } from "../link/link.js";
import { isWhole } from "../link/windows.js";
import { FIND, UnitFinder } from "./unit_finder.js";

/** Times and numbers as this page shows them; made once, because making formats is slow. */
export const format = formats();

const ARMED_MS = 5000;
const FLOOR_WAIT_MS = 1500;
const KINDS = ["city", "district", "department", "street"];
const w = say(words);

export class Desk {
  /** Without a `view` the desk follows what its reader follows as anybody, or as somebody who is signed in. */
  constructor({ view, draw }) {
    this.page = JSON.parse(document.body.dataset.desk);
    this.pending = new Set();
    this.armed = null;
    this.keys = keyboard();
    this.link = new Link({ session: this.page.session, view: view ?? this.page.view, pages: true });
    this.link.addEventListener("state", () => this.redraw());
    this.link.addEventListener("status", () => this.redraw());
    this.link.addEventListener("entry", ({ detail }) => this.#notice(detail));
    this.drawDesk = draw;
    this.unitFinder = new UnitFinder(this);
    document.getElementById("keys-help")?.addEventListener("click", () => this.keys.help());
    setInterval(() => this.#paintFoot(), 1000);
    this.#letGo();
    this.redraw();
  }

  get state() {
    return this.link.state;
  }

  /** Whether what is shown is the truth and may be acted upon. */
  get live() {
    return this.link.reachable && this.link.ready;
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.#paintStatus();
      this.#paintFoot();
      if (this.link.ready) this.drawDesk(this.state);
    });
  }

  /** Redraw, and then let a field have the keys: whoever is fast presses before it is there. */
  focusDrawn(id, { selected = false } = {}) {
    this.redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const field = document.getElementById(id);
      field?.focus();
      if (selected) field?.select();
    }));
  }

  // --- presses ---------------------------------------------------------------------------------------------------

  isPending(key) {
    return this.pending.has(key);
  }

  /**
   * Send a command once. Returns its answer; null if it was refused or nothing came back, which the presser is told
   * (by `told(problem)`, if that returns true). `settled(answer)` may wait until the effect is seen.
   */
  async press(key, name, data = {}, { settled = null, told = () => false } = {}) {
    if (!this.live) return this.tell(w.offline, { kind: "info" });
    if (this.pending.has(key)) return null;
    this.pending.add(key);
    this.redraw();
    try {
      const answer = await this.link.call(name, data);
      if (settled) await settled(answer);
      return answer;
    } catch (problem) {
      return told(problem) ? null : this.refused(problem);
    } finally {
      this.pending.delete(key);
      this.redraw();
    }
  }

  /** A press on the floor or the slot: carries what was seen, and stays pending until its effect is seen. */
  floor(name, data = {}) {
    const now = session(this.state);
    const seen = (answer) => this.until(() => session(this.state).floor_rev >= (answer.floor_rev ?? 0));
    return this.press("floor", name, { session: now.id, seen: now.floor_rev, ...data }, { settled: seen });
  }

  /** Say one thing at a time: what was said before gives way. */
  tell(message, options = {}) {
    this.hushed?.();
    this.hushed = toast(message, { kind: "good", ...options });
    return null;
  }

  /** Say plainly why something was not done. */
  refused(problem) {
    if (!(problem instanceof Refused)) return this.#say(w.unsure);
    if (problem.code === "BAD_INPUT") this.#say([problem.message, ...Object.values(problem.data.fields
      ?? {})].join(" "));
    else if (problem.code !== "STALE") refuse(problem);
    else if (this.lastDeed) toast(w.pressedBy(...this.lastDeed), { kind: "refusal" });
    else toast(w.pressedMeanwhile, { kind: "refusal" });
    return null;
  }

  #say(sentence) {
    toast(sentence, { kind: "refusal" });
    return null;
  }

  #notice(entry) {
    const deed = w.deeds[entry.kind];
    if (deed) this.lastDeed = [labelOf("doer", entry.by?.role ?? ""), deed];
  }

  /** Wait until something is seen in the state, for a while at most. */
  async until(happened, forMs = FLOOR_WAIT_MS) {
    const end = performance.now() + forMs;
    while (!happened() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 30));
  }

  // --- arming ----------------------------------------------------------------------------------------------------

  /** The first press on `key` arms it and says `sentence`; a second one within five seconds runs it. */
  arm(key, run, sentence = w.again) {
    if (!this.live) return this.tell(w.offline, { kind: "info" });
    if (this.armed?.key === key) {
      this.disarm();
      return run();
    }
    this.disarm();
    this.armed = { key, run, timer: setTimeout(() => this.disarm(), ARMED_MS) };
    announce(sentence);
    this.redraw();
    return null;
  }

  isArmed(key) {
    return this.armed?.key === key;
  }

  disarm() {
    if (!this.armed) return false;
    clearTimeout(this.armed.timer);
    this.armed = null;
    this.redraw();
    return true;
  }

  /** A key that has to be held as long as the hold button it stands for, which `find()` gives; returns what ends it. */
  holdKey(key, label, find, options) {
    let held = null; // {code, end} while it is
    const stop = () => (held?.end(), (held = null));
    const begin = ({ code }) => {
      const button = find();
      if (!button || button.disabled || held) return;
      const ms = Number(button.dataset.hold);
      button.style.setProperty("--hold", `${ms}ms`);
      button.classList.add("is-holding");
      const timer = setTimeout(() => (stop(), button.dispatchEvent(new CustomEvent("held", { bubbles: true }))), ms);
      held = { code, end: () => (clearTimeout(timer), button.classList.remove("is-holding")) };
    };
    const off = this.keys.on(key, label, begin, options);
    const listening = new AbortController();
    document.addEventListener("keyup", ({ code }) => code === held?.code && stop(), listening);
    addEventListener("blur", stop, listening);
    return () => (off(), stop(), listening.abort());
  }

  /** What was pressed with a pointer does not keep the focus: otherwise the next Space would press it again. */
  #letGo() {
    let pointed = false;
    document.addEventListener("pointerdown", () => (pointed = true), true);
    document.addEventListener("keydown", () => (pointed = false), true);
    document.addEventListener("click", ({ detail, target }) => detail > 0 && target.closest(".panes button")?.blur());
    document.addEventListener("change", ({ target }) => pointed && target.closest(".panes select")?.blur());
  }

  // --- how the link stands ---------------------------------------------------------------------------------------

  #paintStatus() {
    const mark = document.getElementById("live-mark");
    const lost = this.link.status === "stale";
    const told = this.link.ready ? (session(this.state)?.state === "live" ? "on" : "off") : mark?.dataset.live;
    const live = lost ? "lost" : told;
    if (mark && mark.dataset.live !== live) {
      mark.dataset.live = live;
      mark.textContent = mark.dataset[live];
    }
    document.getElementById("out-of-step").hidden = !lost;
    document.body.classList.toggle("is-lost", lost);
  }

  #paintFoot() {
    const foot = document.getElementById("desk-foot");
    if (!foot) return;
    // Whoever reads this is there too, also before the first tick has counted them.
    const shown = this.link.ready
      ? html`<time class="num">${format.timeToSecond(this.link.now())}</time><span
      class="num">${w.viewers(Math.max(1, this.link.viewers))}</span>`
      : html`<span>${w.connecting}</span>`;
    render(shown, foot);
  }
}

// --- parts that several desks draw ----------------------------------------------------------------------------------

/** Scroll the list in which a row stands, and nothing else, until it is seen. */
export function intoSight(row) {
  const list = row.closest(".pane-body").getBoundingClientRect();
  const { top, bottom } = row.getBoundingClientRect();
  row.closest(".pane-body").scrollTop += Math.min(0, top - list.top) || Math.max(0, bottom - list.bottom);
}

/** A button of a desk. `busy` turns its icon; `key` is shown as a key cap. */
export function button({ label, run, symbol = null, key = null, kind = "", disabled = false, busy = false,
  pressed = null, title = null, id = null }) {
  return html`<button class="button ${kind}" type="button" id=${id ?? nothing} ?disabled=${disabled || busy}
    aria-busy=${busy ? "true" : nothing} aria-pressed=${pressed === null ? nothing : String(pressed)}
    title=${title ?? nothing} @click=${run}>${busy ? icon("spinner") : symbol ? icon(symbol)
      : nothing}<span>${label}</span>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
}

/** A button that must be held; `held` is its event. */
export function holdButton({ label, held, symbol = "hold", key = null, kind = "", disabled = false, busy = false,
  ms = 800, id = null }) {
  return html`<button class="button danger ${kind}" type="button" data-hold=${ms} id=${id ?? nothing}
    ?disabled=${disabled || busy}
    aria-busy=${busy ? "true" : nothing} @held=${held}>${icon(busy ? "spinner" : symbol)}<span>${label}</span>${key
      ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
}

const clocks = new Map(); // by the element in which it runs

/**
 * Called with each drawing: the clock runs from the first on and shows what has changed at once. While `read()` gives
 * null nobody's time runs, and it shows none.
 */
export function deskClock(clock, read) {
  for (const [element, running] of clocks) {
    if (element.isConnected) continue;
    running.stop();
    clocks.delete(element);
  }
  if (clocks.has(clock)) clocks.get(clock).paint();
  else clocks.set(clock, runClock(clock, () => {
    const now = read();
    if (!now && clock.dataset.phase !== "none") {
      clock.dataset.phase = "none";
      clock.querySelector(".clock-digits").textContent = "–:––";
      clock.querySelector(".clock-word").textContent = "";
    }
    return now;
  }));
}

/**
 * The options of a select of units: tonight's first, and a search where they are too many. `none` names the empty
 * choice, if there is one.
 */
export function unitOptions(state, chosen, none = null) {
  const { tonight, others } = unitGroups(state);
  const options = (units) =>
    units.map((unit) => html`<option value=${unit.id} .selected=${live(unit.id === chosen)}>${unitName(state,
      unit.id)}</option>`);
  return html`${none === null ? nothing : html`<option value="" .selected=${live(!chosen)}>${none}</option>`}
    ${tonight.length ? html`<optgroup label=${w.tonight}>${options(tonight)}</optgroup>` : nothing}
    ${KINDS.map((kind) => [kind, others.filter((unit) => unit.kind === kind)]).map(([kind, alike]) => alike.length
      ? html`<optgroup label=${labelOf("unit_kinds", kind)}>${options(alike)}</optgroup>` : nothing)}
    ${isWhole(state, "unit", "first") ? nothing : html`<option value=${FIND}>${w.findUnit}</option>`}`;
}

/** What a list says when it has nothing to show; `tag` is "li" inside a list. */
export function emptyRow(title, more, name = "question") {
  return html`<li class="empty">${icon(name)}<p class="empty-title">${title}</p><p>${more}</p></li>`;
}
