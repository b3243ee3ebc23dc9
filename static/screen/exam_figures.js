/** The figures of a night exam on the studio screen: marks on lines, the way there, what was promised. */
import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { typeset } from "../base/typeset.js";
import { language, say } from "../base/words.js";
import { languageOf } from "./parts.js";
import { words } from "./words.js";

const w = say(words).exam;

const nameOf = (one) => (language() === "en" && one.name_en) || one.name;

/** How tall a line is drawn, by how many there are: its height, where its axis lies, how large marks are, its words. */
const ROOMY = { height: 120, axis: 34, r: 22, words: 108 };
const DENSE = { height: 92, axis: 26, r: 18, words: 82 };
const SHARED = { height: 78, axis: 20, r: 15, words: 70 };
const SHARED_DENSE = { height: 62, axis: 14, r: 11, words: 56 };
const MOST_ROOMY = 6;
const FEW = 3;

/** Each indicator: what it is, its line with the marks, and what was reached. */
export function lines(figures) {
  if (!figures) return html`<div class="exam-lines"></div>`;
  const { indicators, more } = figures.group;
  const form = indicators.length > MOST_ROOMY ? DENSE : ROOMY;
  return html`<div class="exam-lines ${form === DENSE ? "is-dense" : indicators.length <= FEW ? "is-few" : ""}">
    <div class="exam-line exam-legend"><p class="exam-name">${peersMark()} ${w.peers}</p>${legend(figures.all)}
      <p class="exam-amount">${more ? w.more(more) : w.actual}</p></div>
    ${indicators.map((one, at) => {
      const own = figures.figures[at];
      return html`<div class="exam-line">${named(one)}
        ${scale(figures.all, one, form, [[own, figures.band]], [own])}${amount(own)}</div>`;
    })}
  </div>`;
}

const named = (one) => html`<p class="exam-name typeset" data-fit>${typeset(nameOf(one))}<small> ${
  (language() === "en" && one.measure_en) || one.measure}</small></p>`;

const amount = (told, isLit = true) => html`<p class="exam-amount num ${told?.actual ? "" : "is-missing"}"
  data-lit=${isLit ? "yes" : "no"} data-fit>${told?.actual ?? w.missing}</p>`;

const peersMark = () => html`<svg class="exam-tick" viewBox="0 0 8 40" aria-hidden="true"><path class="exam-peer"
  d="M4 4V36"></path></svg>`;

const legend = ({ baseline_at: baseline, stretch_at: stretch }) => html`<svg class="exam-scale" viewBox="0 0 1000 40"
  role="presentation"><text x=${baseline} y="32" text-anchor="middle">${w.baseline}</text>
  <text x=${stretch} y="32" text-anchor="middle">${w.stretch}</text></svg>`;

/** One line: the targets, the peers, and over them a mark for each of `marks`, `[[figure, shape, isLit]]`. */
function scale({ baseline_at: baseline, stretch_at: stretch }, { peers, ...one }, form, marks, told) {
  const { height, axis, r, words: below } = form;
  const target = (name) => [...new Set(told.map((each) => each[name]).filter(Boolean))].join(" · ");
  const tick = (at, half) => `M${at} ${axis - half}V${axis + half}`;
  return html`<svg class="exam-scale" viewBox=${`0 0 1000 ${height}`} role="img" aria-label=${nameOf(one)}>
    <path class="exam-axis" d=${`M0 ${axis}H1000`}></path>
    ${peers.map((at) => svg`<path class="exam-peer" d=${tick(inside(at), r * 0.7)}></path>`)}
    ${target("baseline") ? svg`<path class="exam-baseline" d=${tick(baseline, r + 6)}></path>
      <path class="exam-stretch" d=${tick(stretch, r + 6)}></path>` : nothing}
    <text x=${baseline} y=${below} text-anchor="middle">${target("baseline")}</text>
    <text x=${stretch} y=${below} text-anchor="middle">${target("stretch")}</text>
    ${marks.map(([each, kind, isLit = true]) => (each.at === null ? nothing
      : svg`<g class="exam-mark" data-band=${kind} data-lit=${isLit ? "yes" : "no"}>${pointer(kind, inside(each.at),
        axis, r)}</g>`))}
  </svg>`;
}

/** A mark at the very end of the line still stands on it whole. */
const inside = (at) => Math.min(978, Math.max(22, at));

/** Colour never stands alone: leading points up, lagging down; of a duel the one is round, the other a diamond. */
export function pointer(kind, x, y, r) {
  const up = kind === "leading" ? 1 : -1;
  if (kind === "leading" || kind === "lagging") {
    return svg`<path d=${`M${x} ${y - up * r}L${x + r} ${y + up * r * 0.8}H${x - r}Z`}></path>`;
  }
  if (kind === "other") return svg`<path d=${`M${x} ${y - r * 1.1}L${x + r * 1.1} ${y}L${x} ${y + r * 1.1}L${
    x - r * 1.1} ${y}Z`}></path>`;
  return svg`<circle cx=${x} cy=${y} r=${r * 0.9}></circle>`;
}

/** One set of figures for both: both marks on each line. */
export function together(one, other) {
  const figures = one.figures ?? other?.figures;
  if (!figures) return html`<div class="exam-lines"></div>`;
  const of = (each, at) => (each?.figures?.group === figures.group ? each.figures.figures[at] : null);
  const form = figures.group.indicators.length > MOST_ROOMY ? SHARED_DENSE : SHARED;
  const size = form === SHARED_DENSE ? "is-dense" : figures.group.indicators.length <= FEW ? "is-few" : "";
  return html`<div class="exam-lines ${size}">
    <div class="exam-line exam-legend"><span></span><p class="exam-name">${peersMark()} ${w.peers}</p>${legend(
      figures.all)}<span></span></div>
    ${figures.group.indicators.map((indicator, at) => {
      const [left, right] = [of(one, at), of(other, at)];
      const marks = [[left, "holding", one.isLit], [right, "other", other?.isLit]].filter(([told]) => told);
      marks.sort((a, b) => a[2] - b[2]); // whoever speaks lies above
      return html`<div class="exam-line">${amount(left, one.isLit)}${named(indicator)}
        ${scale(figures.all, indicator, form, marks, [left, right].filter(Boolean))}${amount(right,
          other?.isLit)}</div>`;
    })}
  </div>`;
}

export const band = (value) => (value ? html`<span class="exam-band" data-band=${value}>${shape(value)}${
  labelOf("band", value)}</span>` : nothing);

/** The shape of a band, small, beside its word. */
const shape = (value) => html`<svg class="exam-shape" viewBox="-20 -20 40 40" data-band=${value}
  aria-hidden="true">${pointer(value, 0, 0, 19)}</svg>`;

// --- the way there, and what was promised ---------------------------------------------------------------------------

const TREND = { width: 600, height: 190 };

/** Twelve periods as a line over both targets, whose places are those of the other lines, turned upright. */
export function trend(figures, small = false) {
  const points = (figures?.trend ?? []).map((one, at, all) => ({ ...one, x: 14 + (at * (TREND.width - 28))
    / Math.max(1, all.length - 1), y: one.at === null ? null : upright(one.at) }));
  const known = points.filter((one) => one.y !== null);
  const last = known.at(-1);
  const drawing = svg`<path class="exam-baseline" d=${`M0 ${upright(figures?.all.baseline_at ?? 450)}H600`}></path>
    <path class="exam-stretch" d=${`M0 ${upright(figures?.all.stretch_at ?? 850)}H600`}></path>
    <path class="exam-way" d=${way(points)}></path>
    ${known.map((one) => svg`<circle class="exam-point" cx=${one.x} cy=${one.y} r=${one === last ? 10
      : 4}></circle>`)}`;
  const said = known.map((one) => `${periodName(one.period)} ${one.score}`).join(", ");
  const chart = html`<svg class="exam-trend-line" viewBox="0 0 600 190" role=${said ? "img" : nothing}
    aria-label=${said || nothing} aria-hidden=${said ? nothing : "true"}>${drawing}</svg>`;
  if (small) return chart;
  return html`<div class="exam-trend"><p class="exam-title">${known.length > 1 || !figures ? w.trend : w.noTrend}</p>
    ${chart}
    <p class="exam-ends num"><span>${points[0] ? periodName(points[0].period) : ""}</span><span>${last && points.length
      ? periodName(points.at(-1).period) : ""}</span></p></div>`;
}

const upright = (at) => TREND.height - 12 - (at * (TREND.height - 24)) / 1000;

/** A period without a score breaks the line. */
function way(points) {
  return points.map(({ x, y }, at) => (y === null ? "" : `${points[at - 1]?.y == null ? "M" : "L"}${x} ${y}`)).join("");
}

export function periodName(name) {
  const [year, part] = [Number(name.slice(0, 4)), name.slice(5)];
  if (!part) return w.year(year);
  const number = Number(part.replace(/\D/g, ""));
  return { Q: w.quarter, W: w.week }[part[0]]?.(year, number) ?? w.month(year, number);
}

const MOST_PLEDGES = 3;
/** Of these the state is said, of all others how they stand to their day. */
const DONE = ["kept", "claimed_done"];

export function pledges(told) {
  const late = told?.overdue ?? 0;
  return html`<div class="exam-pledges"><p class="exam-title">${told && !told.pledges.length ? w.noPledges
    : w.pledges}${late ? html` <span class="exam-late">${icon("overdue")} ${w.late(late)}</span>` : nothing}</p>
    <ul>${(told?.pledges ?? []).slice(0, MOST_PLEDGES).map((one) => html`<li data-timing=${one.timing}>
      ${icon(one.timing === "overdue" ? "overdue" : one.state === "kept" ? "kept" : "pledge")}
      <p class="typeset">${typeset(wordsOf(one))}</p>
      <span class="num">${DONE.includes(one.state) ? labelOf("state", one.state) : one.told
        || w.noDay}</span></li>`)}</ul></div>`;
}

const wordsOf = ({ action, object, spoken }) => (action || object
  ? `${action}${languageOf(action) === "en" ? " " : ""}${object}` : spoken);
