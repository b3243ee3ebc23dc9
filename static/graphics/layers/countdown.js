/**
 * What is left of a time, counted on the server's clock. `{label, label_en, timer}`, `timer` the row of a slot or of a
 * timer of the crew, or null.
 */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { phaseOf, runClock } from "../../base/clock.js";
import { allowed, reading, timerReading } from "../../link/timing.js";
import { Layer } from "./layer.js";
import { fitted, icon } from "./parts.js";

const SIGNS = { stale: "warning", idle: "clock", paused: "pause", normal: "clock", counted: "clock", warning: "due",
  danger: "warning", grace: "due", over: "overdue", interrupted: "pause" };
const NOTHING_RUNS = { warnAt: 0, idle: true };

export class Countdown extends Layer {
  draw(data) {
    return html`<div class="plate countdown" role="timer">${fitted(this.said(data, "label"), "", [40, 36, 250])}
      <span class="clock-digits digits"></span>
      <span class="phase"></span></div>`;
  }

  drawn({ timer = null }, stage) {
    const plate = stage.querySelector(".countdown");
    delete plate.dataset.shown;
    return runClock(plate, () => this.#read(timer, plate)).stop;
  }

  /** What the clock paints; the word and its sign are put beside it when they change. */
  #read(timer, plate) {
    const link = { now: () => this.now(), isFresh: this.clock?.isFresh ?? true };
    const isReady = timer === null || timer.started_at === null;
    const read = isReady ? { ...NOTHING_RUNS, remaining: timer ? allowed(timer) : 0 }
      : { ...(timer.counts ? timerReading : reading)(timer, link), chimes: false };
    const phase = phaseOf(read);
    const shown = phase === "normal" && read.counted !== undefined ? "counted" : phase;
    if (plate.dataset.shown !== shown) {
      plate.dataset.shown = shown;
      render(html`${icon(SIGNS[shown])}<span>${this.words.phases[shown]}</span>`, plate.querySelector(".phase"));
    }
    return read;
  }
}

customElements.define("inquiry-countdown", Countdown);
