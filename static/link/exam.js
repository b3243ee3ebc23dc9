// Reading a night exam out of the live state: pure functions, as in state.js. What results planned is in `examslot`, as
// it was computed; what holds now is in the item it became.
import { language } from "../base/words.js";
import { openSlot, row, rows, rundown, slotsOf, unitName } from "./state.js";
import { interrupted } from "./timing.js";

/** The row of the night exam; null for a session that is none. */
export const examOf = (state) => rows(state, "exam")[0] ?? null;

/** The line of the plan behind an item; null for one that results did not plan. */
export const lineOf = (state, item) => (item?.by_plan
  ? rows(state, "examslot").find((one) => one.item === item.id && one.dropped_at === null) ?? null : null);

/** The lines of the plan that still stand, with their items, in the order of the rundown. */
export function linesOf(state) {
  const lines = new Map(rows(state, "examslot").filter((one) => one.dropped_at === null).map((one) => [one.item, one]));
  return rundown(state).filter((item) => lines.has(item.id)).map((item) => ({ item, line: lines.get(item.id) }));
}

/** What was left out of the plan since it was made, in the order in which it was computed. */
export const droppedOf = (state) => rows(state, "examslot").filter((one) => one.dropped_at !== null)
  .sort((a, b) => a.number - b.number);

/**
 * What was done last, if it can be taken back: "skipped" or "cut"; null where the plan was changed otherwise since, or
 * somebody had the floor. The server looks again.
 */
export function restorable(state) {
  const changes = rows(state, "examslot").flatMap((line) => line.changes);
  const at = Math.max(...changes.map((one) => one.at));
  const last = changes.filter((one) => one.at === at);
  const isOut = ({ what, after }) => what === "cut" || (["skipped", "dropped"].includes(what) && after === "");
  if (!last.length || !last.every(isOut) || rundown(state).some((item) => item.started_at > at)) return null;
  return last[0].what === "skipped" ? "skipped" : "cut";
}

/** Of a duel, the other one, also when it was left out: `{item, line}`, the item null then. Null outside of duels. */
export function rivalOf(state, line) {
  if (!line?.pair) return null;
  const rival = rows(state, "examslot").find((one) => one.pair === line.pair && one.id !== line.id);
  return rival ? { line: rival, item: rival.dropped_at === null ? row(state, "item", rival.item) : null } : null;
}

/** Why `unit` speaks, in one sentence; empty where results named another one, of whom the sentence is. */
export const reasonOf = (line, unit) => (line && unit === line.unit
  ? line.reason[language() === "en" ? "en" : "zh-CN"] ?? "" : "");

/** Why the plan was changed last by hand; empty where it was not. */
export const changeOf = (line) => line?.changes.at(-1)?.why ?? "";

/** What a peer group is called. */
export const groupOf = (told) => (language() === "en" && told.group_en) || told.group;

/** What is left of the time for questions from above; negative once it is more. */
export const budgetLeft = (state, now) => (examOf(state)?.interruptions_ms ?? 0)
  - rows(state, "slot").reduce((sum, slot) => sum + interrupted(slot, now), 0);

/** The interruption that lasts; null while none does. */
export function interruptionOf(state) {
  const slot = openSlot(state);
  if (!slot?.is_interruption) return null;
  const found = rows(state, "interruption").filter((one) => one.slot === slot.id).sort((a, b) => a.id - b.id);
  return found.at(-1) ?? null;
}

/** The heads who have long been silent and have not spoken themselves tonight either. */
export function silentOf(state) {
  const spoke = new Set(rows(state, "slot").map((slot) => `${slot.unit} ${slot.speaker}`));
  return (examOf(state)?.silent ?? []).filter((one) => !spoke.has(`${one.unit_id} ${one.head}`));
}

/** Whether a line of the plan was spoken in: the last slot of its item, or null. */
export const spokenIn = (state, item) => slotsOf(state, item.id).at(-1) ?? null;

/** "present", "left", "absent", or null while nobody said. */
export const presenceOf = (state, unit) => examOf(state)?.presence?.[unit] ?? null;

/** A unit's name, also of one that no row names any more. */
export const calledOf = (state, line, unit = line.unit) => unitName(state, unit)
  || (language() === "en" && line.reason.unit_en) || line.reason.unit || "";
