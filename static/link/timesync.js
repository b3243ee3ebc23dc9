// What time the server has: several samples, the one with the smallest round trip counts.
// Told by performance.now(), so that somebody who sets the clock of a phone cannot move a countdown.

export class TimeSync {
  constructor(ask) {
    this.ask = ask; // () => Promise<server milliseconds>
    this.offset = Date.now() - performance.now();
    this.trip = Infinity;
  }

  /** The server's time in milliseconds since the epoch, as well as we know it. */
  now() {
    return performance.now() + this.offset;
  }

  /**
   * A first, rough estimate from any message that carries the server's time: the youngest was under way the shortest.
   */
  hint(serverNow) {
    if (this.trip < Infinity) return;
    const offset = serverNow - performance.now();
    this.offset = this.hinted ? Math.max(this.offset, offset) : offset;
    this.hinted = true;
  }

  async sample(times = 8) {
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
    if (best.trip < Infinity) {
      this.offset = best.offset;
      this.trip = best.trip;
    }
  }
}
