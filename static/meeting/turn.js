// Whose turn it is, as the unit's own room is told: in shape, word and colour, by a sound if it wants one, and in the
// title of the tab.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { announce } from "../base/toast.js";
import { duration } from "../base/format.js";
import { language, say } from "../base/words.js";
import { button, format } from "../desk/desk.js";
import { changesFor } from "./standing.js";
import { words } from "./words.js";

const w = say(words);
const MOST_CHANGES = 3;
const ICONS = { none: "minus", out: "ban", waiting: "clock", next: "warning", now: "mic", done: "check", over: "stop" };
/** How a chime sounds: [hertz, seconds from now]. */
const TONES = { next: [[660, 0]], now: [[660, 0], [880, 0.25], [1100, 0.5]] };

export class Turn {
  constructor(desk) {
    Object.assign(this, { desk, phase: null, sound: null, title: document.title, found: null });
  }

  /** Hear how it stands now; a step to `next` and to `now` is told to whoever does not look. */
  hear(found) {
    this.found = found;
    if (found.phase === this.phase) return;
    const isFirst = this.phase === null;
    this.phase = found.phase;
    const mark = w.tab[found.phase];
    document.title = mark ? `${mark} · ${this.title}` : this.title;
    if (isFirst || !mark) return;
    announce(`${w.turn[found.phase]}. ${w.turnMore[found.phase]}`);
    this.#chime(TONES[found.phase]);
  }

  /** A sound may only be made once a person has pressed for it. */
  #press() {
    this.sound = this.sound ? (this.sound.close(), null) : new AudioContext();
    if (this.sound) this.#chime(TONES.next);
    this.desk.redraw();
  }

  #chime(tones) {
    for (const [hertz, from] of this.sound ? tones : []) {
      const [tone, volume] = [this.sound.createOscillator(), this.sound.createGain()];
      const at = this.sound.currentTime + from;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
      tone.connect(volume).connect(this.sound.destination);
      tone.start(at);
      tone.stop(at + 1);
    }
  }

  draw(state, unit) {
    const { phase, item, line, at } = this.found;
    const coming = phase === "waiting" || phase === "next";
    return html`<div class="room-turn is-${phase}" id="turn" data-phase=${phase}>
      <p class="room-turn-word">${icon(ICONS[phase])}<strong>${w.turn[phase]}</strong></p>
      <p class="room-turn-time num" role="timer" ?hidden=${!coming}><span id="turn-left"></span></p>
      <p class="room-turn-more">${coming ? html`<span class="num">${w.expectedAt(format.timeToSecond(at))}</span>
        <span class="num">${w.plannedLength(duration(item.planned_ms))}</span>` : nothing}
        ${phase === "out" ? why(line) : phase === "over" ? spoke(item) : w.turnMore[phase] ?? nothing}</p>
      ${this.#changes(state, unit)}
      <div class="room-chime" ?hidden=${phase === "over"}>${this.#chimeButton()}</div>
    </div>`;
  }

  #chimeButton() {
    const on = this.sound !== null;
    return button({ label: on ? w.chimeOn : w.chimeOff, symbol: on ? "sound" : "mute", kind: "small", pressed: on,
      title: w.chimeMore, run: () => this.#press() });
  }

  #changes(state, unit) {
    const changed = changesFor(state, unit).slice(0, MOST_CHANGES);
    return changed.length ? html`<ul class="room-changes">${changed.map((one) =>
      html`<li>${icon("edit")}<span>${w.byHand} · ${told(one)} · ${because(one)}</span></li>`)}</ul>` : nothing;
  }

  /** Counted down; unknown while the server is not heard. */
  paint() {
    const place = document.getElementById("turn-left");
    if (!place || !this.found) return;
    const left = this.found.at - this.desk.link.now();
    const text = !this.desk.link.isFresh ? "–:––" : left < 1000 ? w.anyMoment
      : duration(Math.ceil(left / 1000) * 1000);
    if (place.textContent !== text) place.textContent = text;
  }
}

const IN_SECONDS = ["length", "cut"];

function told(change) {
  const { what } = change;
  const [before, after] = ["before", "after"].map((name) => (language() === "en" && change[`${name}_en`])
    || change[name]);
  const as = (value) => (value === "" ? "–" : IN_SECONDS.includes(what) ? duration(Number(value) * 1000)
    : what === "order" ? w.place(value) : value);
  const word = labelOf("exam_change", what);
  const isOut = ["skipped", "dropped"].includes(what);
  return isOut ? (after === "" ? w.changedOnly(word) : w.takenBack(word)) : w.changed(word, as(before), as(after));
}

/** A cut has no reason of its own but the seconds by which the meeting ran over. */
function because({ why: reason }) {
  const over = /^\+(\d+) s$/.exec(reason);
  return over ? w.cutWhy(duration(Number(over[1]) * 1000)) : w.because(reason);
}

const spoke = (item) => (item === null ? nothing : item.started_at === null ? w.notReached : w.turn.done);

const why = (line) => {
  const last = line.changes.at(-1);
  return last ? because(last) : w.noReason;
};
