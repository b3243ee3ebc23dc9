// What beside the live state the pages of a night exam show: the figures of those who speak, asked for once for each
// plan, and what a unit promised before, asked for anew when it begins to speak.
import { examOf, linesOf } from "./exam.js";
import { session } from "./state.js";

const AGAIN_MS = 4000;
const MOST_KEPT = 12;
const kept = new WeakMap(); // link → name of what was asked → {answer, wait}

/** The answer of `exam.figures`; null until it is there, and while there is no plan. */
export function figuresOf(state, link) {
  const exam = examOf(state);
  if (!exam?.digest) return null;
  const units = [...new Set(linesOf(state).map(({ item }) => item.unit))].sort((a, b) => a - b);
  return asked(link, `figures ${exam.digest} ${units}`, "exam.figures", { session: session(state).id });
}

/** The figures of one unit, with its group: `{unit, group, figures, trend, …}`; null where it stands in no table. */
export function figuresOfUnit(state, link, unit) {
  const all = figuresOf(state, link);
  const found = all?.units.find((one) => one.unit === unit);
  return found ? { ...found, group: all.groups[found.group], all } : null;
}

/** The answer of `exam.last_pledges` for a unit, as of when the slot `since` began; null until it is there. */
export function pledgesOf(state, link, unit, since = null) {
  return asked(link, `pledges ${unit} ${since}`, "exam.last_pledges", { session: session(state).id, unit });
}

function asked(link, name, query, data) {
  if (!kept.has(link)) kept.set(link, new Map());
  const answers = kept.get(link);
  if (!answers.has(name)) {
    if (answers.size >= MOST_KEPT) answers.delete(answers.keys().next().value);
    answers.set(name, { answer: null, notBefore: 0, asking: false });
  }
  const one = answers.get(name);
  if (!one.answer && !one.asking && performance.now() >= one.notBefore) ask(link, one, query, data);
  return one.answer;
}

async function ask(link, one, query, data) {
  one.asking = true;
  try {
    one.answer = await link.call(query, data, { forMs: 0 });
    link.dispatchEvent(new CustomEvent("state", { detail: link.state }));
  } catch {
    one.notBefore = performance.now() + AGAIN_MS; // the next drawing asks again
  } finally {
    one.asking = false;
  }
}
