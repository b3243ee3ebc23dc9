// Going live, far from its time only for whoever names the day, and the way back while nothing was aired.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { span } from "../base/format.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { button, format, holdButton } from "../desk/desk.js";
import { rows, session } from "../link/state.js";
import { words } from "../desk/words.js";

const w = say(words);
/** The twins of EARLIEST and LATEST in inquiry/live/rules.py. */
const EARLIEST_MS = 2 * 3_600_000;
const LATEST_MS = 6 * 3_600_000;

/** How far a session is from its time, negative when it is early; null while it may simply go live, as a rehearsal. */
export function offItsTime({ starts_at: startsAt, rehearsal_of: rehearsed }, now) {
  return rehearsed || (now >= startsAt - EARLIEST_MS && now <= startsAt + LATEST_MS) ? null : now - startsAt;
}

export class HostGoingLive {
  constructor(desk) {
    Object.assign(this, { desk, day: "" });
    this.dialog = document.getElementById("go-live");
    this.body = document.getElementById("go-live-body");
    this.foot = document.getElementById("go-live-foot");
  }

  /** What stands at the foot of the rundown. */
  buttons(evening, off, busy) {
    if (evening.state === "planned") {
      return offItsTime(evening, this.desk.link.now()) === null
        ? holdButton({ label: w.goLive, held: () => this.#go(evening), symbol: "live", disabled: off, busy })
        : button({ label: w.goLiveAnyway, run: () => this.open(), symbol: "live", disabled: off, busy });
    }
    if (rows(this.desk.state, "item").some((item) => item.started_at !== null)) return nothing;
    return holdButton({ label: w.takeBackLive, held: () => this.#takeBack(evening), symbol: "undo", disabled: off, busy,
      id: "take-back-live" });
  }

  open() {
    this.day = "";
    this.dialog.showModal();
    this.desk.redraw();
  }

  draw(state) {
    if (!this.dialog.open) return;
    const evening = session(state);
    const off = offItsTime(evening, this.desk.link.now());
    if (evening.state !== "planned") return this.dialog.close();
    const day = dayOf(evening.starts_at);
    render(html`<div class="stack">
      <div class="notice warning">${icon("warning")}<p>
        <strong>${w.plannedFor(format.dateTime(evening.starts_at))}</strong> ${off === null ? ""
          : off < 0 ? w.isEarly(span(off)) : w.isLate(span(off))}</p></div>
      <p>${w.goLiveMeans}</p>
      <div class="field"><label for="planned-for">${w.nameTheDay(format.date(evening.starts_at))}</label>
        <input class="input" type="date" id="planned-for" @input=${(event) => this.#named(event.target.value)}></div>
    </div>`, this.body);
    render(holdButton({ label: w.goLive, held: () => this.#go(evening, this.day), symbol: "live", ms: 1200,
      disabled: !this.desk.live || this.day !== day, busy: this.desk.isPending("evening") }), this.foot);
  }

  #named(day) {
    this.day = day;
    this.desk.redraw();
  }

  async #go(evening, day = null) {
    const answer = await this.desk.press("evening", "live.go_live", { session: evening.id, ...(day
      ? { planned_for: day } : {}) });
    if (answer) this.dialog.close();
  }

  #takeBack(evening) {
    return this.desk.press("evening", "live.take_back_live", { session: evening.id, seen: evening.floor_rev });
  }
}

/** The day in the city, as the server writes days. */
const dayOf = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: document.documentElement.dataset.zone
  || "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
