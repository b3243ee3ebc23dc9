// The verdict on the host's desk: opened, watched, closed, and its result put on the screen.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { button } from "../desk/desk.js";
import { inHearing, question, row, session, unitName } from "../link/state.js";
import { callOff } from "../verdict/call_off.js";
import { figures, openVerdict, result, secondsLeft, verdicts } from "../verdict/parts.js";
import { words } from "../verdict/words.js";

const all = say(words);
const w = all.host;
const SECONDS = [10, 30, 60, 120];

/** The newest that has a result, or will have one. */
const lastOf = (state) => verdicts(state).find((one) => !one.called_off);

export class HostVerdict {
  constructor(desk) {
    Object.assign(this, { desk, seconds: 30 });
  }

  /** The key: opens one, or closes the one that is open; the second press does it. */
  openOrClose() {
    const open = openVerdict(this.desk.state);
    if (open) this.#close(open);
    else this.#open(this.seconds);
  }

  show() {
    const last = lastOf(this.desk.state);
    if (last?.closed_at) this.desk.press("screen", "verdicts.show_on_screen", { verdict: last.id });
  }

  #open(seconds) {
    const asked = inHearing(this.desk.state);
    if (asked === null) return;
    this.seconds = seconds;
    this.desk.arm(`verdict:${seconds}`, () => this.desk.press("verdict", "verdicts.open", { question: asked, seconds }),
      w.confirm(this.#unit(asked)));
  }

  #close(open) {
    this.desk.arm("verdict:close", () => this.desk.press("verdict", "verdicts.close", { verdict: open.id }),
      w.closeAgain);
  }

  #unit(asked) {
    return unitName(this.desk.state, question(this.desk.state, asked)?.unit);
  }

  openHistory() {
    document.getElementById("verdicts").showModal();
    this.drawHistory(this.desk.state);
  }

  drawHistory(state) {
    if (!document.getElementById("verdicts").open) return;
    const one = (verdict) => html`<li><p class="num">${[w.question(row(state, "question", verdict.question)?.number
      ?? "–"), unitName(state, verdict.unit), verdict.called_off ? null
      : verdict.taken_at ? w.taken : w.notTaken].filter(Boolean).join(" · ")}</p>
      ${verdict.called_off ? all.calledOff : verdict.closed_at ? result(verdict) : all.openOnScreen}</li>`;
    const found = verdicts(state);
    render(found.length ? html`<ol class="ledger">${found.map(one)}</ol>` : html`<p>${w.historyNone}</p>`,
      document.getElementById("verdicts-body"));
  }

  draw(state) {
    this.drawHistory(state);
    if (session(state).state !== "live") return nothing;
    const open = openVerdict(state);
    const last = lastOf(state);
    const asked = inHearing(state);
    if (asked === null && !open && !last) return nothing;
    return html`<div class="host-verdict" role="region" aria-label=${labelOf("item_kind", "verdict")}>
      ${open ? this.#running(state, open) : this.#next(state, asked, last)}</div>`;
  }

  get #off() {
    return !this.desk.live || this.desk.isPending("verdict");
  }

  #running(state, open) {
    const now = state.judging?.[session(state).id];
    const told = now?.id === open.id && now.panel ? now : null;
    const left = secondsLeft(open, this.desk.link.now());
    const armed = this.desk.isArmed("verdict:close");
    const body = (name, count, more) => html`<span class="host-verdict-body"><small>${name} · ${more}</small>
      <strong class="num">${count.satisfied} : ${count.not_satisfied}</strong>
      <small class="num">${this.#reach(count)}</small></span>`;
    return html`<span class="host-verdict-left num">${icon("clock")} ${left || "0"}<small>${all.seconds}</small></span>
      ${told ? html`${body(all.panel, told.panel, told.cards ? w.running(told.judged.panel, told.cards) : w.noCards)}
        ${body(all.viewers, told.viewers, w.viewersNow(told.judged.viewers))}` : html`<span>${left
        ? all.openOnScreen : all.timeUp}</span>`}
      <span class="host-verdict-end">${callOff(this.desk, "")}${button({ key: "V", symbol: "stop",
        label: armed ? w.closeAgain : w.close, kind: armed ? "armed" : "", run: () => this.#close(open),
        disabled: this.#off })}</span>`;
  }

  #reach(count) {
    const { votes, share, low, high } = figures(count);
    return votes ? `${all.percent(share)} · ${low}–${high} %` : all.nobody;
  }

  #next(state, asked, last) {
    const shown = session(state).screen === "verdict" && session(state).screen_verdict === last?.id;
    const isArmed = (seconds) => this.desk.isArmed(`verdict:${seconds}`);
    const one = (seconds) => button({ label: isArmed(seconds) ? w.again : w.open(seconds),
      key: seconds === this.seconds ? "V" : null, kind: isArmed(seconds) ? "armed" : "",
      run: () => this.#open(seconds), disabled: this.#off || asked === null });
    const armed = SECONDS.some(isArmed);
    const line = html`<span class="host-verdict-name">${armed ? w.confirm(this.#unit(asked))
      : labelOf("item_kind", "verdict")}</span>
      <div class="host-verdict-open" role="group" aria-label=${w.lengths}>${SECONDS.map(one)}</div>
      ${last ? button({ label: w.history, symbol: "rundown", kind: "quiet", run: () => this.openHistory() })
        : nothing}`;
    if (!last || last.question !== asked) return line; // the next question is judged anew
    return html`${line}<div class="host-verdict-last">
      <span class="host-verdict-body"><small>${all.panel}</small><strong
        class="num">${this.#reach(last.panel)}</strong></span>
      <span class="host-verdict-body"><small>${all.viewers}</small><strong
        class="num">${this.#reach(last.viewers)}</strong></span>
      ${button({ label: shown ? w.shown : w.show, symbol: "screen", key: "G", pressed: shown, run: () => this.show(),
        disabled: !this.desk.live || this.desk.isPending("screen") })}</div>`;
  }
}
