// What is left of the film on air, on a desk that has a place for it.
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { filmOnAir, filmReading } from "../link/film.js";
import { deskClock } from "./desk.js";
import { words } from "./words.js";

const w = say(words);

/** Its name and its clock; nothing while no film is on air. */
export function filmLine(state) {
  const film = filmOnAir(state);
  return film ? html`<p class="film-line">${icon("play")}<span class="film-line-name" dir="auto"><span
    class="visually-hidden">${w.film}</span> ${film.name}</span><span class="clock" id="film-clock" role="timer"
    aria-label=${w.film} data-phase="idle"><span class="clock-digits">–:––</span><span
    class="clock-word"></span></span></p>` : nothing;
}

/** Called after each drawing of a page that has the line. */
export function paintFilm(desk) {
  const clock = document.getElementById("film-clock");
  if (clock) deskClock(clock, () => filmReading(desk.state, desk.link));
}
