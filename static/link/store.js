// The state of a session in a browser: a snapshot, entries laid over it in the order of their numbers, ticks, and what
// was
// asked for beyond the windows of the snapshot.
// `merge` is the twin of `merge` in inquiry/realtime/windows.py; docs/protocol.md describes both.

import { declared, trim, unsure, windowOf } from "./windows.js";

/** A window is filled up when it lacks this many rows, or a quarter of its size. */
const LOW = 20;
const MOST_ROWS = 100;

/** Lay the rows of an entry over a state, and let go of what nothing holds. Returns a new state, rows are shared. */
export const merge = (state, changes, pinned) => trim(lay(state, changes), pinned);

/** The rows of an entry over those of a state; a row that is null is gone. */
function lay(state, changes) {
  const merged = { ...state };
  for (const [name, rows] of Object.entries(changes)) {
    const into = { ...(merged[name] ?? {}) };
    for (const [key, row] of Object.entries(rows)) {
      if (row === null) delete into[key];
      else into[key] = row;
    }
    merged[name] = into;
  }
  return merged;
}

export class Store {
  constructor() {
    this.reset();
  }

  reset() {
    this.ready = false;
    this.state = {};
    this.streams = {};
    this.held = [];
    this.pins = new Map(); // owner → {of, keys}: rows that stay whatever becomes of them
    this.sizes = new Map(); // "question.waiting" → how many rows of a window are wanted
    this.asking = new Set();
    this.doubtful = new Set(); // pinned rows from before the last snapshot
    this.gone = new Set(); // asked for, and not there
  }

  /** The numbers this reader got to, by stream: what `follow` wants as `seen`. */
  seen() {
    return Object.fromEntries(Object.entries(this.streams).map(([name, at]) => [name, at.seq]));
  }

  /** Begin anew from a snapshot; entries that came meanwhile and are newer are laid over it. */
  begin(snapshot) {
    this.asking.forEach((one) => (one.isOver = true));
    this.asking.clear();
    this.state = this.#continued(snapshot.state);
    this.streams = snapshot.streams;
    this.ready = true;
    return this.takeHeld();
  }

  /** Lay over what was held and fits now, in the order of its numbers; what still misses one before it stays held. */
  takeHeld() {
    const waiting = this.held.sort((a, b) => a.seq - b.seq);
    this.held = [];
    return waiting.filter((entry) => this.take(entry) === "applied");
  }

  /** Whether there are streams that stand beyond what this reader got to. */
  isBehind(streams) {
    return Object.entries(streams).some(([name, at]) => at.seq > (this.streams[name]?.seq ?? 0));
  }

  /** Whether this reader got beyond where one of the streams stands. */
  isAhead(streams) {
    return Object.entries(streams).some(([name, at]) => at.seq < (this.streams[name]?.seq ?? 0));
  }

  /**
   * "applied", "old", "held" (no snapshot yet), or "gap" when one before it is missing: the last two are kept for
   * later.
   */
  take(entry) {
    if (!this.ready) return this.#hold(entry, "held");
    const at = this.streams[entry.stream] ?? { seq: 0, hash: "" };
    if (entry.seq <= at.seq) return "old";
    if (entry.seq > at.seq + 1) return this.#hold(entry, "gap");
    this.state = merge(this.state, entry.state, this.#pinned);
    this.asking.forEach(({ since }) => since.push(entry));
    this.streams = { ...this.streams, [entry.stream]: { seq: entry.seq, hash: entry.hash } };
    return "applied";
  }

  #hold(entry, outcome) {
    const isHeld = this.held.some((one) => one.stream === entry.stream && one.seq === entry.seq);
    if (!isHeld) this.held.push(entry);
    return outcome;
  }

  /** Take over what only ticks carry. Returns whether this reader is behind, or on another history altogether. */
  tick(tick) {
    if (!this.ready) return false;
    const question = { ...(this.state.question ?? {}) };
    for (const [id, votes] of Object.entries(tick.tallies ?? {})) {
      if (question[id]) question[id] = { ...question[id], votes };
    }
    this.state = { ...this.state, question };
    if (tick.totals) this.state.totals = { [tick.session]: tick.totals };
    if (tick.lanes) this.state.lanes = { [tick.session]: tick.lanes };
    if (tick.verdict !== undefined) this.state.judging = tick.verdict ? { [tick.session]: tick.verdict } : {};
    return Object.entries(tick.streams).some(([name, at]) => {
      const mine = this.streams[name] ?? { seq: 0, hash: "" };
      return at.seq > mine.seq || (at.seq === mine.seq && at.hash !== mine.hash);
    });
  }

  /** Votes may have been missed of pinned rows that no snapshot holds: those are asked for anew. */
  doubt(tallies) {
    for (const { of, keys } of this.pins.values()) {
      for (const key of keys) {
        if (of === "question" && this.state.question?.[key] && !(key in tallies)) this.doubtful.add(`${of}:${key}`);
      }
    }
  }

  // --- beyond the snapshot -----------------------------------------------------------------------------------------

  #pinned = (of, key) => [...this.pins.values()].some((pin) => pin.of === of && pin.keys.has(key));

  /**
   * A new snapshot: windows stay as large as they were wanted, and what is pinned stays until it was asked for anew.
   */
  #continued(fresh) {
    let state = fresh;
    for (const { of, keys } of this.pins.values()) {
      for (const key of keys) {
        const row = this.state[of]?.[key];
        if (!row || state[of]?.[key]) continue;
        state = lay(state, { [of]: { [key]: row } });
        this.doubtful.add(`${of}:${key}`);
      }
    }
    for (const [place, size] of this.sizes) state = grown(state, ...place.split("."), size);
    return state;
  }

  /** Keep these rows whatever becomes of them; each `owner` has one set. */
  pin(owner, of, ids) {
    this.pins.set(owner, { of, keys: new Set([...ids].filter((id) => id != null).map(String)) });
  }

  /** Keep `size` rows of a window: what it lacks is asked for. A smaller number lets go of some. */
  want(of, title, size) {
    this.sizes.set(`${of}.${title}`, size);
    this.state = trim(grown(this.state, of, title, size), this.#pinned);
  }

  /**
   * What to ask for next, `{name, data, page}`: pinned rows that are not here, then the page of a window that ran low.
   */
  wanting() {
    for (const { of, keys } of this.pins.values()) {
      const ids = [...keys].filter((key) => (!this.state[of]?.[key] && !this.gone.has(`${of}:${key}`))
        || this.doubtful.has(`${of}:${key}`));
      if (ids.length) return { name: "live.rows", data: { of, ids: ids.slice(0, MOST_ROWS).map(Number) } };
    }
    const low = unsure(this.state).find(({ size, lacks }) => lacks >= Math.min(LOW, Math.ceil(size / 4)));
    if (!low) return null;
    const page = { of: low.of, title: low.title, after: low.edge };
    return { name: "live.next_page", data: { of: low.of, window: low.title, after: low.edge,
      most: Math.min(MOST_ROWS, low.lacks) }, page };
  }

  /** Before rows are asked for: what is told from now on may be newer than the answer. */
  ask() {
    const one = { since: [], isOver: false };
    this.asking.add(one);
    return one;
  }

  /** Lay the rows of an answer under what was told since it was asked for. Returns whether they could be used. */
  answer(asked, { rows, streams, edge }, page = null) {
    this.asking.delete(asked);
    if (asked.isOver || (page && windowOf(this.state, page.of, page.title).edge !== page.after)) return false;
    for (const [of, found] of Object.entries(rows)) {
      for (const [key, row] of Object.entries(found)) {
        this.doubtful.delete(`${of}:${key}`);
        if (row === null) this.gone.add(`${of}:${key}`);
      }
    }
    let state = lay(this.state, rows);
    if (page) state = declared(state, page.of, page.title, { edge });
    const newer = asked.since.filter((entry) => entry.seq > (streams[entry.stream]?.seq ?? 0));
    this.state = trim(newer.reduce((laid, entry) => lay(laid, entry.state), state), this.#pinned);
    return true;
  }

  /** Rows that came with another answer and are no part of the session's history: units. */
  know(rows) {
    this.state = trim(lay(this.state, rows), this.#pinned);
  }
}

const grown = (state, of, title, size) => (state.window?.[of]?.lists[title] ? declared(state, of, title, { size })
  : state);
