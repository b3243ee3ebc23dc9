/** What the studio screen shows: a pure function of the live state, and one template for each view. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { daysBetween, duration } from "../base/format.js";
import { icon } from "../base/badges.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { floorItem, onAir, openSlot, row, rows, session as sessionOf, slotsOf, standing, titled,
  unitName } from "../link/state.js";
import { examFacts, examView, views as examViews } from "./exam.js";
import { clock, everySecond, head, languageOf, mark, quoted, theme, timeOf, when } from "./parts.js";
import { verdictView, verdictViews } from "./verdict.js";
import { words } from "./words.js";

const w = say(words);
/** As LEAST, of a title. */
const LEAST_TITLE = 56 / 153.6;

const SWITCHED = { black: "black", clear: "blank", qr: "code", clock: "timeOfDay", pledge: "pledge" };

/**
 * `{view, session, item, question, slot, speaker, unit, pledge, state}`; view is what the crew has switched to, else
 * before, idle, question, item, closed, or one of a night exam's own.
 */
export function showing(state) {
  const session = sessionOf(state);
  const item = session.state === "live" ? floorItem(state) : null;
  const slot = item && openSlot(state);
  const question = item && onAir(state);
  // Who has just spoken stays named until the item leaves the floor; who is planned to speak is named before.
  const planned = item?.speaker ? item : null;
  const speaker = slot ?? (item ? (slotsOf(state, item.id).at(-1) ?? planned) : null);
  const unit = unitName(state, speaker?.unit ?? item?.unit ?? question?.unit);
  const pledge = row(state, "pledge", session.screen_pledge);
  const switched = session.screen === "pledge" && !pledge ? null : SWITCHED[session.screen];
  const view = switched ?? (session.screen === "programme" || session.screen === "verdict" ? verdictView(state, session)
    : null) ?? { planned: "before", closed: "closed" }[session.state]
    ?? (question ? "question" : examView(state, item) ?? (item ? "item" : "idle"));
  return { view, state, session, item, question, slot, speaker, unit, pledge };
}

export const views = { before, idle, question: questionView, item: itemView, closed,
  black: () => nothing, blank: () => nothing, code, timeOfDay, pledge: pledgeView, ...examViews, ...verdictViews };

// --- the views ------------------------------------------------------------------------------------------------------

function before({ session, state }, link) {
  const { received } = state.totals[session.id];
  const early = () => link.now() < session.starts_at;
  const words = () => (!link.isFresh ? w.planned : early() ? w.begins : w.beginsSoon);
  const figure = () => (early() && link.isFresh ? until(session.starts_at, link.now())
    : when.short(session.starts_at, link.now()));
  return html`<section class="screen-idle">
    <div class="screen-welcome">
      ${mark()}
      <h1 class="typeset" data-fit>${typeset(titled(session))}</h1>
      ${theme(session)}
      <div class="screen-countdown">
        <p class="screen-label">${icon("clock")}<span ${everySecond(words, "begins")}></span></p>
        <p class="screen-figure num" ${everySecond(figure, "until")}></p>
      </div>
      ${received ? html`<p>${w.received} <strong class="num">${when.number(received)}</strong></p>` : nothing}
    </div>
    ${join(session)}
  </section>`;
}

function idle({ session }, link) {
  return html`${head(session, link)}
    <section class="screen-open">
      <h2 class="typeset" data-fit>${typeset(titled(session))}</h2>
      ${theme(session)}
    </section>
    ${invitation(session)}`;
}

function questionView(show, link) {
  const { question, session } = show;
  return html`${head(session, link)}
    <section class="screen-body">
      <p class="screen-label">${labelOf("item_kind", "question")} <span class="num">${w.number(question.number)}</span>
        <span class="aside">${w.askedBy(question.asker || w.someone)}</span>
        ${question.votes ? support(question.votes) : nothing}</p>
      ${quoted(question.text)}
    </section>
    ${lower(show, link)}`;
}

function itemView(show, link) {
  const { item, session } = show;
  return html`${head(session, link)}
    <section class="screen-body">
      <p class="screen-label">${labelOf("item_kind", item.kind)}</p>
      <div class="screen-words plain"><p class="typeset" data-fit data-least=${LEAST_TITLE} dir="auto"
        lang=${languageOf(titled(item))}>${typeset(titled(item))}</p></div>
    </section>
    ${show.unit || show.speaker ? lower(show, link) : invitation(session)}`;
}

function code({ session }) {
  return html`<section class="screen-idle">
    <div class="screen-welcome">
      ${mark()}
      <h1 class="typeset" data-fit>${typeset(titled(session))}</h1>
      ${theme(session)}
    </div>
    ${session.intake === "open" ? join(session) : join(session, w.followShort)}
  </section>`;
}

/** The time left while somebody speaks, else the time of day. */
function timeOfDay({ session, slot }, link) {
  return html`${head(session, link)}
    <section class="screen-open screen-time">${slot ? clock(slot, link)
      : html`<p class="screen-figure num" ${timeOf(link, "large")}></p>`}</section>`;
}

/** Who promised what, and by when. */
function pledgeView({ session, state, pledge }, link) {
  const whole = `${pledge.action}${languageOf(pledge.action) === "en" ? " " : ""}${pledge.object}`.trim();
  const what = whole || pledge.spoken;
  const due = pledge.due_on ? when.dateOf(pledge.due_on) : w.noDate;
  return html`${head(session, link)}
    <section class="screen-body">
      <p class="screen-label">${w.pledge}</p>
      ${quoted(what)}
    </section>
    <footer class="screen-lower screen-promise">
      <div class="screen-who">
        <span class="screen-who-label">${w.promisedBy}</span>
        <p class="screen-who-name" data-fit>${pledge.officer || unitName(state, pledge.lead_unit)}</p>
        <span class="screen-who-role">${pledge.officer ? unitName(state, pledge.lead_unit) : ""}</span>
      </div>
      <div class="screen-who"><span class="screen-who-label">${w.due}</span>
        <p class="screen-who-name num" data-fit>${due}</p></div>
    </footer>`;
}

function closed({ session, state }) {
  if (session.called_off !== null) return calledOff(session);
  const { received } = state.totals[session.id];
  const brought = rows(state, "question").filter((one) => one.on_air_at); // a desk also holds what never was
  const facts = examFacts(state) ?? [[w.received, received], [w.aired, brought.length]];
  return html`<section class="screen-idle">
    <div class="screen-welcome is-over">
      ${mark()}
      <h1 data-fit>${w.thanks}</h1>
      <p class="screen-theme" data-fit>${titled(session)}</p>
      <dl class="screen-facts">${facts.map(fact)}</dl>
      <dl class="screen-facts screen-outcomes">${outcomes(state, brought).map(fact)}</dl>
      <p>${w.follow}</p>
    </div>
    ${join(session, w.followShort)}
  </section>`;
}

const KINDS = ["specific_commitment", "generic_commitment", "acknowledgement", "deflection", "no_answer"];

/** How many questions got which kind of answer, `[name, number]`; of several answers the best counts. */
function outcomes(state, brought) {
  const given = standing(rows(state, "response"));
  const best = brought.map(({ id }) => KINDS.find((kind) =>
    given.some((one) => one.question === id && one.kind === kind)));
  const counted = KINDS.map((kind) => [labelOf("response_kind", kind), best.filter((one) => one === kind).length]);
  return counted.filter(([, number]) => number);
}

function calledOff(session) {
  return html`<section class="screen-idle">
    <div class="screen-welcome is-over">
      ${mark()}
      <h1 data-fit>${w.calledOff}</h1>
      <p class="screen-theme" data-fit>${titled(session)}</p>
      <p>${session.called_off}</p>
    </div>
    ${join(session, w.followShort)}
  </section>`;
}

const fact = ([name, n]) => html`<div><dt>${name}</dt><dd class="figure num">${when.number(n)}</dd></div>`;

// --- their parts ----------------------------------------------------------------------------------------------------

const support = (votes) => html`<span class="aside num push">${icon("support")} ${w.supporters(votes)}</span>`;

/** The large invitation: scanned from the stalls, or read and typed. */
function join(session, title = w.joinTitle) {
  const { origin } = document.body.dataset;
  return html`<aside class="screen-join">
    <strong>${title}</strong>
    <img src="/qr/${session.code}.svg" alt="">
    <span class="screen-address">${w.joinAt(`${new URL(origin).host}/join`)}</span>
    <span class="screen-code">${session.code}</span>
    <span class="screen-small">${w.noAccount}</span>
  </aside>`;
}

/** The small one, at the foot of a running picture. Nobody can ask any more once the intake is closed. */
function invitation(session) {
  if (session.intake !== "open") return nothing;
  return html`<aside class="screen-invitation">
    <img src="/qr/${session.code}.svg" alt="">
    <span>${w.join}</span><span class="screen-code">${session.code}</span>
  </aside>`;
}

/** Who answers, and the time left while somebody has the right to speak. */
function lower({ item, question, slot, speaker, unit }, link) {
  if (!unit && !speaker) return nothing;
  return html`<footer class="screen-lower">
    <div class="screen-who">
      <span class="screen-who-label">${slot ? (question ? w.answering : w.speaking) : w.who[item.kind]}</span>
      <p class="screen-who-name" data-fit>${speaker?.speaker ?? unit}</p>
      ${speaker ? html`<span class="screen-who-role">${[unit,
        speaker.speaker_title].filter(Boolean).join(" · ")}</span>` : nothing}
    </div>
    ${slot ? clock(slot, link) : nothing}
  </footer>`;
}

const DAY_MS = 86_400_000;

/** More than a day in the calendar's days, as people count them; then as a clock. */
function until(at, now) {
  const days = at - now >= DAY_MS ? daysBetween(now, at, document.documentElement.dataset.zone) : 0;
  return days ? `${days} ${w.days(days)}` : duration(at - now + 999);
}

