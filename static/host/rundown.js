// The rundown as the desks draw it: planned against actual, and how the evening will end.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { drift, duration, span } from "../base/format.js";
import { icon } from "../base/badges.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { format } from "../desk/desk.js";
import { filmOf } from "../link/film.js";
import { question, session, short, tableOf, titled, unitName } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The end in words: "比计划晚 4 分钟", with the times. */
export function endingLine(state, now) {
  const evening = session(state);
  const { plannedEnd, projectedEnd, drift: off } = tableOf(state, now);
  const late = off > 0 && isOff(off);
  const words = !isOff(off) ? w.onTime : late ? w.endsLate(span(off)) : w.endsEarly(span(off));
  const at = Math.abs(off) < DAY_MS ? format.time : format.short;
  return html`<p class="ending"><span>${evening.state === "closed" ? w.endedAt : w.projected}</span>
    <time class="ending-time num">${at(projectedEnd)}</time>
    <span class="drift ${late ? "late" : ""}">${words}</span>
    <span class="ending-plan">${w.plannedEnd} <time class="num">${at(plannedEnd)}</time></span></p>`;
}

let inSight = null;

/** What comes on air is scrolled to in the rundown of this desk, once. */
export function followFloor(pane, item) {
  if (item === inSight) return;
  inSight = item;
  const current = pane.querySelector("[aria-current=step]");
  const list = current?.closest(".pane-body"); // the list alone: in a narrow window the page would move under the eye
  if (list) list.scrollTop = current.offsetTop - list.offsetTop - (list.clientHeight - current.offsetHeight) / 2;
}

/** A whole minute and more is said. */
const isOff = (ms) => Math.abs(ms) >= MINUTE_MS;

/** Whether a line can be given another place: what was on air keeps its own, and results keep theirs. */
export const isMovable = (item) => item.state === "planned" && !item.by_plan;

/** The words an item goes by: its title, or the citizen's. */
export function itemWords(state, item) {
  const asked = question(state, item.question);
  return titled(item) || (asked ? short(asked.text, 60) : labelOf("item_kind", item.kind));
}

/**
 * The whole rundown. With `take(item)` every row that is not on air can be pressed; `isArmed(item)` says which one was;
 * `more(item)` stands below what it is called, and what is noted for a `role`.
 */
export function rundownList(state, now, { take = null, isArmed = () => false, more = () => nothing,
  disarm = null, role = "host" } = {}) {
  const table = tableOf(state, now).lines;
  if (!table.length) {
    return html`<div class="empty">${icon("rundown")}<p
      class="empty-title">${w.noRundown}</p><p>${w.noRundownMore}</p></div>`;
  }
  return html`<ol class="rundown">
    <li class="rundown-head" aria-hidden="true"><span></span><span>${w.item}</span><span
      class="rundown-time">${w.plannedTime}</span><span class="rundown-time">${w.actualTime}</span></li>
    ${repeat(table, ({ item }) => item.id, (times) =>
      itemRow(state, times, { take, armed: isArmed(times.item), more, disarm, role }))}
  </ol>`;
}

/** That an item follows by itself; one press takes it back. */
const armedMark = (item, disarm) => (disarm ? html`<button class="item-armed linklike" type="button"
  data-disarm=${item.id} title=${w.disarm} @click=${() => disarm(item)}>${icon("next")}${w.follows}${
  icon("cross")}<span class="visually-hidden">${w.disarm}</span></button>`
  : html`<span class="item-armed">${icon("next")}${w.follows}</span>`);

/** Whether a line shows a film, what the crew has noted on it for somebody's role, and whether it follows by itself. */
function noted(state, item, role, disarm) {
  const armed = item.follows && item.state === "planned";
  const colour = item.colour !== "none" ? labelOf("item_colour", item.colour) : "";
  return html`${filmOf(state, item) ? ` · ${w.film}` : nothing}${colour ? html` · <span
    class="item-colour">${colour}</span>` : nothing}${armed ? armedMark(item, disarm) : nothing}${item.notes?.[role]
    ? html`<span class="item-note">${item.notes[role]}</span>` : nothing}`;
}

/** What sort of item it is, and who is to speak; results plan an item by its unit's name, which says it already. */
const said = (state, { kind, unit, speaker }) => `${labelOf("item_kind", kind)}${unit ? ` · ${unitName(state, unit)}`
  : ""}${speaker ? ` ${speaker}` : ""}`;

function itemRow(state, { item, plannedAt, expectedAt, took, drift: off, planned },
  { take, armed, more, disarm, role }) {
  const nested = item.block !== null;
  const isCase = item.kind === "case";
  const inserted = plannedAt === null;
  const beside = took !== null ? duration(took) : off !== null && isOff(off) ? drift(off) : "";
  const late = took === null ? off >= MINUTE_MS : !nested && took >= planned + MINUTE_MS;
  const onAir = item.state === "on_air";
  return html`<li class="${item.state === "done" ? "is-past" : ""} ${nested ? "is-nested" : ""} ${armed ? "is-armed"
    : ""} ${isCase ? "is-case" : item.case !== null ? "in-case" : ""}" aria-current=${onAir ? "step" : nothing}
    data-item=${item.id} data-colour=${item.colour ?? "none"}
    draggable=${take && isMovable(item) ? "true" : nothing}>
    ${icon(w.kindIcons[item.kind])}
    <span class="rundown-title"><span
      class="rundown-words typeset" dir="auto">${item.cue ? html`<span class="item-cue num">${item.cue}</span> `
        : nothing}${typeset(itemWords(state, item))}</span><small>${inserted
        ? html`<span class="rundown-inserted">${w.inserted}</span> · ` : nothing}${item.by_plan && item.unit
        ? item.speaker : said(state, item)}${noted(state, item, role, disarm)}</small>${more(item)}</span>
    <span class="rundown-time">${inserted ? "" : format.time(plannedAt)}<small>${nested ? ""
      : duration(planned)}</small></span>
    <span class="rundown-time">${armed ? html`<strong>${w.again}</strong>`
      : html`<span class=${item.state === "planned" ? "expected" : ""}>${expectedAt === null ? "—"
        : format.time(expectedAt)}</span><small class="drift ${late ? "late" : ""}">${beside}</small>`}</span>
    ${take && !onAir && !isCase ? html`<button class="row-open" type="button" @click=${() => take(item)}
      aria-label=${w.takeThis(itemWords(state, item))}></button>` : nothing}
  </li>`;
}
