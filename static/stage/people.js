// Who is on the stage or behind it, on the desks of host and director: ready or not, a hand, and who is muted.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { button, emptyRow } from "../desk/desk.js";
import { rows, unitName } from "../link/state.js";
import { words } from "./words.js";

const w = say(words);

export class StagePeople {
  constructor(desk) {
    this.desk = desk;
  }

  /** Whether the picture comes from the stage. */
  isThere(state) {
    return rows(state, "programme")[0]?.source === "stage";
  }

  /** Of an item of the rundown that is to come: whether whoever speaks in it is in the green room, and ready. */
  mark(state, item) {
    if (!this.isThere(state) || !item.speaker || item.state === "done") return nothing;
    const one = rows(state, "publisher").find((row) => row.item === item.id && row.camera === "main");
    if (!one) return nothing;
    const [symbol, said] = !one.joined ? ["warning", w.lost] : one.place === "stage" ? ["live", w.joined]
      : one.ready ? ["check", w.isReady] : ["clock", w.isNotReady];
    return html`<span class="stage-mark ${one.joined ? "" : "is-missing"}">${icon(symbol)} ${said}</span>`;
  }

  /** The leaders who ask to speak, whoever raised the hand first. */
  hands(state) {
    const raised = rows(state, "publisher").filter((one) => one.hand_raised_at !== null)
      .sort((a, b) => a.hand_raised_at - b.hand_raised_at);
    if (!raised.length) return nothing;
    return html`<p class="stage-hands" role="status">${icon("hold")} <strong>${w.hands(raised.map(({ name }) =>
      name))}</strong></p>`;
  }

  /** A pane with everybody, where there is a stage. */
  pane(state) {
    if (!this.isThere(state)) return nothing;
    const people = rows(state, "publisher").sort((a, b) => (a.hand_raised_at === null) - (b.hand_raised_at === null)
      || (a.place === "green_room") - (b.place === "green_room") || a.id - b.id);
    const { session } = this.desk.page;
    return html`<header class="pane-head stage-pane-head"><h2 id="stage-title">${w.crew}</h2><span
        class="push">${people.length ? button({ label: w.muteOthers, symbol: "mute", kind: "small",
          run: () => this.desk.press("mute", "media.mute_others", { session }), disabled: !this.desk.live })
          : nothing}</span></header>
      <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="stage-title"><ol
        class="lane">${people.length ? people.map((one) => this.#row(state, one))
          : emptyRow(w.nobodyThere, w.nobodyThereMore, "people")}</ol></div>`;
  }

  #row(state, one) {
    const isSign = one.camera === "sign";
    const said = [labelOf("stage_place", one.place), isSign ? w.signs : labelOf("stage_part", one.part),
      one.place === "green_room" && !isSign ? (one.ready ? w.isReady : w.isNotReady) : "", one.joined ? "" : w.lost,
      one.muted ? w.isMuted : ""].filter(Boolean).join(" · ");
    const symbol = one.hand_raised_at !== null ? "hold" : !one.joined ? "warning" : one.muted ? "mute"
      : one.place === "stage" ? "live" : one.ready ? "check" : "clock";
    return html`<li class="lane-row" data-publisher=${one.id}>
      <span class="lane-lead">${icon(symbol)}</span>
      <div><p class="lane-text">${unitName(state, one.unit) || one.name}</p><span
        class="lane-note">${one.hand_raised_at !== null ? html`<strong>${w.raised}</strong> · ` : nothing}${said}</span>
      </div>
      <span class="lane-side">${isSign ? nothing : button({ label: one.muted ? w.unmute : w.mute, kind: "small quiet",
        run: () => this.desk.press(`mute:${one.id}`, "media.mute", { publisher: one.id, muted: !one.muted }),
        disabled: !this.desk.live, pressed: one.muted })}</span>
    </li>`;
  }
}
