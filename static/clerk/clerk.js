// The record desk: what is answered and promised is written down while it is spoken, by keyboard alone.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { badge, icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { Desk, deskClock } from "../desk/desk.js";
import { drawNotes } from "../desk/notes.js";
import * as at from "../link/state.js";
import { reading, used } from "../link/timing.js";
import { PledgeForm, markedWords, outOf } from "./pledge.js";
import { queuePane, recordPane, toRecord } from "./record.js";
import { KINDS, ResponseForm } from "./response.js";
import { SlotPledges } from "./slot.js";
import { words } from "./words.js";

const PROMISING = ["generic_commitment", "specific_commitment"];
const EVENING = 500; // the responses and pledges of one session, as far as anybody goes back
const w = say(words);
const pane = (id) => document.getElementById(id);
const desk = new Desk({ view: "staff", draw });
desk.link.want("response", "newest", EVENING);
desk.link.want("pledge", "newest", EVENING);
const response = new ResponseForm(desk, { onSaved: recorded });
const pledge = new PledgeForm(desk, { onSaved: () => desk.tell(w.pledgeSaved), onDone: leavePledge });
const slot = new SlotPledges(desk, (all, unit) => response.people(all, unit));
let mode = "response";
let chosen = null;
let onAirWas = null;

function draw(state) {
  drawNotes(state, "clerk");
  slot.follow(state);
  follow(state);
  if (slot.isAtHand(state)) slot.draw(state, { queue: pane("queue"), form: pane("form"), record: pane("record") });
  else drawQuestions(state);
  deskClock(pane("slot-clock"), readClock);
}

function drawQuestions(state) {
  render(queuePane(state, { chosen, onChoose: choose }), pane("queue"));
  render(middle(state), pane("form"));
  render(recordPane(state, chosen, acts), pane("record"));
}

/** Whatever comes on air is taken up, unless something is half written. */
function follow(state) {
  const onAir = at.onAir(state)?.id ?? null;
  const fresh = onAir !== null && onAir !== onAirWas;
  onAirWas = onAir;
  if ((fresh && mode === "response" && !response.touched) || chosen === null) choose(onAir
    ?? toRecord(state)[0]?.question.id ?? null);
}

function choose(id) {
  mode = "response";
  chosen = id;
  response.open(id);
  desk.redraw();
}

/** After a response: its pledges if it promised something, otherwise whatever is next. */
function recorded({ answer, draft, question }) {
  desk.tell(draft.correcting ? w.corrected : w.saved(question.number));
  if (draft.correcting) return desk.redraw();
  if (!PROMISING.includes(draft.kind)) return goOn();
  mode = "pledge";
  return pledge.open({ id: answer.response, unit: draft.unit, text: draft.text.trim(), question: question.id });
}

/** On to what is on air, or to the oldest question that lacks its response. */
function goOn() {
  document.activeElement?.blur();
  const open = toRecord(desk.state);
  const next = open.find((one) => !one.recorded) ?? open.find((one) => one.question.state === "on_air");
  choose(next?.question.id ?? chosen);
}

function move(steps) {
  const ids = toRecord(desk.state).map(({ question }) => question.id);
  const to = ids[Math.max(0, Math.min(ids.length - 1, ids.indexOf(chosen) + steps))];
  if (to !== undefined) choose(to);
}

const acts = {
  addPledge(one) {
    mode = "pledge";
    pledge.open(one, markedWords(one));
  },
  correctResponse(one) {
    mode = "response";
    response.correct(one);
  },
  correctPledge(one, from) {
    mode = "pledge";
    pledge.correct(one, outOf(from));
  },
};

function addPledgeToLast() {
  const mine = at.standing(at.rows(desk.state, "response")).filter((one) => one.question === chosen);
  if (mine.length) acts.addPledge(mine.at(-1));
}

// --- the middle -----------------------------------------------------------------------------------------------------

function middle(state) {
  const asked = at.question(state, chosen);
  const onAir = at.onAir(state);
  const elsewhere = onAir && onAir.id !== chosen ? onAir : null;
  return html`<div class="on-floor clerk-floor panel">
      <div class="on-floor-line">${asked
        ? html`${badge(asked.state)}<strong class="num">${w.number(asked.number)}</strong><span>${at.unitName(state,
        asked.unit)}</span>` : html`<strong>${w.noQuestions}</strong>`}
        ${elsewhere ? html`<button class="linklike" type="button"
          @click=${() => choose(elsewhere.id)}>${icon("live")} ${w.switched(elsewhere.number)} · ${w.goThere} <kbd
            aria-hidden="true">O</kbd></button>` : nothing}
        ${at.session(state).kind === "night_exam" ? html`<button class="linklike" type="button" @click=${() =>
          slot.askSlots()}>${icon("mic")} ${w.toSlots}</button>` : nothing}
        ${spokenFor(state)}
        <span class="clock" id="slot-clock" role="timer" data-phase="idle"><span class="clock-digits">–:––</span><span
          class="clock-word"></span></span></div>
      <p class="clerk-question typeset" dir="auto" tabindex="0">${typeset(asked?.text ?? w.noQuestionsMore)}</p>
    </div>
    <div class="pane-body">${asked ? form(state) : nothing}</div>`;
}

/** What was said can be put right and pledges added after the close; new responses cannot. */
function form(state) {
  if (mode === "pledge") return pledge.draw(state, (all, unit) => response.people(all, unit));
  if (at.session(state).state === "live" || response.draft.correcting) return response.draw(state);
  return html`<div class="empty">${icon("stop")}<p class="empty-title">${w.notLive}</p><p>${w.notLiveMore}</p></div>`;
}

/** The slots in which the question at hand is or was answered. */
const slotsHere = (state) => at.rows(state, "item").filter((item) => item.question === chosen).flatMap((item) =>
  at.slotsOf(state, item.id));

/** Beside a question runs its own time and nobody else's. */
function readClock() {
  if (slot.isAtHand(desk.state)) return reading(slot.running, desk.link);
  return reading(slotsHere(desk.state).find((slot) => slot.ended_at === null) ?? null, desk.link);
}

/** How long was spoken of a question whose time has ended; nothing while it runs or before it began. */
function spokenFor(state) {
  const slots = slotsHere(state);
  if (!slots.length || slots.some((slot) => slot.ended_at === null)) return nothing;
  return html`<span class="clerk-spoken num">${w.spokenFor(duration(slots.reduce((sum, slot) => sum + used(slot),
    0)))}</span>`;
}

// --- keys -----------------------------------------------------------------------------------------------------------

const on = (key, label, run, group, options = {}) => desk.keys.on(key, label, run, { group, ...options });
KINDS.forEach((kind, number) => on(String(number + 1), w.keys.kind(labelOf("response_kind", kind)), () =>
  response.chooseKind(kind), w.groups.record, { when: () => !pledgeForm() }));
on("t", w.keys.text, () => (pledgeForm() ? pledgeForm().focus("spoken") : response.focus("text")), w.groups.record);
on("d", w.keys.due, () => pledgeForm()?.focus("due"), w.groups.record);
on("p", w.keys.pledge, () => (bySlots() ? slot.form.focus("spoken") : addPledgeToLast()), w.groups.record);
on("Ctrl+Enter", w.keys.save, () => (pledgeForm() ? pledgeForm().saveOrDone() : response.save()), w.groups.record,
  { whileTyping: true });
on("Escape", w.keys.leave, leave, w.groups.record, { whileTyping: true });
on("o", w.goThere, () => (bySlots() ? slot.done() : onAirWas !== null && choose(onAirWas)), w.groups.move);
on("j", w.keys.next, () => (bySlots() ? slot : { move }).move(1), w.groups.move, { repeat: true });
on("k", w.keys.back, () => (bySlots() ? slot : { move }).move(-1), w.groups.move, { repeat: true });

/** Out of the field; in a pledge what its button says. What is half written there is kept for when one comes back. */
function leave() {
  document.activeElement?.blur();
  if (bySlots()) slot.done();
  else if (mode === "pledge") leavePledge();
}

function bySlots() {
  return desk.link.ready && slot.isAtHand(desk.state);
}

/** The form of a pledge, if one is open. */
function pledgeForm() {
  if (bySlots()) return slot.item === null ? null : slot.form;
  return mode === "pledge" ? pledge : null;
}

/** After the last pledge on to what is next; from a correction back to where it was begun. */
function leavePledge() {
  if (pledge.correcting) choose(chosen);
  else goOn();
}
