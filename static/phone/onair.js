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
/** A connection that comes at once is not worth a word. */
const CONNECTING_AFTER_MS = 1500;

const part = (name) => document.getElementById(`onair-${name}`);

/** Follows the link for as long as the page is open. `details(place, floor)` draws what stands below the words. */
export function showOnAir(link, { details }) {
  const clock = part("clock");
  let slot = null;
  runClock(clock, () => reading(slot, link));
  link.addEventListener("status", () => mark(link));
  setTimeout(() => mark(link), CONNECTING_AFTER_MS + 50);
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

/**
 * The mark says whether the programme is live, as far as this phone has heard; the banners, whether it hears. Until the
 * first word has come the mark says what the page was painted with.
 */
function mark(link) {
  const shown = document.getElementById("live-mark");
  if (link.ready) shown.dataset.live = sessionOf(link.state).state === "live" ? "on" : "off";
  put(shown, shown.dataset[shown.dataset.live]);
  document.getElementById("out-of-step").hidden = link.status !== "stale";
  const connects = link.status === "connecting" && performance.now() > CONNECTING_AFTER_MS;
  document.getElementById("connecting").hidden = !connects;
}

function whoOf({ session, item, slot, unit }, now) {
  if (session.state === "planned") return now < session.starts_at ? w.before(day(session.starts_at, now))
    : w.beginsSoon;
  if (!item) return titled(session);
  if (slot) return `${unit} ${slot.speaker}`;
  if (!unit) return labelOf("item_kind", item.kind);
  const speaks = ["question", "slot", "follow_up", "pledge"].includes(item.kind);
  return speaks ? w.answering(unit) : unit; // a film about a unit is not its answer
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
