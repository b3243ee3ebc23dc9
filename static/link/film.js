// The film that is on air, as the desks reckon it: the pages that play it go by the same clock.
import { floorItem, rows } from "./state.js";

/** The film of a line of the rundown; null where it has none. Only the crew holds films. */
export const filmOf = (state, item) =>
  (item?.kind === "clip" ? rows(state, "film").find((one) => one.items.includes(item.id)) ?? null : null);

/** The film on air. */
export const filmOnAir = (state) => filmOf(state, floorItem(state));

/** What `paintClock` wants to know of what is left of it, to half a second; null while none is on air. */
export function filmReading(state, link) {
  const item = floorItem(state);
  const film = filmOf(state, item);
  if (!film?.duration_ms || item.taken_at == null) return null;
  const remaining = Math.max(0, item.taken_at + film.duration_ms - link.now());
  return { remaining, warnAt: Math.min(30_000, film.duration_ms / 3), dangerAt: Math.min(10_000, film.duration_ms / 6),
    called: false, halves: true, stale: !link.isFresh };
}
