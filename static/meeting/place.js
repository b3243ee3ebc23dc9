// Where a unit stands in the table that decided, and each of its indicators against both targets.

import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { language, say } from "../base/words.js";
import { words } from "./words.js";

const w = say(words);
const BANDS = { leading: "up", holding: "check", lagging: "down" };
/** What an attainment is drawn between: below it everything stands at the edge. */
const [LEAST, MOST] = [50, 130];
const [BASELINE, STRETCH] = [100, 120];
const WIDTH = 400;

const own = (one, name) => (language() === "en" && one[`${name}_en`]) || one[name];

/** `place` is as `exam.room` tells it; null where there is none. `why` is the sentence of the plan. */
export function placePane(place, why, isPlanned) {
  if (!place) {
    return html`<div class="empty">${icon("flag")}<p class="empty-title">${isPlanned ? w.noTable
      : w.noPlanYet}</p></div>`;
  }
  return html`<div class="place-head">
      <p class="place-rank num">${place.rank === null ? w.unranked : w.rank(place.rank)}<small>${own(place,
        "group")} · ${w.rankOf(place.of)}</small></p>
      ${place.rank === null ? html`<p class="place-missing">${icon("warning")}${w.missing(missing(place.missing))}</p>`
        : html`<p class="place-score num">${place.score}<small>${w.score}</small></p>
        <p class="place-band" data-band=${place.band}>${icon(BANDS[place.band])}${labelOf("band", place.band)}<small
          class="num">${moved(place.places)}</small></p>`}
    </div>
    ${why ? html`<p class="place-why">${why}</p>` : nothing}
    <ul class="place-lines">${place.figures.map(figure)}</ul>
    <p class="small"><a href="/results/${place.table}">${w.wholeTable}</a></p>`;
}

const moved = (places) => (places === null ? "" : places > 0 ? w.up(places) : places < 0 ? w.down(-places) : w.same);

const missing = (names) => names.map((name) => (name.endsWith(" target") ? w.targetOf(name.slice(0, -7)) : name))
  .slice(0, 6).join(language() === "en" ? ", " : "、");

function figure(one) {
  const name = own(one, "name");
  const reached = one.attainment === null ? null : Number(one.attainment);
  const said = [one.actual, one.baseline, one.stretch].map((amount) => (amount === null ? w.noActual
    : `${amount} ${own(one, "measure")}`));
  return html`<li>
    <p class="place-name"><strong>${name}</strong><span class="num">${one.attainment ?? w.noActual}</span></p>
    ${line(w.lineOf(name, one.attainment ?? w.noActual, ...said), reached)}
    <p class="place-amounts num"><span class="is-actual">${w.actual} <strong>${one.actual
      ?? w.noActual}</strong></span><span>${w.baseline} ${one.baseline ?? "–"}</span><span>${w.stretch} ${one.stretch
      ?? "–"}</span><span>${own(one, "measure")}</span></p></li>`;
}

const across = (attainment) => Math.round(((Math.min(MOST, Math.max(LEAST, attainment)) - LEAST) / (MOST - LEAST))
  * (WIDTH - 16)) + 8;

/** One line for all indicators alike: a bar for each of the two targets, a lozenge for what was reached. */
function line(told, reached) {
  const [baseline, stretch] = [across(BASELINE), across(STRETCH)];
  const x = reached === null ? null : across(reached);
  return html`<svg class="place-line" viewBox="0 0 ${WIDTH} 24" role="img" aria-label=${told}>
    <rect class="place-track" x="8" y="11" width=${WIDTH - 16} height="2"></rect>
    ${mark(baseline, "place-baseline")}${mark(stretch, "place-stretch")}${x === null ? nothing
      : reachedMark(x, reached < BASELINE)}</svg>`;
}

const mark = (x, kind) => svg`<rect class=${kind} x=${x - 2} y="3" width="4"
  height="18"></rect>`;

const reachedMark = (x, below) => svg`<path class="place-actual ${below ? "is-below" : ""}"
  d="M${x} 4 L${x + 8} 12 L${x} 20 L${x - 8} 12 Z"></path>`;
