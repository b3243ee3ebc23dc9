// A night exam on the host's desk: the plan is the rundown. One press begins the next speaker; what runs over, who is
// missing and who asks stands where the host looks.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { labelOf } from "../base/labels.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { button, format } from "../desk/desk.js";
import { budgetLeft, calledOf, changeOf, droppedOf, examOf, interruptionOf, lineOf, linesOf, presenceOf,
  reasonOf, restorable } from "../link/exam.js";
import { floorItem, nextItem, openSlot, rundown, session, tableOf, unitName } from "../link/state.js";
import { allowed, used } from "../link/timing.js";
import { ExamDialogs } from "./exam_dialogs.js";
import { words } from "./exam_words.js";
import { itemWords } from "./rundown.js";

const w = say(words);
const GONE = ["absent", "left"];

export class HostExam {
  constructor(desk, people) {
    Object.assign(this, { desk, people, dialogs: new ExamDialogs(desk) });
  }

  /** Whether the session is a night exam with a plan. */
  isOne(state) {
    return examOf(state) !== null && linesOf(state).length + droppedOf(state).length > 0;
  }

  // --- presses -----------------------------------------------------------------------------------------------------

  /** One press begins whoever is next; a second one is wanted where it would end somebody, or the next is not there. */
  begin() {
    const { state } = this.desk;
    const next = nextItem(state);
    if (!next || session(state).state !== "live") return null;
    const command = next.speaker && next.unit ? "live.take_and_start" : "questions.take_item";
    const run = () => this.desk.floor(command, { item: next.id });
    const doubt = this.#doubt(state, next);
    return doubt ? this.desk.arm(`begin:${next.id}`, run, doubt) : run();
  }

  #doubt(state, next) {
    const slot = openSlot(state);
    const presence = presenceOf(state, next.unit);
    const left = slot ? allowed(slot) - used(slot, this.desk.link.now()) : 0;
    return [slot ? w.endsSlot(slot.speaker, duration(Math.max(0, left))) : "",
      GONE.includes(presence) ? w.isMissing(unitName(state, next.unit), w.presence[presence]) : ""].filter(Boolean)
      .join(w.stop);
  }

  /** Whether a question from above would interrupt somebody now. */
  interrupts(state) {
    const slot = openSlot(state);
    return this.isOne(state) && slot !== null && !slot.is_interruption && lineOf(state, floorItem(state)) !== null;
  }

  interrupt(what) {
    return this.desk.floor("exam.interrupt", what);
  }

  endInterruption() {
    return this.desk.floor("exam.end_interruption");
  }

  askOrGoOn() {
    if (openSlot(this.desk.state)?.is_interruption) return this.endInterruption();
    return this.interrupts(this.desk.state) ? this.interrupt({}) : null;
  }

  get putWord() {
    return w.put;
  }

  confirms(one) {
    return w.confirms(one.number);
  }

  skipNext() {
    const line = lineOf(this.desk.state, nextItem(this.desk.state));
    if (line) this.dialogs.openSkip(line);
  }

  changeNext() {
    const line = lineOf(this.desk.state, nextItem(this.desk.state));
    if (line) this.dialogs.openChange(line);
  }

  get #blocked() {
    return !this.desk.live || this.desk.isPending("floor") || session(this.desk.state).state !== "live";
  }

  // --- beside the rundown ------------------------------------------------------------------------------------------

  /** The end to the second, and who is there. */
  ending(state, now) {
    const evening = session(state);
    const { plannedEnd, projectedEnd, drift } = tableOf(state, now);
    const off = Math.trunc(drift / 1000) * 1000;
    const { expected, present, absent, left } = examOf(state).attendance.all;
    return html`<p class="ending exam-ending"><span>${w.ends}</span>
        <time class="ending-time num">${format.timeToSecond(projectedEnd)}</time>
        <span class="drift num ${off > 0 ? "late" : ""}">${off > 0 ? w.late(duration(off)) : off < 0
          ? w.early(duration(-off)) : w.onTime}</span>
        <span class="ending-plan">${w.planned} <time class="num">${format.timeToSecond(plannedEnd)}</time></span></p>
      <p class="exam-attendance num">${icon("people")} <a href="/sessions/${evening.code}/roll-call"
        title=${w.attendance}><strong>${w.here(present, expected)}</strong></a>
        ${absent ? html`<span class="is-missing">${w.absent(absent)}</span>` : nothing}
        ${left ? html`<span>${w.left(left)}</span>` : nothing}</p>`;
  }

  /** Of a line of the plan: whether its unit is there, what was changed by hand and why, and the way to change it. */
  more(state, item) {
    const line = lineOf(state, item);
    if (!line) return nothing;
    const presence = presenceOf(state, item.unit);
    const isToCome = item.state === "planned";
    return html`<small class="exam-more">${isToCome && GONE.includes(presence) ? html`<span
        class="is-missing">${icon("warning")} ${w.presence[presence]}</span>` : nothing}${this.#changes(line, item)}
      ${isToCome ? html`<button class="linklike exam-change" type="button" ?disabled=${!this.desk.live}
        @click=${() => this.dialogs.openChange(line)} aria-label=${w.changeThis(calledOf(state, line,
          item.unit))}>${w.change}</button>` : nothing}</small>`;
  }

  /** Computed against now: what it was, and why it is otherwise. */
  #changes(line, item) {
    if (!line.changes.length) return nothing;
    const was = [item.planned_ms === line.seconds * 1000 ? "" : w.was(duration(line.seconds * 1000)),
      item.unit === line.unit && item.speaker === line.speaker ? "" : w.wasWho(line.speaker),
      line.changes.some((one) => one.what === "order") ? w.wasAt(line.changes.find((one) => one.what
        === "order").before) : ""].filter(Boolean);
    return html`<span class="exam-changed-by-hand">${[...was, line.changes.at(-1).why].join(" · ")}</span>`;
  }

  /** What is no longer in the rundown, with the reason. */
  leftOut(state) {
    const gone = this.isOne(state) ? droppedOf(state) : [];
    if (!gone.length) return nothing;
    return html`<section class="exam-left-out"><div class="row apart"><h3>${w.leftOut}</h3>${restorable(state)
      === "skipped" ? this.#restore(w.restore) : nothing}</div><ul>${gone.map((line) => {
      const last = line.changes.at(-1);
      return html`<li><span>${calledOf(state, line)} <span class="num">${duration(line.seconds * 1000)}</span></span>
        <small>${w.dropped[last?.what] ?? ""} · ${last?.why ?? ""}</small></li>`;
    })}</ul></section>`;
  }

  #restore(label) {
    return button({ label, symbol: "undo", kind: "small", run: () => this.dialogs.restore(),
      disabled: !this.desk.live, busy: this.desk.isPending("plan") });
  }

  // --- in the middle -----------------------------------------------------------------------------------------------

  /** Why whoever is on the floor has it; empty for what results did not plan. */
  why(state, item) {
    const line = lineOf(state, item);
    const said = reasonOf(line, item?.unit) || changeOf(line);
    return said ? html`<span class="exam-said">${said}</span>` : "";
  }

  /** How the meeting ends, and the questions from above: two lines that are always there. */
  draw(state) {
    const evening = session(state);
    const now = this.desk.link.now();
    const { drift } = tableOf(state, now);
    return html`<div class="host-exam" role="group" aria-label=${w.group}>
      ${this.#endsLine(state, Math.trunc(drift / 1000) * 1000, evening.state === "live")}
      ${this.#budgetLine(state, now)}
    </div>`;
  }

  /** While it ends in time there is nothing to cut, and what was just cut can be taken back. */
  #endsLine(state, off, isLive) {
    const said = off > 0 ? w.over(duration(off)) : off < 0 ? w.spare(duration(-off)) : w.exact;
    return html`<div class="exam-row ${off > 0 ? "is-over" : ""}">${icon(off > 0 ? "overdue" : "clock")}
      <span class="num">${said}</span>
      ${off <= 0 && restorable(state) === "cut" ? this.#restore(w.restoreCuts)
        : button({ label: w.cut, key: "U", kind: "small", run: () => this.dialogs.openCuts(),
          disabled: !this.desk.live || !isLive || off <= 0 })}</div>`;
  }

  #budgetLine(state, now) {
    const left = budgetLeft(state, now);
    const asking = interruptionOf(state);
    const isAsked = Boolean(openSlot(state)?.is_interruption);
    const whole = examOf(state).interruptions_ms;
    const who = asking ? (asking.by === "citizen" ? w.citizen : w.leader(asking.name)) : w.budget;
    return html`<div class="exam-row ${isAsked ? "is-asked" : ""}">${icon("question")}
      <span>${who} <strong class="num ${left < 0 ? "is-over" : ""}">${left >= 0 ? w.budgetLeft(duration(left + 999))
        : w.budgetOver(duration(-left))}</strong> <span class="quiet-text num">${w.of(duration(whole))}</span></span>
      ${button({ label: isAsked ? w.goOn : w.leaderAsks, key: "I", kind: `small ${isAsked ? "primary" : ""}`,
        run: () => this.askOrGoOn(), disabled: this.#blocked || (!isAsked && (!this.interrupts(state) || left <= 0)),
        title: isAsked || this.interrupts(state) ? null : w.nobodySpeaks })}</div>`;
  }

  // --- who is next -------------------------------------------------------------------------------------------------

  next(state) {
    const evening = session(state);
    const next = evening.state === "closed" ? null : nextItem(state);
    if (!next) return html`<footer class="pane-foot exam-next"><p class="quiet-text">${w.none}</p></footer>`;
    const taken = rundown(state).find((one) => this.desk.isArmed(`take:${one.id}`));
    const line = lineOf(state, next);
    const armed = this.desk.isArmed(`begin:${next.id}`);
    const presence = presenceOf(state, next.unit);
    return html`<footer class="pane-foot exam-next ${armed || taken ? "is-armed" : ""}">
      <div class="exam-next-who">
        <p class="exam-next-label"><span>${line ? w.next : w.nextItem}</span>${line ? html`<span>${labelOf("pick",
          line.pick)}</span>` : nothing}${this.#here(presence, line)}${this.people.mark(state, next)}<span
          class="exam-next-after">${this.#after(state, next)}</span></p>
        <p class="exam-next-unit"><strong class="typeset">${typeset(itemWords(state, next))}</strong> <span
          class="num">${duration(next.planned_ms)}</span> <span>${[next.speaker, next.speaker_title].filter(Boolean)
          .join(" ")}</span></p>
        <p class="exam-next-why">${taken ? html`<strong class="armed-ends">${this.#takes(state, taken)}</strong>`
          : armed ? html`<strong class="armed-ends">${this.#doubt(state, next)}</strong>` : reasonOf(line, next.unit)
          || changeOf(line)}</p>
      </div>
      <div class="exam-next-buttons">
        ${button({ label: armed ? w.again : next.speaker ? w.begin : w.take, symbol: "next", key: "N",
          kind: `large primary put ${armed ? "armed" : ""}`, run: () => this.begin(), disabled: this.#blocked,
          busy: this.desk.isPending("floor"), id: "begin-next" })}
        ${line ? html`${button({ label: w.skip, key: "S", kind: "small", run: () => this.dialogs.openSkip(line),
          disabled: !this.desk.live })}${button({ label: w.edit, key: "H", kind: "small",
          run: () => this.dialogs.openChange(line), disabled: !this.desk.live })}` : nothing}
      </div>
    </footer>`;
  }

  #takes(state, item) {
    return [`${w.again}: ${itemWords(state, item)}`, item === nextItem(state) ? "" : this.#doubt(state, item)]
      .filter(Boolean).join(" · ");
  }

  /** A missing speaker is told before the time comes; that nobody has reported is told more quietly. */
  #here(presence, line) {
    if (!line || presence === "present") return nothing;
    return html`<span class=${GONE.includes(presence) ? "is-missing" : ""}>${GONE.includes(presence) ? icon("warning")
      : nothing} ${w.presence[presence] ?? w.presence.none}</span>`;
  }

  #after(state, next) {
    const then = rundown(state).find((one) => one.position > next.position && one.state === "planned");
    return then ? w.after(itemWords(state, then)) : w.nothingAfter;
  }
}
