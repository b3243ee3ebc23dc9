// What is on in the meeting: item, speaker, both clocks, an interruption.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { language, say } from "../base/words.js";
import { format } from "../desk/desk.js";
import { words as desks } from "../desk/words.js";
import { interruptionOf, lineOf } from "../link/exam.js";
import * as at from "../link/state.js";
import { graceLeft } from "./standing.js";
import { words } from "./words.js";

const w = say(words);
const { kindIcons } = say(desks);

/** The segment of the plan in the reader's language. */
export const segmentOf = (line) => (language() === "en" && line.segment_en) || line.segment;

export const rivalOf = ({ reason: { rival } }) => (rival ? (language() === "en" && rival.unit_en) || rival.unit : "");

export function floorPanel(state, now) {
  const item = at.floorItem(state);
  const slot = at.openSlot(state);
  return html`<div class="meeting-floor panel">
    <p class="meeting-kind">${item ? html`${icon(kindIcons[item.kind])}<strong>${w.onFloor}</strong> ${kindLine(state,
      item)}` : html`${icon("clock")}<strong>${w.onFloor}</strong>`}</p>
    <p class="meeting-title" data-fit data-least="0.5" dir="auto">${item ? titleOf(state, item) : idle(state, now)}</p>
    <p class="meeting-speaker">${slot ? html`<strong>${slot.speaker}</strong> ${slot.speaker_title}` : item?.speaker
      ? html`<strong>${item.speaker}</strong> ${item.speaker_title} · ${w.noSlot}` : nothing}</p>
    <div class="meeting-clocks">
      <span class="clock huge stacked" id="slot-clock" role="timer" data-phase="none"><span
        class="clock-digits">–:––</span><span class="clock-word"></span></span>
      <span class="meeting-budget" ?hidden=${at.session(state).state !== "live"}>${w.budget}<span
        class="clock stacked" id="budget-clock" role="timer" data-phase="none"><span
        class="clock-digits">–:––</span><span class="clock-word"></span></span></span>
    </div>
    ${aside(state, slot, now)}
  </div>`;
}

const titleOf = (state, item) => at.question(state, item.question)?.text || at.titled(item) || at.unitName(state,
  item.unit) || labelOf("item_kind", item.kind);

function kindLine(state, item) {
  const line = lineOf(state, item);
  if (!line) return html`<span>${labelOf("item_kind", item.kind)}</span>`;
  return html`<span>${segmentOf(line)}${line.pair ? ` · ${w.pair(line.pair)}` : ""}${rivalOf(line)
    ? ` · ${w.versus(rivalOf(line))}` : ""} · ${w.planned(duration(item.planned_ms))}</span>`;
}

function idle(state, now) {
  const evening = at.session(state);
  if (evening.called_off !== null) return w.calledOff(evening.called_off);
  return { planned: w.notBegun(format.short(evening.starts_at, now)), live: w.nothingOn,
    closed: w.over }[evening.state];
}

/** The line below the clocks, which is always there: an interruption, or what becomes of time that is up. */
function aside(state, slot, now) {
  const asked = interruptionOf(state);
  const grace = graceLeft(slot, now);
  if (asked) return interrupted(state, asked);
  const said = grace !== null ? html`${icon("due")}<strong>${w.graceLeft(Math.ceil(grace / 1000))}</strong>`
    : slot && slot.at_zero !== "count_over" ? html`${icon("clock")}${slot.at_zero === "grace"
      ? w.graceAll(slot.grace_ms / 1000) : labelOf("at_zero", slot.at_zero)}` : nothing;
  return html`<div class="meeting-aside" role="status"><p>${said}</p></div>`;
}

const interrupted = (state, { by, name, question, words: said }) => html`<div class="meeting-aside is-asked"
    role="status">
  <p>${icon("question")}<strong>${by === "citizen" ? w.citizenAsks : w.askedBy(name)}</strong><span
    class="meeting-stands">${icon("pause")}${w.clockStands}</span></p>
  <p class="meeting-asked" data-fit data-least="0.45" dir="auto">${at.question(state, question)?.text ?? said}</p>
  </div>`;
