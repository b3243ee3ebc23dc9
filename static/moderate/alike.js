// What the current question is like: candidates to merge with, asked for once, and what texts have in common.

import { html } from "../vendor/lit-html/lit-html.js";
import { rows, unitName } from "../link/state.js";

const FRESH_MS = 30_000;
const KEPT = 60;
const RELATED = 0.35;

export class Alike {
  constructor(desk) {
    Object.assign(this, { desk, found: new Map() });
  }

  /** `{questions, failed}` for a question; null while they are being looked for. */
  of(id) {
    return this.found.get(id)?.answer ?? null;
  }

  async look(id) {
    const known = this.found.get(id);
    if (!this.desk.live || (known && performance.now() - known.at < FRESH_MS)) return;
    this.found.set(id, { at: performance.now(), answer: known?.answer ?? null });
    if (this.found.size > KEPT) this.found.delete(this.found.keys().next().value);
    let answer;
    try {
      answer = await this.desk.link.call("questions.candidates", { question: id }, { forMs: 4000 });
    } catch {
      answer = { questions: [], failed: true };
    }
    this.units = new Map([...(this.units ?? []), ...(answer.units ?? []).map((unit) => [unit.id, unit])].slice(-KEPT));
    this.desk.link.pin("alike", "unit", this.units.keys());
    this.desk.link.know({ unit: Object.fromEntries(this.units) });
    this.found.set(id, { at: answer.failed ? 0 : performance.now(), answer });
    this.desk.redraw();
  }
}

/** The unit that a text names, or to which most similar questions go; null when neither says anything. */
export function guessUnit(state, text, candidates) {
  const named = rows(state, "unit").filter((unit) => text.includes(stem(unit.name)));
  if (named.length) return named.sort((a, b) => b.name.length - a.name.length)[0].id;
  const votes = new Map();
  for (const one of candidates) {
    if (one.unit && (one.score ?? 0) >= RELATED) votes.set(one.unit, (votes.get(one.unit) ?? 0) + one.score);
  }
  const best = [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
  return best && unitName(state, best) ? best : null;
}

/** 市城市管理局 → 城市管理: what people write of a unit's name. */
function stem(name) {
  const short = name.replace(/^(市|县)/, "").replace(/(人民政府|管理局|委员会|局|办公室|街道办事处|街道)$/, "");
  return short.length >= 2 ? short : name;
}

/** The text with the pieces marked (two characters or more) that also stand in the other one. */
export function inCommon(text, other) {
  const pairs = new Set();
  for (let at = 0; at < other.length - 1; at += 1) pairs.add(other.slice(at, at + 2));
  const marked = Array.from(text, () => false);
  const letters = [...text];
  for (let at = 0; at < letters.length - 1; at += 1) {
    const pair = letters[at] + letters[at + 1];
    if (/^[\p{L}\p{N}]{2}$/u.test(pair) && pairs.has(pair)) marked[at] = marked[at + 1] = true;
  }
  const pieces = [];
  letters.forEach((letter, at) => {
    if (at && marked[at] === marked[at - 1]) pieces.at(-1).text += letter;
    else pieces.push({ same: marked[at], text: letter });
  });
  return pieces.map((piece) => (piece.same ? html`<span class="same">${piece.text}</span>` : piece.text));
}
