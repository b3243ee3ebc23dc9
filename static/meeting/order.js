// The running order with the times as things stand, to the second.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { say } from "../base/words.js";
import { format } from "../desk/desk.js";
import { words as desks } from "../desk/words.js";
import { lineOf } from "../link/exam.js";
import * as at from "../link/state.js";
import { segmentOf } from "./floor.js";
import { words } from "./words.js";

const w = say(words);
const { kindIcons } = say(desks);

/** `unit` is the one whose own lines stand out. */
export function orderPane(state, now, unit = null) {
  const { lines, projectedEnd } = at.tableOf(state, now);
  const ended = at.session(state).state === "closed";
  return html`<header class="pane-head"><h2 id="order-title">${w.order}</h2><span class="push num">${ended ? w.endedAt
    : w.endsAt} <time>${format.timeToSecond(projectedEnd)}</time></span></header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="order-title">${lines.length
      ? html`<ol class="rundown meeting-order">${repeat(lines, ({ item }) => item.id, (line) => row(state, line,
        unit))}</ol>` : html`<div class="empty">${icon("rundown")}<p
        class="empty-title">${w.noOrder}</p><p>${w.noOrderMore}</p></div>`}</div>`;
}

function row(state, { item, expectedAt, took }, unit) {
  const planned = lineOf(state, item);
  const own = unit !== null && item.unit === unit && item.kind === "slot";
  const under = [planned ? segmentOf(planned) : labelOf("item_kind", item.kind), item.speaker].filter(Boolean);
  return html`<li class="${item.state === "done" ? "is-past" : ""} ${own ? "is-own" : ""}"
      aria-current=${item.state === "on_air" ? "step" : nothing}>
    ${icon(own ? "flag" : kindIcons[item.kind])}
    <span class="rundown-title"><span dir="auto">${at.titled(item) || labelOf("item_kind", item.kind)}${own
      ? html` <span class="meeting-own">${w.ours}</span>` : nothing}</span><small>${under.join(" · ")}</small></span>
    <span class="rundown-time">${expectedAt === null ? "—" : format.timeToSecond(expectedAt)}<small>${duration(took
      ?? item.planned_ms)}</small></span></li>`;
}
