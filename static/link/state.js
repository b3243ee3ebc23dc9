// Reading the live state: pure functions over the rows that `Link` keeps. `id` may be null everywhere.
import { language } from "../base/words.js";
import { currentBlock, extraDue, timetable } from "./timing.js";

export const rows = (state, name) => Object.values(state[name] ?? {});
export const row = (state, name, id) => (id == null ? null : (state[name]?.[id] ?? null));

export const session = (state) => rows(state, "session")[0] ?? null;
export const rundown = (state) => rows(state, "item").sort((a, b) => a.position - b.position || a.id - b.id);
export const floorItem = (state) => row(state, "item", session(state)?.floor_item);
export const openSlot = (state) => rows(state, "slot").find((slot) => slot.ended_at === null) ?? null;
export const slotsOf = (state, item) =>
  rows(state, "slot").filter((slot) => slot.item === item).sort((a, b) => a.started_at - b.started_at);
/** The one that began last in what is on air, running or not. */
export const lastSlot = (state) => slotsOf(state, session(state)?.floor_item).at(-1) ?? null;
/** The rundown planned against actual, as it stands. */
export const tableOf = (state, now) => timetable(session(state), rundown(state), now, lastSlot(state),
  extraDue(session(state), rundown(state), rows(state, "slot")));
export const question = (state, id) => row(state, "question", id);
export const onAir = (state) => question(state, floorItem(state)?.question);

/**
 * The question whose answer can still be asked back: the one on air, else the one that was on air last. Null when none.
 */
export function inHearing(state) {
  if (session(state).state !== "live") return null;
  const item = floorItem(state);
  if (item) return item.question;
  const left = rows(state, "question").filter((one) => one.off_air_at);
  return left.sort((a, b) => b.off_air_at - a.off_air_at)[0]?.id ?? null;
}

/** The item that comes next: behind the block in hand, else the first that was passed over. */
export function nextItem(state) {
  const items = rundown(state);
  const inHand = currentBlock(items)?.position ?? 0;
  const planned = items.filter((item) => item.state === "planned" && item.kind !== "case");
  return planned.find((item) => item.position > inHand) ?? planned[0] ?? null;
}

const own = (both, name) => (language() === "en" && both[`${name}_en`]) || both[name] || "";

/** The title of a session or item in the reader's language. */
export const titled = (thing) => (thing ? own(thing, "title") : "");

/** The name of a timer in the reader's language. */
export const nameOf = (thing) => own(thing, "name");

/** The name of a unit in the reader's language; empty when there is none. */
export function unitName(state, id) {
  const unit = row(state, "unit", id);
  return unit ? nameOf(unit) : "";
}

/** The units to be questioned tonight, and all the others, each in their order. */
export function unitGroups(state) {
  const tonight = (session(state)?.units ?? []).map((id) => row(state, "unit", id)).filter(Boolean);
  const others = rows(state, "unit").filter((unit) => !tonight.includes(unit)).sort((a, b) => a.id - b.id);
  return { tonight, others };
}

/**
 * Who may speak for a unit, as `[{name, title}]`: its head, its officials, then whoever else spoke for it tonight.
 * `people` are the officials with an account, by unit; the title of whom it does not tell is the one they were last
 * announced with: tonight, or in an earlier session (`titles`, by unit and name).
 */
export function speakersOf(state, { people, titles: earlier }, unit) {
  const slots = rows(state, "slot").filter((slot) => slot.unit === unit).sort((a, b) => b.started_at - a.started_at);
  const last = (name) => slots.find((slot) => slot.speaker === name && slot.speaker_title)?.speaker_title
    ?? earlier[unit]?.[name] ?? "";
  const titles = new Map((people[unit] ?? []).map((one) => [one.name, one.title]));
  const names = new Set([row(state, "unit", unit)?.head, ...titles.keys(),
    ...slots.map((slot) => slot.speaker)].filter(Boolean));
  return [...names].map((name) => ({ name, title: titles.get(name) || last(name) }));
}

/** The newest version of each response (or pledge): what was corrected gives way to its correction. */
export const standing = (all) => all.filter((one) => !one.superseded_by && one.state !== "superseded");

/** A citizen's words in one line of at most `most` characters. */
export function short(text, most = 40) {
  const line = [...text.replace(/\s+/g, " ").trim()];
  return line.length > most ? `${line.slice(0, most - 1).join("")}…` : line.join("");
}
