// A small picture of what the studio screen shows: drawn by the screen's own templates, from the same state.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { FilmPlayer } from "../screen/film.js";
import { gauge } from "../screen/gauge.js";
import { showing, views } from "../screen/views.js";
import { button } from "../desk/desk.js";
import { inHearing, rows, session, standing } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);
const SWITCHES = ["programme", "black", "clear", "qr", "clock"];

export class HostPicture {
  constructor(desk) {
    Object.assign(this, { desk, screensWere: 0 });
    this.film = new FilmPlayer(desk.link, Object.assign(document.createElement("div"), { className: "screen-film",
      hidden: true }), { small: true });
  }

  draw(state) {
    const show = showing(state);
    this.film.follow(state, show.view === "item");
    const cut = show.question && !gauge(show.question.text).fits;
    return html`<figure class="host-picture">
      <div class="host-picture-frame" aria-hidden="true" inert><div class="screen" data-view=${show.view}>
        <div class="stage">${views[show.view](show, this.desk.link)}</div>${this.film.place}</div></div>
      <figcaption>${this.#screens(session(state))}${cut ? html`<span class="is-missing">${icon("warning")} ${
        w.screenCut}</span>` : nothing}</figcaption>
    </figure>
    ${this.#switches(state)}`;
  }

  /** What the screens show instead of the programme; every one of them follows, and keeps to it over a reload. */
  #switches(state) {
    const evening = session(state);
    if (evening.state === "closed") return nothing;
    const pledge = lastPledge(state);
    const one = (shows, run, disabled = false) => button({ label: w.switches[shows], run, kind: "host-switch",
      pressed: (evening.screen ?? "programme") === shows, disabled: disabled || !this.desk.live
      || this.desk.isPending("screen"), title: w.switchesMore[shows] });
    const show = (shows) => () => this.desk.press("screen", "live.show_on_screen", { session: evening.id, shows });
    return html`<div class="host-switches" role="group" aria-label=${w.onScreen}>
      ${SWITCHES.map((shows) => one(shows, show(shows)))}
      ${one("pledge", () => this.desk.press("screen", "pledges.show_on_screen", { pledge: pledge.id }), !pledge)}
    </div>`;
  }

  /** Whether the studio screen is there and in step; nobody but the host can see from here that it is gone. */
  #screens(evening) {
    const { screens } = this.desk.link;
    if (screens === null || (evening.state !== "live" && !screens)) return html`<span>${w.onScreen}</span>`;
    const lost = this.screensWere > 0 && screens === 0;
    if (lost) this.desk.tell(w.screenLost, { kind: "refusal" });
    this.screensWere = screens;
    if (screens && this.desk.link.stuckScreens) {
      return html`<span class="host-screens is-missing">${icon("warning")} ${w.screenStuck}</span>`;
    }
    const isMute = this.desk.link.muteScreens && rows(this.desk.state, "film").some((one) => one.items.length);
    if (screens && isMute) return html`<span class="host-screens is-missing">${icon("mute")} ${w.screenMute}</span>`;
    return screens ? html`<span class="host-screens">${icon("screen")} ${w.screens(screens)}</span>`
      : html`<span class="host-screens is-missing">${icon("warning")} ${w.noScreen}</span>`;
  }
}

/** The newest pledge that was recorded for the question on air, or the one that was on air last. */
function lastPledge(state) {
  const asked = inHearing(state);
  const found = standing(rows(state, "pledge")).filter((one) => asked !== null && one.question === asked
    && !one.withdrawn);
  return found.sort((a, b) => b.recorded_at - a.recorded_at)[0] ?? null;
}
