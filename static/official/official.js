// The official's desk: what am I asked, how long have I, what did we promise before, what am I recorded as promising
// now.

import { labelOf } from "../base/labels.js";
import "../base/fit.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { Desk, deskClock } from "../desk/desk.js";
import * as at from "../link/state.js";
import { reading } from "../link/timing.js";
import { words } from "./words.js";
import { OfficialPledges } from "./pledges.js";

const EVENING = 500; // the responses and pledges of one session, as far as anybody goes back
const w = say(words);
const pane = (id) => document.getElementById(id);
const desk = new Desk({ draw });
desk.link.want("response", "newest", EVENING);
desk.link.want("pledge", "newest", EVENING);
const pledges = new OfficialPledges(desk);

function draw(state) {
  render(asked(state), pane("asked"));
  render(pledges.draw(state), pane("promised"));
  deskClock(pane("slot-clock"), readClock);
}

function readClock() {
  return reading(at.openSlot(desk.state), desk.link);
}

const isMine = (unit) => !desk.page.units || desk.page.units.includes(unit);

function asked(state) {
  const item = at.floorItem(state);
  const question = at.onAir(state);
  const slot = at.openSlot(state);
  const unit = slot?.unit ?? question?.unit ?? item?.unit ?? null;
  const mine = unit !== null && desk.page.units && isMine(unit);
  return html`<div class="official-floor ${mine ? "is-mine" : ""} panel">
      <p class="official-turn">${item
        ? html`${icon(mine ? "mic" : "live")}${mine ? w.askedYou : unit ? w.askedOther(at.unitName(state, unit))
        : w.onAir}` : html`${icon("clock")}${idle(state)}`}</p>
      <p class="official-question typeset" data-fit dir="auto">${typeset(question?.text
        ?? (item ? at.titled(item) || labelOf("item_kind", item.kind) : w.nothingMore))}</p>
      <p class="official-asker">${question ? html`${w.asks} ${question.asker || w.anonymous}` : nothing}</p>
    </div>
    <div class="official-time ${mine ? "is-mine" : ""}">
      <span class="clock huge stacked" id="slot-clock" role="timer" data-phase="idle"><span
        class="clock-digits">–:––</span><span class="clock-word"></span></span>
      <p class="official-speaker">${slot
        ? html`<strong>${mine ? w.yourTime
        : w.timeOf(at.unitName(state, slot.unit))}</strong><span>${slot.speaker} ${slot.speaker_title}</span>` : item
        ? w.noSlot : nothing}</p>
    </div>`;
}

const over = (session) => (session.called_off === null ? w.closed : w.calledOff);
const idle = (state) => ({ planned: w.notLive, live: w.nothing,
  closed: over(at.session(state)) })[at.session(state).state];
