// A small picture of what the studio screen shows: drawn by the screen's own templates, from the same state.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { gauge } from "../screen/gauge.js";
import { showing, views } from "../screen/views.js";
import { session } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);

export class HostPicture {
  constructor(desk) {
    Object.assign(this, { desk, screensWere: 0 });
  }

  draw(state) {
    const show = showing(state);
    const cut = show.question && !gauge(show.question.text).fits;
    return html`<figure class="host-picture">
      <div class="host-picture-frame" aria-hidden="true" inert><div class="screen"><div class="stage">${
        views[show.view](show, this.desk.link)}</div></div></div>
      <figcaption>${this.#screens(session(state))}${cut ? html`<span class="is-missing">${icon("warning")} ${
        w.screenCut}</span>` : nothing}</figcaption>
    </figure>`;
  }

  /** Whether the studio screen is there and in step; nobody but the host can see from here that it is gone. */
  #screens(evening) {
    const { screens } = this.desk.link;
    if (screens === null || (evening.state !== "live" && !screens)) return html`<span>${w.onScreen}</span>`;
    const lost = this.screensWere > 0 && screens === 0;
    if (lost) this.desk.tell(w.screenLost, { kind: "refusal" });
    this.screensWere = screens;
    return screens ? html`<span class="host-screens">${icon("screen")} ${w.screens(screens)}</span>`
      : html`<span class="host-screens is-missing">${icon("warning")} ${w.noScreen}</span>`;
  }
}
