// The two sides of the record desk: what is to be recorded, and what is recorded of the question at hand.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { badge, icon } from "../base/badges.js";
import { draftOf } from "../base/drafts.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { button, emptyRow, format } from "../desk/desk.js";
import { words as desks } from "../desk/words.js";
import * as at from "../link/state.js";
import { draftName } from "./pledge.js";
import { clockWords } from "./response.js";
import { words } from "./words.js";

const w = say(words);
const shared = say(desks);
const RECENT = 30;
const AIRED = ["on_air", "aired", "answered", "evaded"];

const standingOf = (state, name, id) => at.standing(at.rows(state, name)).filter((one) => one.question === id);

/** `[{question, recorded}]`: on air, then what lacks a response, oldest first, then what is recorded, newest first. */
export function toRecord(state) {
  const aired = at.rows(state, "question").filter((one) => AIRED.includes(one.state) && one.on_air_at);
  const entries = aired.map((question) => ({ question, recorded: standingOf(state, "response", question.id).length }));
  const rank = ({ question, recorded }) => (question.state === "on_air" ? 0 : recorded ? 2 : 1);
  const order = (a, b) => (rank(a) === 2 ? b.question.on_air_at - a.question.on_air_at
    : a.question.on_air_at - b.question.on_air_at);
  return entries.sort((a, b) => rank(a) - rank(b) || order(a, b)).slice(0, RECENT);
}

export function queuePane(state, { chosen, onChoose }) {
  const entries = toRecord(state);
  const open = entries.filter((one) => !one.recorded).length;
  return html`<header class="pane-head"><h2 id="queue-title">${w.queue}</h2><span
    class="push num">${open}</span></header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="queue-title"><ol class="lane">
      ${entries.length ? repeat(entries, ({ question }) => question.id, (entry) =>
        queueRow(state, entry, chosen, onChoose)) : emptyRow(w.noQuestions, w.noQuestionsMore, "mic")}
    </ol></div>`;
}

function queueRow(state, { question, recorded }, chosen, onChoose) {
  const onAir = question.state === "on_air";
  return html`<li class="lane-row" aria-current=${question.id === chosen ? "true" : nothing}>
    <button class="row-open" type="button" @click=${() => onChoose(question.id)}
      aria-label=${`${w.number(question.number)} ${question.text}`}></button>
    <span class="lane-lead"><strong>${question.number}</strong><time>${format.time(question.on_air_at)}</time></span>
    <div><p class="lane-text typeset" dir="auto">${typeset(question.text)}</p><span
      class="lane-note">${at.unitName(state, question.unit)} · ${w.responses(recorded)}</span></div>
    <span class="lane-side">${onAir || recorded ? badge(question.state)
      : html`<span class="clerk-open">${icon("edit")}${w.unrecorded}</span>`}</span>
  </li>`;
}

export function recordPane(state, id, acts) {
  const responses = standingOf(state, "response", id).sort((a, b) => a.recorded_at - b.recorded_at);
  const pledges = standingOf(state, "pledge", id);
  return html`<header class="pane-head"><h2 id="record-title">${w.record}</h2></header>
    <div class="pane-body" tabindex="0" role="region" aria-labelledby="record-title">
      ${responses.length ? html`<ol class="clerk-record">${repeat(responses, (one) => one.id, (one) =>
        responseCard(state, one, pledges.filter((pledge) => origin(state, pledge) === one.id), acts))}</ol>`
      : html`<div class="empty">${icon("edit")}<p class="empty-title">${w.nothingRecorded}</p></div>`}
    </div>`;
}

/** The standing version of the response a pledge came from. */
function origin(state, pledge) {
  let response = at.row(state, "response", pledge.response);
  while (response?.superseded_by) response = at.row(state, "response", response.superseded_by);
  return response?.id;
}

/** Whether the host is asked now to ask back: only for what was spoken, and only while it can still be heard. */
const prompted = (state, response) => response.medium !== "written" && response.question === at.inHearing(state);

function responseCard(state, response, pledges, acts) {
  return html`<li class="card">
    <header class="card-head"><strong>${response.speaker}</strong><span>${at.unitName(state, response.unit)}</span>
      <span class="num">${[clockWords(response.started_ms),
        clockWords(response.ended_ms)].filter(Boolean).join("–")}</span><span
          class="chip">${labelOf("response_kind", response.kind)}</span></header>
    ${response.withdrawn ? html`<p class="quiet-text">${shared.withdrawn}</p>`
      : html`<p class="clerk-said typeset" dir="auto">${typeset(response.text)}</p>`}
    ${response.vague.length || response.dateless
      ? html`<p class="clerk-vague">${response.vague.length
      ? html`${w.vagueFound} ${response.vague.map((word) => html`<mark>${word}</mark>`)}` : nothing} ${response.dateless
      ? html`${icon("due")}${w.noDate(prompted(state, response))}` : nothing}</p>` : nothing}
    <footer class="card-foot">
      ${response.withdrawn ? nothing : button({ label: draftOf(draftName(response)) ? w.goOnPledge : w.addPledge,
        symbol: "pledge", kind: "small", run: () => acts.addPledge(response) })}
      ${button({ label: w.correct, symbol: "edit", kind: "small quiet", run: () =>
        acts.correctResponse(response) })}</footer>
    ${pledges.length ? html`<ol class="clerk-pledges">${repeat(pledges, (one) => one.id, (one) =>
      pledgeCard(state, one, response, acts))}</ol>` : nothing}
  </li>`;
}

export function pledgeCard(state, pledge, response, acts) {
  const missing = (pledge.missing ?? []).map((name) => labelOf("element_key", name));
  const due = pledge.due_on ? w.dueOn(format.dateOf(pledge.due_on)) : w.noDue;
  return html`<li>
    <p class="row">${badge(pledge.confirmation)}<span class="num">${due}</span>${pledge.officer
      ? html`<span>${icon("person")}${pledge.officer}</span>` : nothing}</p>
    <p>${pledge.withdrawn ? html`<span class="quiet-text">${shared.withdrawn}</span>` : pledge.spoken}</p>
    ${pledge.action || pledge.object ? html`<p class="clerk-what">${[pledge.action,
      pledge.object].filter(Boolean).join(" · ")}</p>` : nothing}
    <p class="quiet-text small">${labelOf("element", "lead_unit")} ${at.unitName(state, pledge.lead_unit)}</p>
    ${missing.length ? html`<p class="quiet-text small">${w.missing(missing)}</p>` : nothing}
    ${pledge.dispute ? html`<p
      class="notice warning">${icon("disputed")}<span><strong>${w.dispute}</strong> ${pledge.dispute}</span></p>`
        : nothing}
    ${button({ label: w.correct, symbol: "edit", kind: "small quiet", run: () => acts.correctPledge(pledge, response)
      })}
  </li>`;
}
