// The stage timer: huge figures for whoever speaks, what is asked, "wrap up", and what the crew says. Enter or a touch
// says that it was seen.

import "../base/fit.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { runClock } from "../base/clock.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { Link, Refused } from "../link/link.js";
import { floorItem, onAir, openSlot, row, session, titled, unitName } from "../link/state.js";
import { filmReading } from "../link/film.js";
import { reading } from "../link/timing.js";
import { openTo } from "./open.js";
import { words } from "./words.js";

const w = say(words);
const BLINKS_MS = 6000;
const link = new Link({ session: Number(document.body.dataset.session), view: "staff" });
const stage = document.getElementById("main");
const clock = document.getElementById("stage-clock");
const message = () => openTo(link.state, "stage")[0] ?? null;

function draw() {
  const shown = row(link.state, "stagetimer", link.session);
  const slot = openSlot(link.state);
  stage.dataset.black = String(Boolean(shown?.black));
  blink(shown);
  clock.hidden = !slot && !filmReading(link.state, link);
  running.paint();
  render(above(slot), document.getElementById("stage-asked"));
  render(below(shown, slot), document.getElementById("stage-said"));
}

function above(slot) {
  const asked = onAir(link.state)?.text ?? titled(floorItem(link.state));
  const who = slot ? [slot.speaker, unitName(link.state, slot.unit)].filter(Boolean).join(" · ")
    : filmReading(link.state, link) ? w.film : w.nobody;
  return html`<p class="stage-who">${who}</p>${asked ? html`<p class="stage-asked typeset" data-fit data-least="0.5"
    dir="auto">${typeset(asked)}</p>` : nothing}`;
}

function below(shown, slot) {
  const said = message();
  const wraps = slot !== null && shown?.wrap_up_slot === slot.id;
  return html`${wraps ? html`<p class="stage-wrap">${icon("flag")} ${w.wrapUp}</p>` : nothing}
    ${said ? html`<div class="stage-message"><p data-fit data-least="0.4" dir="auto">${said.text}</p>
      <button class="stage-seen" type="button" @click=${seen}>${icon("check")} ${w.seen} <kbd
        aria-hidden="true">↵</kbd></button></div>` : nothing}`;
}

async function seen() {
  const said = message();
  if (!said) return;
  try {
    await link.call("live.acknowledge_message", { message: said.id });
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem; // it stays, and can be pressed again
  }
}

function blink(shown) {
  const left = shown?.blinked_at ? shown.blinked_at + BLINKS_MS - link.now() : 0;
  stage.classList.toggle("is-blinking", left > 0);
  if (left > 0) setTimeout(draw, left + 50);
}

document.addEventListener("keydown", ({ key }) => key === "Enter" && link.ready && seen());
link.addEventListener("state", draw);
link.addEventListener("status", () => (document.getElementById("out-of-step").hidden = link.status !== "stale"));
const running = runClock(clock, () => (link.ready && session(link.state) ? reading(openSlot(link.state), link)
  ?? filmReading(link.state, link) : null));
