// How a night exam stands: pure functions over the rows that `Link` keeps. `now` is on the server's clock.

import { budgetLeft, examOf, lineOf } from "../link/exam.js";
import { nextItem, openSlot, row, rows, session, tableOf } from "../link/state.js";
import { allowed, reading, used } from "../link/timing.js";

/** Whoever is first of all is warned so long before the meeting begins. */
const FIRST_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** What `paintClock` wants to know of that budget; null while nobody may interrupt. */
export function budgetReading(state, link) {
  if (session(state).state !== "live" || !examOf(state)) return null;
  return { remaining: budgetLeft(state, link.now()), warnAt: 30_000, stale: !link.isFresh };
}

/** What the large clock shows: the speaker's time or, on the day before the meeting begins, how long until then. */
export function mainReading(state, link) {
  const { state: stands, starts_at: begins } = session(state);
  if (stands !== "planned") return reading(openSlot(state), link);
  const remaining = begins - link.now();
  return remaining > 0 && remaining < DAY_MS ? { remaining, warnAt: 60_000, stale: !link.isFresh } : null;
}

/** What is left of the grace of a slot whose time is up; null where it has none, or still has time. */
export function graceLeft(slot, now) {
  if (!slot || slot.ended_at !== null || slot.at_zero !== "grace" || slot.time_called_at === null) return null;
  return Math.max(0, slot.grace_ms + allowed(slot) - used(slot, now));
}

// --- whose turn it is -----------------------------------------------------------------------------------------------

/**
 * A unit's turn: `{phase, item, line, at}`. `at` is when it is expected to begin as things stand. The phases: `none`
 * (not in the plan), `out` (left out: `line` says why), `waiting`, `next` (one before), `now`, `done`, `over` (the
 * meeting is).
 */
export function turnOf(state, unit, now) {
  const evening = session(state);
  const own = tableOf(state, now).lines.filter(({ item }) => item.kind === "slot" && item.unit === unit);
  const told = (phase, found) => ({ phase, item: found?.item ?? null, line: lineOf(state, found?.item),
    at: found?.expectedAt ?? null });
  if (evening.state === "closed") return told("over", own[0]);
  const onAir = own.find(({ item }) => item.state === "on_air");
  if (onAir) return told("now", onAir);
  const coming = own.filter(({ item }) => item.state === "planned").sort((a, b) => a.expectedAt - b.expectedAt)[0];
  if (coming) return told(isNext(state, coming, now) ? "next" : "waiting", coming);
  if (own.length) return told("done", own.at(-1));
  const out = rows(state, "examslot").find((line) => line.unit === unit && line.dropped_at !== null);
  return out ? { phase: "out", item: null, line: out, at: null } : told("none", null);
}

function isNext(state, { item }, now) {
  const { state: stands, starts_at: begins } = session(state);
  return nextItem(state)?.id === item.id && (stands === "live" || begins - now <= FIRST_MS);
}

/** The lines of the plan that are, or were, a unit's: whatever was changed about them by hand is told to it. */
export function changesFor(state, unit) {
  return rows(state, "examslot")
    .filter((line) => line.unit === unit || row(state, "item", line.item)?.unit === unit)
    .flatMap((line) => line.changes.map((change) => ({ ...change, number: line.number })))
    .sort((a, b) => b.at - a.at);
}

// --- who is there ---------------------------------------------------------------------------------------------------

/** How many of whom nobody said anything yet. */
export const unsaid = (counts) => counts.expected - counts.present - counts.left - counts.absent;
