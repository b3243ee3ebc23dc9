// The page for a unit's own room: what is on, when it is our turn, our place and figures, what we promised, and one
// press that says that we are here.

import { html, render } from "../vendor/lit-html/lit-html.js";
import "../base/fit.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { language, say } from "../base/words.js";
import { Desk, button, deskClock, format } from "../desk/desk.js";
import { examOf } from "../link/exam.js";
import * as at from "../link/state.js";
import { showPicture } from "../picture/picture.js";
import { OfficialPledges } from "../official/pledges.js";
import { floorPanel } from "./floor.js";
import { orderPane } from "./order.js";
import { placePane } from "./place.js";
import { budgetReading, mainReading, turnOf } from "./standing.js";
import { Turn } from "./turn.js";
import { words } from "./words.js";

const w = say(words);
const EVENING = 500; // the pledges of one session, as far as anybody goes back
const ICONS = { present: "check", left: "arrow", absent: "ban", expected: "clock" };
const pane = (id) => document.getElementById(id);
const desk = new Desk({ draw });
const { unit } = desk.page;
const pledges = new OfficialPledges(desk);
const turn = new Turn(desk);
let digest = null;

// What is told here is for people who are in the meeting themselves: it waits for no picture.
showPicture({ link: desk.link });
desk.link.want("pledge", "newest", EVENING);
desk.link.pin("own", "unit", [unit]);
desk.link.addEventListener("skipped", ask);
desk.link.addEventListener("entry", ({ detail }) => hear(detail));
setInterval(() => desk.redraw(), 1000);
setInterval(() => turn.paint(), 100);

function draw(state) {
  const now = desk.link.now();
  turn.hear(turnOf(state, unit, now));
  notice(state);
  render(html`${floorPanel(state, now)}${turn.draw(state, unit)}${presence(state)}`, pane("now"));
  render(html`${own(state)}${pledges.draw(state)}`, pane("own"));
  render(orderPane(state, now, unit), pane("order"));
  turn.paint();
  deskClock(pane("slot-clock"), () => mainReading(desk.state, desk.link));
  deskClock(pane("budget-clock"), () => budgetReading(desk.state, desk.link));
}

// --- what is known of us besides the live state ---------------------------------------------------------------------

/** Somebody has said something of us: we, or whoever calls the roll. */
function hear({ kind, at: when, by, payload }) {
  if (kind !== "exam.presence_marked" || payload.unit !== unit) return;
  const { presence: said, reason } = payload;
  Object.assign(desk.page.presence, { presence: said, reason, since: when, role: by?.role ?? null, by: "" });
  desk.redraw();
}

async function ask() {
  try {
    Object.assign(desk.page, await desk.link.call("exam.room", { session: desk.page.session, unit }, { forMs: 8000 }));
    desk.redraw();
  } catch {
    // what is shown stays; the next plan or reconnection asks again
  }
}

/** Another plan was made from other tables. */
function notice(state) {
  const made = examOf(state)?.digest ?? "";
  if (digest !== null && made !== digest) ask();
  digest = made;
}

function own(state) {
  const { line } = turn.found;
  const why = line && line.unit === unit ? line.reason[language() === "en" ? "en" : "zh-CN"] : "";
  return html`<section aria-labelledby="place-title" class="official-part room-place">
    <h2 id="place-title"><span class="room-unit">${at.unitName(state, unit)}</span>${w.own}</h2>
    ${placePane(desk.page.place, why, Boolean(examOf(state)?.digest))}</section>`;
}

// --- we are here ----------------------------------------------------------------------------------------------------

async function tell(said, reason = "") {
  const before = { ...desk.page.presence };
  const answer = await desk.press("presence", "exam.mark_presence", { session: desk.page.session, unit, presence: said,
    reason });
  if (!answer) return;
  Object.assign(desk.page.presence, { presence: said, reason, since: desk.link.now(), role: "official", by: "" });
  desk.tell(w.noted, { action: { label: w.undo, run: () => tell(before.presence, before.reason) } });
  desk.redraw();
}

function presence(state) {
  const { presence: said, reason, since, role } = desk.page.presence;
  const { state: stands, closed_at: closed } = at.session(state);
  if (stands === "closed") {
    return html`<div class="room-here"><p>${icon("stop")}${closed ? `${w.endedAt} ${format.time(closed)}` : w.over}</p>
      <a class="button large" href=${desk.page.minutes}>${icon("print")}<span>${w.minutes}</span></a></div>`;
  }
  const press = (label, symbol, to, kind = "") => button({ label, symbol, kind: `large ${kind}`, run: () => tell(to),
    disabled: !desk.live || !desk.page.marks, busy: desk.isPending("presence") });
  return html`<div class="room-here" data-presence=${said}>
    <p class="room-said">${icon(ICONS[said])}<span><strong>${labelOf("presence", said)}</strong>${reason
      ? ` · ${reason}` : ""}<small>${since ? w.saidAt(format.time(since), labelOf("doer",
        role)) : w.nobodySaid}</small></span></p>
    ${said === "present" ? press(w.away, "sign-out", "left") : press(w.here, "check", "present", "primary")}</div>`;
}
