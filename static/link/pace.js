// Whoever watches sees everything a few seconds late: what is told beside the picture waits until it has come so far.

/** A picture that is further behind cannot be waited for; whatever is told waits no longer than this. */
export const MOST_BEHIND_MS = 15000;
const LOOK_EVERY_MS = 100;

export class Pace {
  #waiting = [];
  #clock = () => undefined;
  #lag = { behind: 0, until: 0 };

  /** `now` is the server's time in milliseconds. */
  constructor(now) {
    this.now = now;
  }

  /**
   * Follow a picture: `clock()` is the server's time at which what it shows was filmed; null while nobody knows, as
   * while it stands still, undefined where there is none to wait for.
   */
  follow(clock) {
    this.#clock = clock;
  }

  /**
   * How many milliseconds behind the present the page shows: none without a picture that can be followed. One that
   * stands still for a moment goes on: until then the page stays as far behind as it was.
   */
  get behind() {
    const shown = this.#clock();
    if (shown === undefined) this.#lag = { behind: 0, until: 0 };
    else if (shown !== null) this.#lag = { behind: this.now() - shown, until: performance.now() + MOST_BEHIND_MS };
    const { behind, until } = this.#lag;
    return behind > 0 && behind <= MOST_BEHIND_MS && performance.now() < until ? behind : 0;
  }

  /** Do this when the picture shows what happened at that time, after all that came before; at once without one. */
  at(time, show) {
    this.#waiting.push({ time, show, until: performance.now() + MOST_BEHIND_MS });
    this.#look();
  }

  #look = () => {
    clearTimeout(this.timer);
    while (this.#waiting.length && this.#isDue(this.#waiting[0])) this.#waiting.shift().show();
    if (this.#waiting.length) this.timer = setTimeout(this.#look, LOOK_EVERY_MS);
  };

  #isDue({ time, until }) {
    return time <= this.now() - this.behind || performance.now() > until;
  }
}
