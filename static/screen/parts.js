/** What several views of the studio screen have in common: its head, a citizen's words, what counts down. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { ref } from "../vendor/lit-html/directives/ref.js";
import { paintClock, runClock } from "../base/clock.js";
import { formats } from "../base/format.js";
import { typeset } from "../base/typeset.js";
import { language, say } from "../base/words.js";
import { titled } from "../link/state.js";
import { reading } from "../link/timing.js";
import { words } from "./words.js";

const w = say(words);
export const when = formats();
/** Nothing that is read out stands smaller than 56 px on a screen of 1920: a share of the sizes in layout.css. */
export const LEAST = 56 / 134.4;
const MOST_LINES = 4;

const MARK = new URL("../base/icons.svg#mark", import.meta.url).href;
export const mark = () => html`<svg class="icon brand-mark" aria-hidden="true"><use href=${MARK}></use></svg>`;

export const theme = (session) => {
  const said = (language() === "en" && session.theme_en) || session.theme;
  return said ? html`<p class="screen-theme typeset" data-fit>${typeset(said)}</p>` : nothing;
};

export function head(session, link) {
  return html`<header class="screen-head">${mark()}
    <h1 class="screen-title">${titled(session)}</h1>
    <time class="push" ${timeOf(link, "now")}></time>
  </header>`;
}

export const timeOf = (link, name) => everySecond(() => (link.isFresh ? when.time(link.now()) : "–:––"), name);

/**
 * A citizen's words. What does not fit is cut at the least size, and the line below says where the rest can be read.
 */
export function quoted(text) {
  return html`<div class="screen-words"><p class="screen-quoted typeset" data-fit data-least=${LEAST} dir="auto"
    lang=${languageOf(text)}>${typeset(inFewLines(text))}</p><p class="screen-more">${w.wholeText}</p></div>`;
}

export const clock = (slot, link) => html`<div class="screen-clock">
  <span class="clock stacked" role="timer" data-phase="idle" ${clockOf(slot, link)}>
    <span class="clock-digits"></span><span class="clock-word"></span></span>
</div>`;

/** Many short lines would leave most of the screen empty: they are run together. */
function inFewLines(text) {
  const lines = text.split(/\s*\n\s*/).filter(Boolean);
  return lines.length > MOST_LINES ? lines.join(languageOf(text) === "en" ? " " : "\u3000") : lines.join("\n");
}

export const languageOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en");

// --- what counts ----------------------------------------------------------------------------------------------------

let counted = null; // the slot that the clock on the screen counts
let countsBy = null;
let running = null;

const clockRef = (element) => {
  running?.stop();
  running = element ? runClock(element, () => reading(counted, countsBy)) : null;
};

/** The same function at every drawing, so that lit-html leaves the running clock alone; a new reading shows at once. */
function clockOf(slot, link) {
  [counted, countsBy] = [slot, link];
  const shown = document.querySelector(".screen-clock .clock");
  if (shown) paintClock(shown, reading(slot, link));
  return ref(clockRef);
}

const timers = new Map(); // name → {ref, read, timer}

/** Writes what `read` gives into the element at once, and again whenever a second of the day is over. */
export function everySecond(read, name) {
  if (!timers.has(name)) timers.set(name, { ref: (element) => follow(timers.get(name), element) });
  const one = timers.get(name);
  one.read = read;
  one.paint?.();
  return ref(one.ref);
}

function follow(one, element) {
  clearTimeout(one.timer);
  one.paint = null;
  if (!element) return;
  one.paint = () => {
    const said = one.read();
    if (element.textContent !== said) element.textContent = said;
  };
  const tick = () => {
    one.paint();
    one.timer = setTimeout(tick, 250);
  };
  tick();
}
