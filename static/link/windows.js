// Which rows of a long collection a reader holds: the twin of inquiry/realtime/windows.py. See
// docs/adr/0014-windows.md.
// A state declares its windows itself: `state.window[collection] = {named_by, lists: {name: {by, down, where, size,
// edge}}}`.

/** The state without the rows that are in no window, that no other row names, and that nobody here has pinned. */
export function trim(state, pinned = () => false) {
  const trimmed = { ...state };
  for (const [name, of] of namedLast(state.window ?? {})) {
    const rows = trimmed[name] ?? {};
    const held = named(trimmed, of.named_by);
    const lists = {};
    for (const [title, window] of Object.entries(of.lists)) {
      const { inside, edge } = cut(window, rows);
      lists[title] = { ...window, edge };
      inside.forEach((key) => held.add(key));
    }
    trimmed[name] = Object.fromEntries(Object.entries(rows).filter(([key]) => held.has(key) || pinned(name, key)));
    trimmed.window = { ...trimmed.window, [name]: { ...of, lists } };
  }
  return trimmed;
}

/** The keys of the rows in a window, in their order, and how far it is known with them. */
function cut(window, rows) {
  const { by, down, size, edge } = window;
  const inside = Object.keys(rows).filter((key) => isInside(window, rows[key]));
  inside.sort((one, other) => (down ? -1 : 1) * (rows[one][by] - rows[other][by]));
  if (inside.length < size || (inside.length === size && edge === null)) return { inside, edge };
  const kept = inside.slice(0, size);
  return { inside: kept, edge: rows[kept.at(-1)][by] };
}

/** Whether a row belongs to a window and lies where all rows are known. */
export function isInside(window, row) {
  return Object.entries(window.where).every(([name, values]) => values.includes(row[name])) && isKnown(window, row);
}

/** Whether a row lies where all rows of the window are known. */
export const isKnown = ({ by, down, edge }, row) => edge === null || (down ? row[by] >= edge : row[by] <= edge);

/** The windows beyond whose edge something may lie: `[{of, title, edge, size, lacks}]`. */
export function unsure(state) {
  const found = [];
  for (const [of, { lists }] of Object.entries(state.window ?? {})) {
    for (const [title, window] of Object.entries(lists)) {
      if (window.edge === null) continue;
      const held = Object.values(state[of] ?? {}).filter((row) => isInside(window, row)).length;
      found.push({ of, title, edge: window.edge, size: window.size, lacks: window.size - held });
    }
  }
  return found;
}

/** One window of a state. What an older server does not declare is held whole. */
export const windowOf = (state, of, title) => state.window?.[of]?.lists[title]
  ?? { by: "id", down: false, where: {}, size: Infinity, edge: null };

/** Whether every row of a window is held. */
export const isWhole = (state, of, title) => windowOf(state, of, title).edge === null;

/** The state with other numbers in the declaration of a window. */
export function declared(state, of, title, change) {
  const { lists, ...rest } = state.window[of];
  return { ...state, window: { ...state.window,
    [of]: { ...rest, lists: { ...lists, [title]: { ...lists[title], ...change } } } } };
}

/** The keys that rows name in fields written `item.question`; a field holds an id, a list of ids, or null. */
function named(state, places) {
  const found = new Set();
  for (const place of places) {
    const [name, of] = place.split(".");
    for (const row of Object.values(state[name] ?? {})) for (const id of [row[of] ?? []].flat()) found.add(String(id));
  }
  return found;
}

/** The collections with windows, each after those whose rows name its own. */
function* namedLast(declared) {
  const left = new Map(Object.entries(declared));
  while (left.size) {
    const free = [...left].filter(([, of]) => !of.named_by.some((place) => left.has(place.split(".")[0])));
    for (const [name, of] of free) {
      left.delete(name);
      yield [name, of];
    }
  }
}
