/** A night exam on the studio screen: whoever speaks with the figures that gave the floor, the order, the silent. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { duration } from "../base/format.js";
import { labelOf } from "../base/labels.js";
import { typeset } from "../base/typeset.js";
import { language, say } from "../base/words.js";
import { budgetLeft, calledOf, changeOf, examOf, groupOf, interruptionOf, lineOf, linesOf, reasonOf, rivalOf,
  silentOf, spokenIn } from "../link/exam.js";
import { figuresOf, figuresOfUnit, pledgesOf } from "../link/figures.js";
import { nextItem, openSlot, question, rows, tableOf, titled } from "../link/state.js";
import { used } from "../link/timing.js";
import { band, lines, periodName, pledges, pointer, together, trend } from "./exam_figures.js";
import { clock, everySecond, head, mark, quoted, theme, when } from "./parts.js";
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

function movement(places) {
  if (places === null) return nothing;
  const said = places > 0 ? w.up(places) : places < 0 ? w.down(-places) : w.same;
  return html`<span class="exam-moved num">${said}</span>`;
}

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

// --- between them ---------------------------------------------------------------------------------------------------

function order({ state, session }, link) {
  const all = linesOf(state);
  const coming = nextItem(state);
  const next = all.find(({ item }) => item.id === coming?.id) ?? null;
  const first = Math.max(0, all.findIndex(({ item }) => item.state === "planned"));
  const from = Math.max(0, Math.min(first - MOST_SPOKEN, all.length - MOST_LINES));
  const expected = new Map(tableOf(state, link.now()).lines
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
        <p class="exam-silent-name" data-fit data-least="0.6"><strong>${one.head}</strong> <span>${(language() === "en"
          && one.unit_en) || one.unit}</span></p>
        <p class="exam-silent-since num" data-fit><strong>${w.meetings(one.meetings)}</strong> <span>${one.last
          ? w.last(periodName(one.last.slice(0, 7))) : w.never}</span></p></li>`)}</ul>
    </section>`;
}
