// The state of a session in a browser: a snapshot, entries laid over it in the order of their numbers, ticks.
// `merge` is the twin of `merge` in inquiry/realtime/views.py; docs/protocol.md describes both.

/** Lay the rows of an entry over a state; a row that is null is gone. Returns a new state, rows are shared. */
export function merge(state, changes) {
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
  }

  /** The numbers this reader got to, by stream: what `follow` wants as `seen`. */
  seen() {
    return Object.fromEntries(Object.entries(this.streams).map(([name, at]) => [name, at.seq]));
  }

  /** Begin anew from a snapshot; entries that came meanwhile and are newer are laid over it. */
  begin(snapshot) {
    this.state = snapshot.state;
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
    this.state = merge(this.state, entry.state);
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
    return Object.entries(tick.streams).some(([name, at]) => {
      const mine = this.streams[name] ?? { seq: 0, hash: "" };
      return at.seq > mine.seq || (at.seq === mine.seq && at.hash !== mine.hash);
    });
  }
}
