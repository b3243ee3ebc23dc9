/**
 * Hold to confirm, for what a stray click must not do.
 *
 * `<button class="button danger" data-hold="800">` does nothing when clicked. Held for that many
 * milliseconds (mouse, finger, Space or Enter) it sends a bubbling, cancelable `held` event and, if it is
 * a submit button, submits its form. Assistive technology cannot hold: its click, which comes without a
 * pointer or key, arms the button for four seconds and a second one confirms.
 * Listeners sit on the document, so buttons drawn later need no wiring.
 */
import { announce } from "./toast.js";
import { say, words } from "./words.js";

const ARMED_MS = 4000;
const HINT_MS = 1500;
const MOVED_PX = 24;
const KEYS = [" ", "Enter"];

let holding = null; // { button, origin, timer } while one is held
let armed = null; // the button one more click of which confirms
let keyAt = -Infinity; // when a key last worked a hold button; browsers follow it with a click of their own

const buttonOf = (event) => event.target.closest?.("button[data-hold]:not(:disabled)");

function begin(button, origin) {
  if (holding) return;
  if (armed !== button) delete button.dataset.says;
  const ms = Number(button.dataset.hold) || 800;
  button.style.setProperty("--hold", `${ms}ms`);
  button.classList.add("is-holding");
  holding = { button, origin, timer: setTimeout(() => finish(button), ms) };
}

function release({ hint }) {
  if (!holding) return;
  const { button, timer } = holding;
  holding = null;
  clearTimeout(timer);
  button.classList.remove("is-holding");
  if (hint) sayOn(button, say(words).hold, HINT_MS);
}

function finish(button) {
  clearTimeout(holding?.timer);
  holding = null;
  disarm();
  button.classList.remove("is-holding");
  if (!button.isConnected || button.disabled) return;
  const proceed = button.dispatchEvent(new CustomEvent("held", { bubbles: true, cancelable: true }));
  if (proceed && button.form && button.type === "submit") button.form.requestSubmit(button);
}

/** Lays `text` over the button's own words (see controls.css), so that neither its size nor its content changes. */
function sayOn(button, text, ms) {
  button.dataset.says = text;
  announce(text);
  setTimeout(() => {
    if (button.dataset.says === text) delete button.dataset.says;
    if (armed === button) disarm();
  }, ms);
}

function disarm() {
  if (armed) delete armed.dataset.says;
  armed = null;
}

function clicked(event) {
  const button = buttonOf(event);
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.detail > 0 || performance.now() - keyAt < 500) return;
  if (armed === button) {
    finish(button);
  } else {
    armed = button;
    sayOn(button, say(words).again, ARMED_MS);
  }
}

document.addEventListener("pointerdown", (event) => {
  const button = event.button === 0 && buttonOf(event);
  if (button) begin(button, { x: event.clientX, y: event.clientY });
});
document.addEventListener("pointermove", (event) => {
  const from = holding?.origin;
  if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > MOVED_PX) release({ hint: false });
});
document.addEventListener("pointerup", () => release({ hint: true }));
document.addEventListener("pointercancel", () => release({ hint: false }));
document.addEventListener("contextmenu", (event) => {
  if (buttonOf(event)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const button = KEYS.includes(event.key) && buttonOf(event);
  if (!button) return;
  event.preventDefault();
  keyAt = performance.now();
  if (!event.repeat) begin(button, null);
});
document.addEventListener("keyup", (event) => {
  if (!KEYS.includes(event.key) || !buttonOf(event)) return;
  event.preventDefault();
  keyAt = performance.now();
  release({ hint: true });
});
addEventListener("blur", () => release({ hint: false }));
document.addEventListener("click", clicked, true);
