/** The verdict on the phone: it comes by itself, two large buttons, and what was counted. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce, refuse, toast } from "../base/toast.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { Refused } from "../link/link.js";
import { session as sessionOf, unitName } from "../link/state.js";
import { current, face, result, secondsLeft, wordOf } from "../verdict/parts.js";
import { words } from "../verdict/words.js";
import { keep, kept } from "./kept.js";
import { draw } from "./list.js";

const w = say(words);

export class Verdict {
  constructor(link) {
    Object.assign(this, { link, place: document.getElementById("verdict"), sending: null, told: null });
    this.name = `inquiry.verdict.${link.session}`;
    link.addEventListener("state", () => this.#draw());
    setInterval(() => this.link.ready && current(this.link.state, sessionOf(this.link.state),
      this.link.now()) && this.#draw(), 500);
  }

  /** What this phone said of a verdict, as far as it was counted; null if nothing. */
  said(id) {
    const word = kept(this.name, {});
    return word.id === id ? word.satisfied : null;
  }

  async #press(verdict, satisfied) {
    this.sending = satisfied;
    this.#draw();
    const forMs = Math.max(1000, verdict.ends_at + 1500 - this.link.time.now());
    try {
      const counted = await this.link.call("verdicts.judge", { verdict: verdict.id, satisfied }, { forMs });
      keep(this.name, { id: counted.verdict, satisfied: counted.satisfied });
      announce(w.counted(wordOf(counted.satisfied)));
    } catch (problem) {
      if (problem instanceof Refused) refuse(problem);
      else toast(w.notArrived, { kind: "refusal" });
    } finally {
      this.sending = null;
      this.#draw();
    }
  }

  #draw() {
    const { state } = this.link;
    const now = this.link.now();
    const verdict = current(state, sessionOf(state), now);
    this.place.hidden = !verdict;
    if (!verdict) return;
    if (this.told !== verdict.id && verdict.closed_at === null) announce(w.ask);
    if (this.told === verdict.id && verdict.called_off && !this.off) announce(w.calledOff);
    this.off = verdict.called_off;
    this.told = verdict.id;
    draw(this.place, verdict.closed_at !== null ? this.#closed(verdict) : this.#open(verdict, this.link.time.now()));
  }

  #head(verdict, more) {
    return html`<div class="verdict-head"><h2>${verdict.closed_at === null ? w.ask
      : labelOf("item_kind", "verdict")}</h2>
      <span class="num">${more}</span></div>
      <p class="verdict-of">${verdict.unit ? w.of(unitName(this.link.state, verdict.unit)) : nothing}</p>`;
  }

  #open(verdict, now) {
    const left = secondsLeft(verdict, now);
    const said = this.said(verdict.id);
    const one = (satisfied) => html`<button class="verdict-button" type="button" ?disabled=${!left
      || this.sending !== null} aria-pressed=${String((this.sending ?? said) === satisfied)}
      @click=${() => this.#press(verdict, satisfied)}>${face(satisfied)}<span>${wordOf(satisfied)}</span></button>`;
    const line = this.sending !== null ? w.sending : said !== null ? w.counted(wordOf(said)) : w.rule;
    return html`${this.#head(verdict, left ? w.left(left) : nothing)}
      <div class="verdict-buttons">${one(true)}${one(false)}</div>
      <p class="verdict-line">${left || this.sending !== null ? line : w.timeUp}</p>`;
  }

  #closed(verdict) {
    const said = this.said(verdict.id);
    return html`${this.#head(verdict, said === null ? nothing : wordOf(said))}
      ${verdict.panel ? result(verdict) : html`<p class="verdict-line">${verdict.called_off ? w.calledOff
        : `${w.closed} ${w.closedMore}`}</p>`}`;
  }
}
