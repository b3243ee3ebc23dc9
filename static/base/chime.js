/**
 * A chime when a speaking time comes to its next phase, for whoever has switched it on at this screen. The tones are
 * made here: no file, and nothing to fetch. Buttons with `data-chime` switch it, and this device remembers.
 */
const KEY = "inquiry.chime";
/** How often the tone is struck, and how high it is. */
const TONES = { warning: [1, 660], danger: [2, 660], grace: [3, 880], over: [3, 880] };
const APART_S = 0.22;
const SOUNDS_S = 0.6;
/** Two clocks of one page show the same time: it is told once. */
const ONCE_MS = 600;

let context = null;
let chimedAt = -Infinity;

const isOn = () => localStorage.getItem(KEY) === "on";

/** Strike it, where it is switched on. `phase` is one of `clock.js`. */
export function chime(phase) {
  if (!isOn() || performance.now() - chimedAt < ONCE_MS) return;
  chimedAt = performance.now();
  const [times, hertz] = TONES[phase];
  for (let n = 0; n < times; n += 1) strike(hertz, n * APART_S);
  document.dispatchEvent(new CustomEvent("chime", { detail: phase }));
}

function strike(hertz, after) {
  context ??= new AudioContext();
  context.resume();
  const begins = context.currentTime + after;
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, begins);
  volume.gain.exponentialRampToValueAtTime(0.3, begins + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.0001, begins + SOUNDS_S);
  tone.connect(volume).connect(context.destination);
  tone.start(begins);
  tone.stop(begins + SOUNDS_S);
}

function show(button) {
  button.dataset.chime = isOn() ? "on" : "off";
}

document.querySelectorAll("[data-chime]").forEach(show);
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-chime]");
  if (!button) return;
  localStorage.setItem(KEY, isOn() ? "off" : "on");
  show(button);
  chime("warning"); // whoever switches it on hears it; a browser plays nothing before somebody has pressed something
});
