// Where a line of a rundown can go: the twin of inquiry/live/nesting.py. A line is `{id, case, isCase}`, in the order
// of the rundown; a place is what `live.move_item` takes: `{before}` a neighbour, at the end of a `{case}`, or `{}`
// (last).

/** Each case with what lies in it, and each line that lies in none. */
function families(lines) {
  const cases = new Set(lines.filter((one) => one.isCase).map((one) => one.id));
  const found = new Map(lines.filter((one) => !cases.has(one.case)).map((one) => [one.id, [one]]));
  for (const one of lines) if (cases.has(one.case)) found.get(one.case).push(one);
  return [...found.values()];
}

const before = (line) => (line ? { before: line.id } : {});

/** Where a line can go by one step: `{up, down, into, out}`, as far as there is one. */
export function steps(lines, id) {
  const groups = families(lines);
  const at = groups.findIndex((family) => family.some((one) => one.id === id));
  const family = groups[at];
  const place = family.findIndex((one) => one.id === id);
  const inCase = (line) => (line ? { before: line.id } : { case: family[0].id });
  const found = {};
  if (place > 0) {
    found.out = before(groups[at + 1]?.[0]);
    if (place > 1) found.up = before(family[place - 1]);
    if (place + 1 < family.length) found.down = inCase(family[place + 2]);
    return found;
  }
  if (at > 0) found.up = before(groups[at - 1][0]);
  if (at > 0 && groups[at - 1][0].isCase && !family[0].isCase) found.into = { case: groups[at - 1][0].id };
  if (at + 1 < groups.length) found.down = before(groups[at + 2]?.[0]);
  return found;
}

/**
 * The place that a line gets which is dropped on another: in front of it, or `behind`. What is dropped on the lower
 * half of a case lies in it, and comes first there; a case lies in none. Null where it would stay.
 */
export function dropped(lines, id, on, behind) {
  if (id === on) return null;
  const moving = lines.find((one) => one.id === id);
  const groups = families(lines);
  const at = groups.findIndex((family) => family.some((one) => one.id === on));
  const family = groups[at];
  if (moving.isCase) return family[0].id === id ? null : before(behind ? groups[at + 1]?.[0] : family[0]);
  if (!behind) return { before: on };
  const place = family.findIndex((one) => one.id === on);
  if (place === 0 && !family[0].isCase) return before(groups[at + 1]?.[0]);
  const next = family.slice(place + 1).find((one) => one.id !== id);
  return next ? { before: next.id } : { case: family[0].id };
}

/**
 * Let the lines of a list be dragged: `find(target)` gives the element and the id of the line at a place of the page,
 * `lines()` all of them, `move(id, place)` carries it out. What may not be moved has no `draggable`. Returns whether
 * one is being dragged: taken out of the page meanwhile, it would be dropped nowhere.
 */
export function draggable(list, { find, lines, move }) {
  let dragged = null;
  const clear = () => list().querySelectorAll("[data-drop]").forEach((one) => delete one.dataset.drop);
  document.addEventListener("dragstart", (event) => {
    const line = event.target.closest?.("[draggable=true]");
    dragged = line && list()?.contains(line) ? find(line) : null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && list()?.contains(event.target) ? find(event.target) : null;
    clear();
    if (!over) return;
    event.preventDefault();
    over.element.dataset.drop = isBehind(event, over.element) ? "behind" : "before";
  });
  document.addEventListener("dragend", () => (clear(), (dragged = null)));
  document.addEventListener("drop", (event) => {
    const over = dragged && list()?.contains(event.target) ? find(event.target) : null;
    const place = over && dropped(lines(), dragged.id, over.id, isBehind(event, over.element));
    if (over) event.preventDefault();
    if (place) move(dragged.id, place);
    clear();
    dragged = null;
  });
  return () => Boolean(dragged?.element.isConnected);
}

const isBehind = (event, element) => {
  const { top, height } = element.getBoundingClientRect();
  return event.clientY > top + height / 2;
};
