// Times that follow from rows: the twins of `inquiry/live/rules.py` and `timetable.py`. Everything is in milliseconds,
// `now` on the server's clock.

export const allowed = (slot) => slot.allotted_ms + slot.extended_ms;

/** Time spoken so far, pauses left out; it stands still while paused and once ended. */
export const used = (slot, now) =>
  Math.max(0, (slot.ended_at ?? slot.paused_at ?? now) - slot.started_at - slot.paused_ms);

/** How long the interruption that lasts has lasted; null while none does. */
export const interruption = (slot, now) =>
  (slot.is_interruption && slot.paused_at !== null ? Math.max(0, now - slot.paused_at) : null);

/** How much of its pauses were interruptions; it runs while one lasts. */
export const interrupted = (slot, now) => slot.interrupted_ms + (interruption(slot, now) ?? 0);

/**
 * What `paintClock` wants to know of a slot; null without one. With no fresh word of the server nobody knows what is
 * left, and time is over when the server has called it: a press that gives more may be under way.
 */
export function reading(slot, link) {
  if (!slot) return null;
  const remaining = allowed(slot) - used(slot, link.now());
  return {
    remaining: slot.time_called_at === null ? Math.max(0, remaining) : remaining,
    warnAt: slot.warning_ms,
    dangerAt: slot.danger_ms,
    chimes: true,
    paused: slot.paused_at !== null,
    called: slot.time_called_at !== null,
    grace: slot.at_zero === "grace" ? slot.grace_ms : 0,
    interruption: interruption(slot, link.now()),
    stale: !link.isFresh,
  };
}

/** What a timer of the crew has counted, pauses left out; nothing while it is ready. */
export const counted = (timer, now) => (timer.started_at === null ? 0
  : Math.max(0, (timer.paused_at ?? now) - timer.started_at - timer.paused_ms));

/** The same of a timer of the crew: nobody calls its time, and one that counts up may have no length. */
export function timerReading(timer, link) {
  const past = counted(timer, link.now());
  const isUp = timer.counts === "up";
  return {
    remaining: isUp && !allowed(timer) ? Infinity : allowed(timer) - past,
    ...(isUp ? { counted: past, warnAt: -Infinity, dangerAt: -Infinity }
      : { warnAt: timer.warning_ms, dangerAt: timer.danger_ms }),
    paused: timer.paused_at !== null,
    idle: timer.started_at === null,
    stale: !link.isFresh,
  };
}

// --- the rundown: a block lasts until the next one is taken, whatever is put on air in between; a case is a heading
// over blocks, begins with the first of what lies in it, and lasts as long as all of that --------------------------

/** Each block with what is nested in it. */
function families(items) {
  const found = new Map(items.filter((one) => one.block === null).map((one) => [one.id, [one]]));
  for (const one of items.filter((item) => item.block !== null)) {
    if (found.has(one.block)) found.get(one.block).push(one);
    else found.set(one.block, [one]);
  }
  return [...found.values()];
}

/** The block in hand: that of what is on air or, with a clear floor, of what was on air last. Null before the first. */
export function currentBlock(items) {
  const begun = items.filter((one) => one.started_at !== null);
  const later = (a, b) => (a.state === "on_air") - (b.state === "on_air") || a.ended_at - b.ended_at || a.id - b.id;
  const latest = begun.sort(later).at(-1) ?? null;
  return items.find((one) => one.id === latest?.block) ?? latest;
}

/** When each block was to begin, by its id, and when the last was to end; frozen when the session goes live. */
function plan(session, blocks) {
  if (session.plan_ends_at !== null) {
    return [new Map(blocks.map((block) => [block.id, block.planned_at])), session.plan_ends_at];
  }
  let endsAt = session.starts_at;
  const planned = new Map();
  for (const block of blocks) {
    planned.set(block.id, endsAt);
    endsAt += block.planned_ms;
  }
  if (blocks.length && !blocks.some((block) => block.by_plan)) return [planned, endsAt];
  return [planned, session.starts_at + session.planned_minutes * 60_000];
}

/** `[block, left]` in the order in which the next is offered: the one in hand, what follows, what was passed over. */
function inTurn(all, inHand, now, extra) {
  const at = Math.max(0, all.findIndex(([block]) => block === inHand));
  const left = (family, place) => {
    const [block] = family;
    if (block === inHand) return block.planned_ms - Math.max(0, now - block.started_at);
    if (block.state === "planned") return block.planned_ms;
    return place > at ? block.planned_ms - took(family, now) : 0; // taken by a wrong press: the rest is due again
  };
  const placed = all.map((family, place) => [family[0],
    Math.max(0, left(family, place)) + (extra[family[0].id] ?? 0)]);
  return [...placed.slice(at), ...placed.slice(0, at)];
}

/** What of the block in hand is still to come, of one that results planned what its slot has left. */
function leftOf(block, left, slot, now) {
  const toSpeak = slot.ended_at !== null ? 0 : Math.max(0, allowed(slot) - used(slot, now));
  return block.by_plan ? toSpeak : Math.max(left, toSpeak);
}

/** What everybody was given on top and is due to items still to come, by their ids: to each unit once. */
export function extraDue(session, items, slots) {
  const due = {};
  const units = new Set();
  for (const { id, unit, speaker, state } of items) {
    if (state !== "planned" || !speaker || unit === null || units.has(unit)) continue;
    units.add(unit);
    due[id] = slots.filter((one) => one.unit === unit).reduce((left, one) => left - one.extra_ms, session.extra_ms);
    due[id] = Math.max(0, due[id]);
  }
  return due;
}

/** From when the first began until the last left, or until now while one is on air; null while they are to come. */
function took(family, now) {
  const begun = family.filter((one) => one.started_at !== null);
  if (!begun.length) return null;
  const onAir = begun.some((one) => one.state === "on_air");
  const until = onAir ? now : Math.max(...begun.map((one) => one.ended_at ?? one.started_at));
  return Math.max(0, until - begun[0].started_at);
}

/**
 * Planned against actual, of items in the order of the rundown: `{lines, plannedEnd, projectedEnd, drift}`, and for
 * each line `{item, plannedAt, expectedAt, took, drift}`, where `plannedAt` is null for what came in after the plan was
 * frozen. A drift is negative when early. `slot` is the last one of the item that is on air, `extra` is due on top.
 */
export function timetable(session, items, now, slot = null, extra = {}) {
  const all = families(items);
  const [planned, plannedEnd] = plan(session, all.map(([block]) => block));
  const closed = session.state === "closed";
  let nextAt = session.state === "planned" ? Math.max(session.starts_at, now) : now;
  if (!all.length) nextAt = Math.max(nextAt, plannedEnd);
  const expected = new Map();
  const inHand = currentBlock(items);
  for (const [block, left] of inTurn(all, inHand, now, extra)) {
    expected.set(block.id, nextAt);
    nextAt += block === inHand && slot ? leftOf(block, left, slot, now) : left;
  }
  const line = (item, plannedAt, expectedAt, family) => {
    const drift = plannedAt === null || expectedAt === null ? null : expectedAt - plannedAt;
    return { item, plannedAt, expectedAt, took: took(family, now), drift, planned: item.planned_ms };
  };
  const ofCase = ({ item, plannedAt, expectedAt }, all) => {
    const inside = all.filter((one) => one.item.case === item.id);
    const begins = inside.map((one) => one.expectedAt).filter((at) => at !== null);
    const begun = inside.map((one) => one.item).sort((a, b) => (a.started_at ?? now) - (b.started_at ?? now));
    const planned = inside.filter((one) => one.item.block === null).reduce((sum, one) => sum + one.planned, 0);
    const at = !inside.length ? expectedAt : begins.length ? Math.min(...begins) : null;
    return { ...line(item, plannedAt, at, begun), planned };
  };
  const flat = all.flatMap((family) => {
    const [block, ...nested] = family;
    const begins = block.started_at ?? (closed ? null : expected.get(block.id));
    return [line(block, planned.get(block.id), begins, family),
      ...nested.map((one) => line(one, null, one.started_at, [one]))];
  });
  const lines = flat.map((one) => (one.item.kind === "case" ? ofCase(one, flat) : one));
  const projectedEnd = closed ? (session.closed_at ?? plannedEnd) : nextAt;
  return { lines, plannedEnd, projectedEnd, drift: projectedEnd - plannedEnd };
}

/** An instant as milliseconds on the session's clock, which begins when the session goes live. */
export const onSessionClock = (session, at) => (session?.went_live_at && at
  ? Math.max(0, Math.round(at - session.went_live_at)) : null);
