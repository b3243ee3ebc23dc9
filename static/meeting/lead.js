// A leader in the meeting: what is on with both clocks, a question in own words, pledges assigned, who is there, and
// who has long been silent.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import "../base/fit.js";
import { badge, icon } from "../base/badges.js";
import { draftOf, dropDraft, keepDraft } from "../base/drafts.js";
import { labelOf } from "../base/labels.js";
import { language, say } from "../base/words.js";
import { PledgeForm } from "../clerk/pledge.js";
import { Desk, button, deskClock, format } from "../desk/desk.js";
import { budgetLeft, examOf, interruptionOf, silentOf } from "../link/exam.js";
import * as at from "../link/state.js";
import { attendanceTable } from "./attendance.js";
import { floorPanel } from "./floor.js";
import { orderPane } from "./order.js";
import { budgetReading, mainReading } from "./standing.js";
import { words } from "./words.js";

const w = say(words);
const MOST_WORDS = 200;
const MOST_SILENT = 12;
const EVENING = 500;
const pane = (id) => document.getElementById(id);
const desk = new Desk({ draw });
const draft = `interrupt.${desk.page.session}`;
const source = { name: `pledge.lead.${desk.page.session}`, command: "exam.record_pledge",
  message: { session: desk.page.session } };
const pledge = new PledgeForm(desk, { onSaved: (answer) => desk.tell(w.saved(answer.specificity === "specific")),
  onDone: () => begin(desk.state) });
let question = draftOf(draft)?.value ?? "";
let speaking = null;

desk.link.want("pledge", "newest", EVENING);
setInterval(() => desk.redraw(), 1000);

function draw(state) {
  const now = desk.link.now();
  follow(state);
  render(html`${floorPanel(state, now)}${ask(state, now)}`, pane("floor"));
  render(pledgePane(state), pane("pledges"));
  render(html`<div class="lead-order">${orderPane(state, now)}</div>${figures(state)}`, pane("meeting"));
  deskClock(pane("slot-clock"), () => mainReading(desk.state, desk.link));
  deskClock(pane("budget-clock"), () => budgetReading(desk.state, desk.link));
}

/** The unit that is spoken to is that of whoever speaks, unless something is half written. */
function follow(state) {
  const slot = at.openSlot(state) ?? at.floorItem(state);
  const key = slot ? `${slot.item ?? slot.id}` : null;
  if (pledge.source !== null && (key === speaking || key === null || pledge.touched)) return;
  speaking = key;
  begin(state);
}

function begin(state) {
  const slot = at.openSlot(state) ?? at.floorItem(state);
  pledge.begin(source, { unit: slot?.unit ?? null, officer: slot?.speaker ?? "" });
  desk.redraw();
}

// --- a question from above ------------------------------------------------------------------------------------------

function typed(said) {
  question = said;
  keepDraft(draft, question);
}

async function interrupt() {
  if (question.trim().length < 2) {
    desk.tell(w.needWords, { kind: "refusal" });
    return desk.focusDrawn("interrupt-words");
  }
  const answer = await desk.floor("exam.interrupt", { words: question.trim() });
  if (!answer) return null;
  question = "";
  dropDraft(draft);
  return desk.redraw();
}

function ask(state, now) {
  const runs = at.openSlot(state)?.is_interruption;
  const left = budgetLeft(state, now);
  const free = at.openSlot(state) !== null && left > 0;
  const busy = desk.isPending("floor");
  const hint = runs ? w.clockStands : at.openSlot(state) === null ? w.nobodySpeaks : left <= 0 ? w.budgetGone
    : w.interruptHint;
  return html`<form class="lead-ask" @submit=${(event) => event.preventDefault()}>
    <div class="field"><label for="interrupt-words">${w.interruptWords}</label>
      <textarea class="input" id="interrupt-words" rows="2" maxlength=${MOST_WORDS} aria-describedby="interrupt-hint"
        .value=${live(question)} @input=${(event) => typed(event.target.value)}></textarea>
      <span class="field-hint" id="interrupt-hint">${runs || free ? nothing : icon("info")}${hint}</span></div>
    ${runs ? button({ label: w.endInterruption, symbol: "play", kind: "large primary", busy, disabled: !desk.live,
      run: () => desk.floor("exam.end_interruption") })
    : button({ label: w.interrupt, symbol: "question", kind: "large primary", busy, disabled: !desk.live || !free
      || interruptionOf(state) !== null, run: interrupt })}</form>`;
}

// --- pledges --------------------------------------------------------------------------------------------------------

function pledgePane(state) {
  const tonight = at.standing(at.rows(state, "pledge")).sort((a, b) => b.recorded_at - a.recorded_at);
  const began = at.session(state).went_live_at !== null;
  return html`<header class="pane-head"><h2>${w.assign}</h2></header>
    <div class="pane-body lead-pledges" tabindex="0">${began ? pledge.draw(state, (all, unit) =>
      at.speakersOf(all, desk.page, unit)) : nothing}
      <section aria-labelledby="tonight-title"><h2 id="tonight-title">${w.tonight} <span
        class="num">${tonight.length || ""}</span></h2>
      ${tonight.length ? html`<ol class="lead-tonight">${repeat(tonight, (one) => one.id, (one) => promised(state,
        one))}</ol>` : html`<div class="empty">${icon("pledge")}<p
          class="empty-title">${w.noneTonight}</p><p>${w.noneTonightMore}</p></div>`}</section></div>`;
}

function promised(state, one) {
  return html`<li><p class="row">${badge(one.confirmation)}<strong>${at.unitName(state, one.lead_unit)}</strong><span
      class="num">${one.due_on ? w.dueOn(format.dateOf(one.due_on)) : w.noDue}</span></p>
    <p dir="auto"><a href="/pledges/${one.id}">${one.action ? [one.action, one.object].filter(Boolean).join(" · ")
      : one.spoken}</a></p>
    <p class="quiet-text small">${one.officer ? `${one.officer} · ` : ""}${(one.missing ?? []).length
      ? w.lacks(one.missing.map((name) => labelOf("element_key", name)).join(language() === "en" ? ", " : "、"))
      : labelOf("state", one.state)}</p></li>`;
}

// --- who is there, who has long been silent -------------------------------------------------------------------------

function figures(state) {
  const [{ attendance }, silent] = [examOf(state) ?? { attendance: {} }, silentOf(state)];
  const others = silent.length - MOST_SILENT;
  return html`<div class="lead-figures" tabindex="0">
    <h2>${w.attendance}</h2>${attendanceTable(attendance)}
    <h2>${w.silent}</h2>
    ${silent.length ? html`<ul class="lead-silent">${silent.slice(0, MOST_SILENT).map((one) => html`<li>
        <p><strong>${one.head}</strong> ${one.title}</p>
        <p class="quiet-text small">${(language() === "en" && one.unit_en)
          || one.unit} · ${w.silentFor(one.meetings)} · ${one.last ? w.lastSpoke(format.dateOf(one.last))
          : w.neverSpoke}</p></li>`)}</ul>${others > 0 ? html`<p class="quiet-text">${w.more(others)}</p>` : nothing}`
      : html`<p class="quiet-text">${w.noneSilent}</p>`}</div>`;
}
