/** The header of the phone: what is on air and the time left, always in view. */
import { labelOf } from "../base/labels.js";
import { paintClock, runClock } from "../base/clock.js";
import { formats } from "../base/format.js";
import { say } from "../base/words.js";
import { floorItem, onAir, openSlot, session as sessionOf, titled, unitName } from "../link/state.js";
import { reading } from "../link/timing.js";
import { words } from "./words.js";

const w = say(words);
const when = formats();

const part = (name) => document.getElementById(`onair-${name}`);

/** Follows the link for as long as the page is open. `details(place, floor)` draws what stands below the words. */
export function showOnAir(link, { details }) {
  const clock = part("clock");
  let slot = null;
  runClock(clock, () => reading(slot, link));
  link.addEventListener("status", () => mark(link));
  link.addEventListener("state", () => {
    const floor = floorOf(link.state);
    slot = floor.slot;
    clock.hidden = !slot;
    if (slot) paintClock(clock, reading(slot, link));
    mark(link);
    put(part("who"), whoOf(floor, link.now()));
    putWords(floor);
    details(part("details"), floor);
  });
}

/** `{session, item, slot, question, unit}` as they are now: each but `session` may be null, `unit` is a name. */
export function floorOf(state) {
  const session = sessionOf(state);
  const item = session.state === "live" ? floorItem(state) : null;
  const slot = item && openSlot(state);
  const question = item && onAir(state);
  return { session, item, slot, question, unit: unitName(state, slot?.unit ?? item?.unit ?? question?.unit) };
}

/** The mark says whether the session is live; the banner, whether this phone still hears of it. */
function mark(link) {
  const lost = link.status === "stale";
  const live = link.ready && sessionOf(link.state).state === "live";
  const shown = document.getElementById("live-mark");
  shown.dataset.live = lost ? "lost" : live ? "on" : "off";
  put(shown, shown.dataset[shown.dataset.live]);
  document.getElementById("out-of-step").hidden = !lost;
}

function whoOf({ session, item, slot, unit }, now) {
  if (session.state === "planned") return now < session.starts_at ? w.before(day(session.starts_at, now))
    : w.beginsSoon;
  if (!item) return titled(session);
  if (slot) return `${unit} ${slot.speaker}`;
  return unit ? w.answering(unit) : labelOf("item_kind", item.kind);
}

const day = (at, now) => `${when.relativeDay(at, now)} ${when.time(at)}`;

function putWords({ session, item, question }) {
  const text = part("text");
  const said = question?.text ?? titled(item);
  put(text, said || quietWords(session, item));
  text.classList.toggle("is-quiet", !said);
  if (!said) part("more").open = false;
}

function quietWords(session, item) {
  if (item) return labelOf("item_kind", item.kind);
  if (session.state === "closed") return session.called_off === null ? w.closed : w.calledOff;
  if (session.state === "planned") return session.intake === "open" ? w.askNow : titled(session);
  return w.nothingOn;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
