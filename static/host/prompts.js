// What the host should ask back: the clerk's record says that words were vague, or that no date was named.

import { html } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { icon } from "../base/badges.js";
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";
import { button } from "../desk/desk.js";
import { inHearing, rows, short, standing } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);
const AT_MOST = 2;

/**
 * `[{key, speaker, vague, said, pledge}]`, newest first; a pledge without a date stands for the response it came from.
 */
export function promptsOf(state) {
  const id = inHearing(state);
  if (id === null) return [];
  const pledges = standing(rows(state, "pledge")).filter((one) => one.question === id);
  const responses = standing(rows(state, "response")).filter((one) => one.question === id && one.medium !== "written");
  const speaker = (pledge) => responses.find((one) => one.id === pledge.response)?.speaker ?? pledge.officer;
  const undated = pledges
    .filter((one) => !one.due_on && !one.withdrawn)
    .map((one) => ({ key: `p${one.id}`, at: one.recorded_at, speaker: speaker(one), vague: one.vague
      ?? [], said: one.spoken, pledge: true }));
  const dateless = responses
    .filter((one) => one.dateless && !pledges.some((pledge) => pledge.response === one.id))
    .map((one) => ({ key: `r${one.id}`, at: one.recorded_at, speaker: one.speaker, vague: one.vague, said: one.text,
      pledge: false }));
  return [...undated, ...dateless].sort((a, b) => b.at - a.at);
}

export class HostPrompts {
  constructor(desk) {
    Object.assign(this, { desk, done: new Set(), told: new Set() });
  }

  draw(state) {
    const open = promptsOf(state).filter((one) => !this.done.has(one.key));
    for (const one of open) {
      if (!this.told.has(one.key)) announce(`${w.askDate}：${this.#sentence(one)}`);
      this.told.add(one.key);
    }
    return html`<div class="host-prompts" role="region" aria-label=${w.prompts}>
      ${open.length ? repeat(open.slice(0, AT_MOST), (one) => one.key, (one) => this.#prompt(one))
        : html`<p class="quiet-text">${w.noPrompts}</p>`}
    </div>`;
  }

  #sentence(one) {
    return one.pledge ? w.pledgeNoDate(short(one.said, 36)) : w.heard(one.speaker, short(one.said, 36));
  }

  #prompt(one) {
    const done = () => (this.done.add(one.key), this.desk.redraw());
    return html`<div class="notice warning host-prompt">${icon("due")}
      <p><strong>${w.askDate}</strong> ${one.vague.map((word) =>
        html`<mark>${word}</mark>`)} <span>${this.#sentence(one)}</span></p>
      ${button({ label: w.asked, symbol: "check", kind: "small", run: done })}</div>`;
  }
}
