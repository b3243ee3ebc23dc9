/**
 * How an answer was judged: by the panel in the studio and by viewers at home, counted apart and never pooled.
 * `{open, ends_at, panel: count, viewers: count}`, a count `{satisfied, not_satisfied, low, high}`: `low` and `high`
 * are percent of the 95 % Wilson interval, null where too few have judged. While it is open only how many have is said,
 * so that nobody judges as others did.
 */
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { countdown } from "../../base/format.js";
import { Layer } from "./layer.js";
import { formatsOf, head } from "./parts.js";

const LOOK_MS = 100;
const [WIDE, TALL, BAR] = [760, 44, 28];

export class Verdict extends Layer {
  draw({ open, ends_at: endsAt, panel, viewers }) {
    const { words: w } = this;
    const left = open ? html`<span class="left">${endsAt ? this.#left(endsAt) : ""}</span>` : w.closed;
    return html`<article class="plate card verdict">${head("flag", w.verdict, left)}
      <div class="counts">${this.#count(w.panel, panel, open)}${this.#count(w.viewers, viewers, open)}</div>
    </article>`;
  }

  drawn({ open, ends_at: endsAt }, stage) {
    if (!open || !endsAt) return null;
    const words = stage.querySelector(".left");
    const timer = setInterval(() => {
      const said = this.#left(endsAt);
      if (words.textContent !== said) words.textContent = said;
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  #left(endsAt) {
    return this.words.voting(countdown(Math.max(1, endsAt - this.now())));
  }

  #count(label, count, open) {
    const { words: w } = this;
    const when = formatsOf(this);
    const [yes, no] = [count?.satisfied ?? 0, count?.not_satisfied ?? 0];
    const all = yes + no;
    const number = when.number(all);
    if (open && !count) return html`<section><h2>${label}</h2></section>`;
    if (!all || open) {
      return html`<section><h2>${label}</h2><p class="voted">${all ? w.voted(number) : w.nobody}</p></section>`;
    }
    const isSure = count.low !== null && count.high !== null;
    return html`<section><h2>${label}<span class="aside">${w.people(number)}</span></h2>
      <p class="share"><strong class="digits">${percent(yes, all)}%</strong> ${w.satisfied}</p>
      ${scale(yes / all, isSure ? count : null)}
      <p class="parts"><span>${w.satisfied} <b class="digits">${when.number(yes)}</b></span>
        <span>${w.notSatisfied} <b class="digits">${when.number(no)}</b></span></p>
      <p class="interval">${isSure ? w.interval(count.low.toFixed(1), count.high.toFixed(1)) : w.few}</p></section>`;
  }
}

/** With one decimal; as long as somebody thinks otherwise it is neither 0 nor 100. */
function percent(part, all) {
  if (part === 0 || part === all) return part ? "100" : "0";
  return Math.min(99.9, Math.max(0.1, (100 * part) / all)).toFixed(1);
}

/** The share filled, the rest hatched, and above them from where to where the interval reaches. */
function scale(share, sure) {
  const [low, high] = sure ? [sure.low, sure.high].map((percent) => (percent * WIDE) / 100) : [];
  return html`<svg class="scale" viewBox="0 0 ${WIDE} ${TALL}" aria-hidden="true">
    <defs><pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse">
      <path d="M-3 9L9 -3M3 15L15 3"></path></pattern></defs>
    <rect class="all" x="1" y=${TALL - BAR} width=${WIDE - 2} height=${BAR - 1} fill="url(#hatch)"></rect>
    <rect class="yes" x="0" y=${TALL - BAR - 1} width=${share * WIDE} height=${BAR + 1}></rect>
    ${sure ? svg`<path class="reach" d="M${low} 2V12M${low} 7H${high}M${high} 2V12"></path>` : nothing}</svg>`;
}

customElements.define("inquiry-verdict", Verdict);
