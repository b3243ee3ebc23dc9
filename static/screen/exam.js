/** A night exam on the studio screen: whoever speaks with the figures that gave the floor, the order, the silent. */
import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { labelOf } from "../base/labels.js";
import { typeset } from "../base/typeset.js";
import { language, say } from "../base/words.js";
import { budgetLeft, calledOf, changeOf, examOf, groupOf, interruptionOf, lineOf, linesOf, reasonOf, rivalOf,
  silentOf, spokenIn } from "../link/exam.js";
import { figuresOf, figuresOfUnit, pledgesOf } from "../link/figures.js";
import { lastSlot, nextItem, openSlot, question, rows, rundown, titled } from "../link/state.js";
import { timetable, used } from "../link/timing.js";
import { clock, everySecond, head, languageOf, mark, quoted, theme, when } from "./parts.js";
import { words } from "./words.js";

const w = say(words).exam;
/** So many lines of the running order stand on the screen, and so many of them have spoken. */
const MOST_LINES = 9;
const MOST_SPOKEN = 2;

/** Which view of a night exam shows what is on air; null where the usual one does. */
export function examView(state, item) {
  if (!examOf(state)) return null;
  if (!item) return linesOf(state).length ? "examOrder" : null;
  if (item.kind === "silent_heads") return "examSilent";
  if (item.kind === "address") return openSlot(state) ? null : "examTitle";
  const line = lineOf(state, item);
  if (!line) return null;
  const hasEnded = spokenIn(state, item) && !openSlot(state);
  if (!line.pair) return hasEnded ? "examOrder" : "examSpeaker";
  return hasEnded && rivalOf(state, line)?.item?.state !== "planned" ? "examOrder" : "examDuel";
}

/** What the closing card of a night exam counts, `[[name, number]]`; null for another session. */
export function examFacts(state) {
  if (!examOf(state)) return null;
  const spoke = new Set(rows(state, "slot").map((slot) => slot.unit));
  const promised = rows(state, "pledge").filter((one) => one.state !== "superseded");
  return [[w.haveSpoken, spoke.size], [w.asked, rows(state, "interruption").length], [w.promised, promised.length]];
}

export const views = { examSpeaker: speaker, examDuel: duel, examOrder: order, examSilent: silent, examTitle: title };

// --- one who speaks -------------------------------------------------------------------------------------------------

function speaker({ state, session, item, slot }, link) {
  const line = lineOf(state, item);
  const unit = slot?.unit ?? item.unit;
  const figures = figuresOfUnit(state, link, unit);
  return html`${head(session, link)}
    <section class="exam">
      <div class="exam-who">
        <p class="exam-unit typeset" data-fit>${typeset(calledOf(state, line, unit))}</p>
        <p class="exam-person" data-fit>${personOf(slot ?? item)}</p>
      </div>
      ${place(line, unit, figures)}
      ${clockOf(state, slot, item, link)}
      ${wordsOfAsker(state) ? asked(state) : lines(figures)}
      <aside class="exam-beside">
        ${trend(figures)}
        ${pledges(pledgesOf(state, link, unit, slot?.id ?? null))}
      </aside>
      ${reason(line, unit)}
    </section>`;
}

const personOf = ({ speaker: name, speaker_title: post }) => [name, post].filter(Boolean).join(" · ");

/** Rank, band, score and movement; of a unit that came in by hand what the table says. */
function place(line, unit, figures) {
  const own = unit === line.unit;
  const told = own ? line.reason : figures ?? { rank: null, score: null, band: null };
  const among = figures ? w.among(language() === "en" ? figures.group.name_en || figures.group.name
    : figures.group.name, figures.group.of) : own && line.reason.of ? w.among(groupOf(line.reason), line.reason.of)
      : "";
  return html`<div class="exam-place">
    <p class="exam-rank num">${told.rank === null ? w.notRanked : w.rank(told.rank)}</p>
    <p class="exam-among" data-fit>${among}</p>
    <p class="exam-standing">${band(told.band)}${told.score === null ? nothing
      : html`<span class="exam-score num">${told.score}</span>`}${own ? movement(line.reason.places) : nothing}</p>
  </div>`;
}

const band = (value) => (value ? html`<span class="exam-band" data-band=${value}>${shape(value)}${
  labelOf("band", value)}</span>` : nothing);

function movement(places) {
  if (places === null) return nothing;
  const said = places > 0 ? w.up(places) : places < 0 ? w.down(-places) : w.same;
  return html`<span class="exam-moved num">${said}</span>`;
}

/** The shape of a band, small, beside its word. */
const shape = (value) => html`<svg class="exam-shape" viewBox="-20 -20 40 40" data-band=${value}
  aria-hidden="true">${pointer(value, 0, 0, 19)}</svg>`;

/** Why this unit speaks and, below, why the plan was changed by hand, if it was. */
function reason(line, unit) {
  const [why, changed] = [reasonOf(line, unit), changeOf(line) && w.changed(changeOf(line))];
  return html`<footer class="exam-reason">
    <p class="exam-why typeset" data-fit data-least="0.6">${typeset(why || changed)}</p>
    ${why && changed ? html`<p class="exam-changed">${changed}</p>` : nothing}
  </footer>`;
}

// --- the clock, and the one of an interruption ----------------------------------------------------------------------

function clockOf(state, slot, item, link) {
  const shown = slot ? clock(slot, link) : html`<div class="screen-clock"><span class="clock stacked"
    data-phase="idle"><span class="clock-digits">${duration(item.planned_ms)}</span><span
    class="clock-word">${w.length}</span></span></div>`;
  return html`<div class="exam-clock ${slot?.is_interruption ? "is-interrupted" : ""}">${shown}
    ${slot?.is_interruption ? budget(state, link) : nothing}</div>`;
}

/** The clock of the questions from above runs, and says who asks. */
function budget(state, link) {
  const left = () => budgetLeft(state, link.now());
  const figure = () => (!link.isFresh ? "–:––" : left() >= 0 ? duration(left() + 999) : `+${duration(-left())}`);
  return html`<div class="exam-budget"><p class="exam-asker" data-fit>${askerOf(interruptionOf(state))}</p>
    <span ${everySecond(() => (left() >= 0 ? w.budget : w.overBudget), "budget-word")}></span>
    <strong class="num" ${everySecond(figure, "budget")}></strong></div>`;
}

const askerOf = (one) => (one ? (one.name ? w.asker(one.name) : w.asks[one.by]) : "");

/** What is asked, in writing; empty where it is only spoken. */
function wordsOfAsker(state) {
  const one = interruptionOf(state);
  return one ? question(state, one.question)?.text ?? one.words : "";
}

/** The words of whoever asks, in the place of the figures. */
const asked = (state) => html`<div class="exam-asked">
  <p class="screen-label">${icon("question")} ${askerOf(interruptionOf(state))}</p>
  ${quoted(wordsOfAsker(state))}</div>`;

// --- figures on lines -----------------------------------------------------------------------------------------------

const nameOf = (one) => (language() === "en" && one.name_en) || one.name;

/** How tall a line is drawn, by how many there are: its height, where its axis lies, how large marks are, its words. */
const ROOMY = { height: 120, axis: 34, r: 22, words: 108 };
const DENSE = { height: 92, axis: 26, r: 18, words: 82 };
const SHARED = { height: 78, axis: 20, r: 15, words: 70 };
const SHARED_DENSE = { height: 62, axis: 14, r: 11, words: 56 };
const MOST_ROOMY = 6;

/** Each indicator: what it is, its line with the marks, and what was reached. */
function lines(figures) {
  if (!figures) return html`<div class="exam-lines"></div>`;
  const { indicators, more } = figures.group;
  const form = indicators.length > MOST_ROOMY ? DENSE : ROOMY;
  return html`<div class="exam-lines ${form === DENSE ? "is-dense" : ""}">
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
  one.measure}</small></p>`;

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
    <path class="exam-baseline" d=${tick(baseline, r + 6)}></path>
    <path class="exam-stretch" d=${tick(stretch, r + 6)}></path>
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
function pointer(kind, x, y, r) {
  const up = kind === "leading" ? 1 : -1;
  if (kind === "leading" || kind === "lagging") {
    return svg`<path d=${`M${x} ${y - up * r}L${x + r} ${y + up * r * 0.8}H${x - r}Z`}></path>`;
  }
  if (kind === "other") return svg`<path d=${`M${x} ${y - r * 1.1}L${x + r * 1.1} ${y}L${x} ${y + r * 1.1}L${
    x - r * 1.1} ${y}Z`}></path>`;
  return svg`<circle cx=${x} cy=${y} r=${r * 0.9}></circle>`;
}

// --- the way there, and what was promised ---------------------------------------------------------------------------

const TREND = { width: 600, height: 190 };

/** Twelve periods as a line over both targets, whose places are those of the other lines, turned upright. */
function trend(figures, small = false) {
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
  const chart = html`<svg class="exam-trend-line" viewBox="0 0 600 190" role="img" aria-label=${said}>${drawing}</svg>`;
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

function periodName(name) {
  const [year, part] = [Number(name.slice(0, 4)), name.slice(5)];
  if (!part) return w.year(year);
  const number = Number(part.replace(/\D/g, ""));
  return { Q: w.quarter, W: w.week }[part[0]]?.(year, number) ?? w.month(year, number);
}

const MOST_PLEDGES = 3;

function pledges(told) {
  const late = told?.overdue ?? 0;
  return html`<div class="exam-pledges"><p class="exam-title">${told && !told.pledges.length ? w.noPledges
    : w.pledges}${late ? html` <span class="exam-late">${icon("overdue")} ${w.late(late)}</span>` : nothing}</p>
    <ul>${(told?.pledges ?? []).slice(0, MOST_PLEDGES).map((one) => html`<li data-timing=${one.timing}>
      ${icon(one.timing === "overdue" ? "overdue" : one.state === "kept" ? "kept" : "pledge")}
      <p class="typeset">${typeset(wordsOf(one))}</p>
      <span class="num">${["kept", "claimed_done"].includes(one.state) ? labelOf("state", one.state) : one.told || w.noDay}</span></li>`)}</ul></div>`;
}

const wordsOf = ({ action, object, spoken }) => (action || object
  ? `${action}${languageOf(action) === "en" ? " " : ""}${object}` : spoken);

// --- a duel ---------------------------------------------------------------------------------------------------------

function duel({ state, session, item, slot }, link) {
  const line = lineOf(state, item);
  const rival = rivalOf(state, line);
  const both = [{ item, line }, ...(rival ? [rival] : [])].sort((a, b) => a.line.number - b.line.number);
  const [one, other] = both.map((each) => side(state, link, each, { item, slot }));
  const speaks = [one, other].find((each) => each?.isLit) ?? one;
  return html`${head(session, link)}
    <section class="exam exam-duel">
      ${contender(one, "holding", w.challenger)}
      ${clockOf(state, slot, speaks.item ?? item, link)}
      ${contender(other, "other", w.holder)}
      ${wordsOfAsker(state) ? asked(state) : together(one, other)}
      ${reason(speaks.line, speaks.unit)}
    </section>`;
}

/** Of the two, the one who speaks is lit; between them the one who is to speak next. */
function side(state, link, { item, line }, on) {
  const unit = item?.unit ?? line.unit;
  const speaking = item?.id === on.item.id && Boolean(on.slot);
  const isNext = !on.slot && item?.state === "planned";
  const waits = !on.slot && item?.id === on.item.id && !spokenIn(state, item);
  return { item, line, unit, name: calledOf(state, line, unit), figures: figuresOfUnit(state, link, unit),
    speaking, isLit: speaking || isNext || waits, hasSpoken: Boolean(item && spokenIn(state, item)) && !speaking,
    person: item ? personOf(item) : "" };
}

function contender(one, kind, role) {
  if (!one) return html`<div class="exam-contender"></div>`;
  const { reason: told } = one.line;
  const state = one.speaking ? w.on : one.isLit ? w.upNext : one.hasSpoken ? w.spoken : "";
  return html`<div class="exam-contender" data-lit=${one.isLit ? "yes" : "no"}>
    <p class="exam-role"><svg class="exam-shape exam-mark" data-band=${kind} data-lit="yes" viewBox="-20 -20 40 40"
      aria-hidden="true">${pointer(kind, 0, 0, 17)}</svg>${role}<span class="exam-now">${one.speaking ? icon("mic")
      : nothing} ${state}</span></p>
    <p class="exam-unit typeset" data-fit>${typeset(one.name)}</p>
    <p class="exam-person" data-fit>${one.person}</p>
    <p class="exam-standing"><span class="exam-rank num">${told.rank === null ? w.notRanked
      : w.rank(told.rank)}</span><span class="exam-score num">${told.score}</span>${band(told.band)}</p>
    ${trend(one.figures, true)}
  </div>`;
}

/** One set of figures for both: both marks on each line. */
function together(one, other) {
  const figures = one.figures ?? other?.figures;
  if (!figures) return html`<div class="exam-lines"></div>`;
  const of = (each, at) => (each?.figures?.group === figures.group ? each.figures.figures[at] : null);
  const form = figures.group.indicators.length > MOST_ROOMY ? SHARED_DENSE : SHARED;
  return html`<div class="exam-lines ${form === SHARED_DENSE ? "is-dense" : ""}">
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

// --- between them ---------------------------------------------------------------------------------------------------

function order({ state, session }, link) {
  const all = linesOf(state);
  const coming = nextItem(state);
  const next = all.find(({ item }) => item.id === coming?.id) ?? null;
  const first = Math.max(0, all.findIndex(({ item }) => item.state === "planned"));
  const from = Math.max(0, Math.min(first - MOST_SPOKEN, all.length - MOST_LINES));
  const expected = new Map(timetable(session, rundown(state), link.now(), lastSlot(state)).lines
    .map((one) => [one.item.id, one.expectedAt]));
  return html`${head(session, link)}
    <section class="exam-order">
      ${next ? speaksNext(state, link, next) : announced(coming)}
      <div class="exam-list">
        <p class="exam-title">${w.order}</p>
        <ol>${all.slice(from, from + MOST_LINES).map(({ item, line }) => row(state, item, line, next, expected))}</ol>
      </div>
    </section>`;
}

/** What comes next, or that nothing does, where it is nobody of the plan. */
const announced = (coming) => html`<div class="exam-coming"><p class="exam-label">${coming ? w.coming : ""}</p>
  <p class="exam-unit typeset" data-fit>${typeset(coming ? titled(coming) : w.noMore)}</p></div>`;

function speaksNext(state, link, { item, line }) {
  const rival = rivalOf(state, line);
  const told = line.reason;
  return html`<div class="exam-coming">
    <p class="exam-label">${w.next}${rival ? html` · ${labelOf("pick", "duel")}` : nothing}</p>
    <p class="exam-unit typeset" data-fit>${typeset(calledOf(state, line, item.unit))}</p>
    <p class="exam-person" data-fit>${personOf(item)}</p>
    <p class="exam-standing"><span class="exam-rank num">${told.rank === null ? w.notRanked : w.rank(told.rank)}</span>
      <span class="exam-score num">${told.score ?? ""}</span>${band(told.band)}
      <span class="exam-length num">${icon("clock")} ${duration(item.planned_ms)}</span></p>
    <p class="exam-why typeset" data-fit data-least="0.5">${typeset(reasonOf(line, item.unit)
      || w.changed(changeOf(line)))}</p>
  </div>`;
}

function row(state, item, line, next, expected) {
  const spoken = spokenIn(state, item);
  const isNext = item.id === next?.item.id;
  const at = expected.get(item.id);
  return html`<li class="${item.state === "planned" ? "" : "is-past"} ${line.pair ? "is-duel" : ""}"
    aria-current=${isNext ? "step" : nothing}>
    <span class="exam-at num">${spoken ? icon("check") : at ? when.time(at) : ""}</span>
    <span class="exam-row-unit" data-fit>${calledOf(state, line, item.unit)}</span>
    <span class="exam-row-why">${labelOf("pick", line.pick)}</span>
    <span class="exam-row-time num">${spoken ? duration(used(spoken, spoken.ended_at ?? spoken.started_at))
      : duration(item.planned_ms)}</span></li>`;
}

// --- opening, closing, and who was not heard ------------------------------------------------------------------------

function title({ state, session, item }, link) {
  const exam = examOf(state);
  figuresOf(state, link); // asked for now, so that they are there when the first one begins
  return html`${head(session, link)}
    <section class="screen-open exam-opening">
      ${mark()}
      <h2 class="typeset" data-fit>${typeset(titled(item))}</h2>
      ${theme(session)}
      <p class="exam-facts">${periodName(exam.period)} · ${w.speakers(linesOf(state).length)}</p>
    </section>`;
}

function silent({ state, session }, link) {
  const heads = silentOf(state);
  const size = heads.length <= 6 ? "few" : heads.length <= 16 ? "some" : heads.length <= 30 ? "many" : "most";
  return html`${head(session, link)}
    <section class="exam-silent" data-size=${size}>
      <h2>${icon("mute")} ${heads.length ? w.silent : w.silentNone}</h2>
      <ul>${heads.map((one) => html`<li>
        <p class="exam-silent-name" data-fit><strong>${one.head}</strong> <span>${(language() === "en" && one.unit_en)
          || one.unit}</span></p>
        <p class="exam-silent-since num" data-fit><strong>${w.meetings(one.meetings)}</strong> <span>${one.last
          ? w.last(periodName(one.last.slice(0, 7))) : w.never}</span></p></li>`)}</ul>
    </section>`;
}
