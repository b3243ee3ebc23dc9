/** Paints a countdown into `.clock` (see docs/look.md). Counting is the caller's: this only shows. */
import { chime } from "./chime.js";
import { countdown, duration } from "./format.js";
import { say, words } from "./words.js";

const RUNNING = ["normal", "warning", "danger", "grace", "over"];

/** stale · idle · interrupted · paused · normal · warning · danger · grace · over. */
export function phaseOf({ remaining, warnAt, dangerAt = 0, paused = false, idle = false, stale = false, called = true,
  grace = 0, interruption = null }) {
  if (stale) return "stale";
  if (idle) return "idle";
  if (interruption !== null) return "interrupted";
  if (remaining <= 0 && called) return grace ? "grace" : "over";
  if (paused) return "paused";
  if (remaining <= dangerAt) return "danger";
  return remaining <= warnAt ? "warning" : "normal";
}

/** What is longer, as "1:00:03" is, would leave the place that is kept for it. */
const MOST_DIGITS = 6;

/**
 * Writes digits, word and phase; touches the page only where something changed. All times in milliseconds. In a grace
 * the digits count what is left of it; in an interruption they stand still, and its own clock runs beside the word.
 * What counts up says so by `counted`, and what is told to half a second by `halves`.
 */
export function paintClock(clock, reading) {
  const phase = phaseOf(reading);
  const said = say(words);
  const word = { stale: said.unknown, idle: said.ready, paused: said.paused, warning: said.soon, danger: said.last,
    normal: reading.counted === undefined ? said.left : said.counted, grace: said.grace, over: said.over,
    interrupted: said.interrupted(duration(reading.interruption ?? 0)) }[phase];
  const digits = digitsOf(phase, reading);
  put(clock.querySelector(".clock-digits"), digits);
  if (clock.classList.contains("is-long") !== digits.length > MOST_DIGITS) clock.classList.toggle("is-long");
  put(clock.querySelector(".clock-word"), word);
  if (clock.dataset.phase === phase) return;
  if (reading.chimes && isLater(phase, clock.dataset.phase)) chime(phase);
  clock.dataset.phase = phase;
}

/** Whether a time that was running has come to its next phase: a page that has just been opened says nothing. */
const isLater = (phase, before) => ["normal", "warning", "danger"].includes(before)
  && RUNNING.indexOf(phase) > RUNNING.indexOf(before);

function digitsOf(phase, { remaining, called = true, grace = 0, counted = null, halves = false }) {
  if (phase === "stale") return "–:––";
  if (halves) return inHalves(Math.ceil(remaining / 500));
  if (counted !== null) return duration(counted);
  if (phase === "grace") return countdown(Math.max(1, remaining + grace));
  return phase === "over" || (phase === "interrupted" && called) ? countdown(remaining)
    : duration(Math.ceil(remaining / 1000) * 1000);
}

/** A film is left to the half second: 0:12.5. */
const inHalves = (n) => `${duration(n * 500)}.${n % 2 ? 5 : 0}`;

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Repaints whenever the shown second changes. `read()` gives what `paintClock` takes, of which only `remaining` and
 * `warnAt` must be there, or null (then nothing is painted). Returns `{paint, stop}`: at once, and no more.
 */
export function runClock(clock, read) {
  let timer = null;
  function paint() {
    const reading = read();
    if (reading) paintClock(clock, reading);
    return reading;
  }
  function tick() {
    const reading = paint();
    const up = reading?.interruption ?? reading?.counted;
    const shown = up == null ? reading?.remaining ?? 500 : -up;
    const step = reading?.halves ? 500 : 1000;
    const part = ((shown % step) + step) % step;
    timer = setTimeout(tick, Math.max(40, Math.min(part + 5, 250)));
  }
  tick();
  return { paint, stop: () => clearTimeout(timer) };
}
