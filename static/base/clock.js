/** Paints a countdown into `.clock` (see docs/look.md). Counting is the caller's: this only shows. */
import { countdown, duration } from "./format.js";
import { say, words } from "./words.js";

/** stale · idle · paused · normal · warning · over. */
export function phaseOf({ remaining, warnAt, paused = false, idle = false, stale = false, called = true }) {
  if (stale) return "stale";
  if (idle) return "idle";
  if (remaining <= 0 && called) return "over";
  if (paused) return "paused";
  return remaining <= warnAt ? "warning" : "normal";
}

/** Writes digits, word and phase; touches the page only where something changed. All times in milliseconds. */
export function paintClock(clock, reading) {
  const phase = phaseOf(reading);
  const said = say(words);
  const word = { stale: said.unknown, idle: said.ready, paused: said.paused, normal: said.left, warning: said.soon,
    over: said.over }[phase];
  const digits = phase === "stale" ? "–:––" : phase === "over" ? countdown(reading.remaining)
    : duration(Math.ceil(reading.remaining / 1000) * 1000);
  put(clock.querySelector(".clock-digits"), digits);
  put(clock.querySelector(".clock-word"), word);
  if (clock.dataset.phase !== phase) clock.dataset.phase = phase;
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Repaints whenever the shown second changes. `read()` gives `{remaining, warnAt, paused?, idle?, stale?, called?}` or
 * null (then nothing is painted). Returns a function that stops it.
 */
export function runClock(clock, read) {
  let timer = null;
  function tick() {
    const reading = read();
    if (reading) paintClock(clock, reading);
    const part = reading ? ((reading.remaining % 1000) + 1000) % 1000 : 500;
    timer = setTimeout(tick, Math.max(40, Math.min(part + 5, 250)));
  }
  tick();
  return () => clearTimeout(timer);
}
