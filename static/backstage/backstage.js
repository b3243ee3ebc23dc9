// Behind the scenes, for all of the crew: what is said and who has seen it, the stage timer, the crew's timers.

import { html, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { Desk, button } from "../desk/desk.js";
import { filmLine, paintFilm } from "../desk/film.js";
import { openSlot, row, session } from "../link/state.js";
import { Messages } from "./messages.js";
import { Timers } from "./timers.js";
import { words } from "./words.js";

const w = say(words);
const pane = (id) => document.getElementById(id);
const desk = new Desk({ view: "staff", draw });
const messages = new Messages(desk);
const timers = new Timers(desk);

function draw(state) {
  render(html`<header class="pane-head"><h2>${w.messages}</h2></header>
    <div class="pane-body" tabindex="0">${messages.list(state)}</div>
    <footer class="pane-foot">${messages.compose()}</footer>`, pane("messages"));
  render(html`<header class="pane-head"><h2>${w.stageTimer}</h2></header>
    <div class="pane-body stack" tabindex="0">${filmLine(state)}${stageTimer(state)}
    <h2>${w.timers}</h2>${timers.everybody(state)}${timers.list(state)}</div>`, pane("timers"));
  paintFilm(desk);
}

function stageTimer(state) {
  const stage = row(state, "stagetimer", desk.page.session);
  const slot = openSlot(state);
  const wraps = slot !== null && stage?.wrap_up_slot === slot.id;
  const off = desk.page.looks_on || !desk.live || desk.isPending("stage") || session(state).state === "closed";
  const one = (label, symbol, said, { pressed = null, disabled = off } = {}) => button({ label, symbol, pressed,
    disabled, run: () => desk.press("stage", "live.switch_stage_timer", { session: desk.page.session, ...said }) });
  return html`<div class="button-row">
      ${one(w.wrapUp, "flag", { wrap_up: !wraps }, { pressed: wraps, disabled: off || !slot })}
      ${one(w.blink, "warning", { blink: true })}
      ${one(w.black, "screen", { black: !stage?.black }, { pressed: Boolean(stage?.black) })}</div>
    <p class="row"><a href="/stage/${desk.page.code}" target="_blank" rel="noopener">${icon("external")}
      ${w.openStage}</a> <a href="/prompter/${desk.page.code}" target="_blank" rel="noopener">${icon("external")}
      ${w.openPrompter}</a></p>`;
}
