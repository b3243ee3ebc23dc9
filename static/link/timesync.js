// What time the server has: several samples, the one with the smallest round trip counts.
// Told by performance.now(), so that somebody who sets the clock of a phone cannot move a countdown. It may stand still
// while a machine sleeps: hence every message that carries the server's time is held against the own estimate.

/** A message may be under way for so long without the own clock being doubted. */
const LATE_MS = 1500;
/** So many late ones in a row are no late messages: the own clock is ahead. */
const MOST_LATE = 3;

export class TimeSync {
  constructor(ask) {
    this.ask = ask; // () => Promise<server milliseconds>
    this.offset = Date.now() - performance.now();
    this.trip = Infinity;
    this.late = [];
  }

  /** The server's time in milliseconds since the epoch, as well as we know it. */
  now() {
    return performance.now() + this.offset;
  }

  /**
   * A message with the server's time has come. It was said before now: an own clock that is behind it is put right at
   * once. One that is ahead may be right and the message late; when several say so the youngest is believed, and until
   * then the server is asked. What a cache may have kept (`isKept`) is always late.
   */
  heard(serverNow, { isKept = false } = {}) {
    const offset = serverNow - performance.now();
    if (!this.isKnown || offset > this.offset) return this.#take(offset);
    if (isKept) return null;
    if (this.offset - offset < LATE_MS) return this.late.splice(0);
    this.late.push(offset);
    if (this.late.length >= MOST_LATE) return this.#take(Math.max(...this.late));
    return this.sample(4);
  }

  #take(offset) {
    this.late.length = 0;
    this.isKnown = true;
    this.offset = offset;
  }

  async sample(times = 8) {
    if (this.isAsking) return;
    this.isAsking = true;
    let best = { trip: Infinity, offset: this.offset };
    for (let n = 0; n < times; n += 1) {
      const before = performance.now();
      let serverNow;
      try {
        serverNow = await this.ask();
      } catch {
        break;
      }
      const after = performance.now();
      const trip = after - before;
      if (trip < best.trip) best = { trip, offset: serverNow + trip / 2 - after };
    }
    this.isAsking = false;
    if (best.trip < Infinity) {
      this.#take(best.offset);
      this.trip = best.trip;
    }
  }
}
