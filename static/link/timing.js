// Times that follow from rows: the twins of `inquiry/live/rules.py`. Everything is in milliseconds, `now` on the
// server's clock.

const WARNING_MS = 30_000;

export const allowed = (slot) => slot.allotted_ms + slot.extended_ms;

/** Time spoken so far, pauses left out; it stands still while paused and once ended. */
export const used = (slot, now) =>
  Math.max(0, (slot.ended_at ?? slot.paused_at ?? now) - slot.started_at - slot.paused_ms);

/** What `paintClock` wants to know of a slot; null without one. */
export function reading(slot, now) {
  if (!slot) return null;
  return {
    remaining: allowed(slot) - used(slot, now),
    warnAt: Math.max(WARNING_MS, Math.floor(allowed(slot) / 10)),
    paused: slot.paused_at !== null,
    idle: false,
  };
}

function left(item, now) {
  if (item.state === "done") return 0;
  const gone = item.state === "on_air" && item.started_at ? now - item.started_at : 0;
  return Math.max(0, item.planned_ms - gone);
}

const restBeginsAt = (session, now) => (session.state === "planned" ? Math.max(session.starts_at, now) : now);

/** For each item, in their order: when it was planned to begin, and when it began or will begin as things stand. */
export function timetable(session, items, now) {
  let plannedAt = session.starts_at;
  let nextAt = restBeginsAt(session, now);
  for (const item of items) if (item.state === "on_air") nextAt += left(item, now);
  return items.map((item) => {
    const times = { item, plannedAt, expectedAt: item.state === "planned" ? nextAt : (item.started_at ?? plannedAt) };
    plannedAt += item.planned_ms;
    if (item.state === "planned") nextAt += item.planned_ms;
    return times;
  });
}

/** The end as planned and as it looks now; `over` is negative when early. */
export function ending(session, items, now) {
  const plannedAt = session.starts_at + session.planned_minutes * 60_000;
  const projectedAt =
    session.state === "closed"
      ? (session.closed_at ?? plannedAt)
      : restBeginsAt(session, now) + items.reduce((sum, item) => sum + left(item, now), 0);
  return { plannedAt, projectedAt, over: projectedAt - plannedAt };
}

/** An instant as milliseconds on the session's clock, which begins when the session goes live. */
export const onSessionClock = (session, at) => (session?.went_live_at && at
  ? Math.max(0, Math.round(at - session.went_live_at)) : null);
