/**
 * How a question will stand on the studio screen, measured in the screen's own box at 1920×1080, where nobody sees it.
 * The page needs the sheets of the screen.
 */
import { html, render } from "../vendor/lit-html/lit-html.js";
import { fitNow } from "../base/fit.js";
import { quoted } from "./parts.js";

const KEPT = 50;
const measured = new Map(); // text → what was measured
let box = null;

/** `{lines, fits}`: on how many lines it stands, and whether all of it does while somebody answers. */
export function gauge(text) {
  if (!measured.has(text)) {
    if (measured.size >= KEPT) measured.delete(measured.keys().next().value);
    measured.set(text, measure(text));
  }
  return measured.get(text);
}

function measure(text) {
  box ??= screenBox();
  render(html`<div class="stage"><header class="screen-head"></header>
    <section class="screen-body"><p class="screen-label"></p>${quoted(text)}</section>
    <footer class="screen-lower"></footer></div>`, box);
  const words = box.querySelector("[data-fit]");
  fitNow([words]);
  const all = document.createRange();
  all.selectNodeContents(words);
  const lines = Math.round(all.getBoundingClientRect().height / parseFloat(getComputedStyle(words).lineHeight));
  return { lines, fits: !words.classList.contains("is-cut") };
}

function screenBox() {
  const made = document.createElement("div");
  made.className = "screen screen-gauge";
  made.inert = true;
  made.setAttribute("aria-hidden", "true");
  document.body.append(made);
  return made;
}
