// Several moderators at once: who is looking at what. A hold lasts 30 seconds and is renewed while somebody works.

import { question } from "../link/state.js";

const REST_MS = 250;
const RENEW_MS = 12_000;
const AT_WORK_MS = 60_000;

export class Holds {
  constructor(desk) {
    Object.assign(this, { desk, told: {}, mine: null, workedAt: performance.now() });
    desk.link.addEventListener("tick", ({ detail }) => (this.told = detail.holds ?? {}));
    for (const sign of ["keydown", "pointermove", "wheel"]) {
      addEventListener(sign, () => (this.workedAt = performance.now()), { passive: true });
    }
    setInterval(() => this.#renew(), RENEW_MS);
  }

  /** The other moderator who is looking at a question, `{id, name}`; null if nobody is. */
  other(id) {
    const hold = this.told[id];
    return hold && hold.id !== this.desk.page.user && hold.until > this.desk.link.now() ? hold : null;
  }

  /** Look at a question: the others are told once the eye rests on it. */
  look(id) {
    if (id === this.mine) return;
    this.mine = id;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#hold(), REST_MS);
  }

  #renew() {
    if (!document.hidden && performance.now() - this.workedAt < AT_WORK_MS) this.#hold();
  }

  async #hold() {
    const one = question(this.desk.state, this.mine);
    if (!this.desk.live || one?.state !== "waiting" || this.other(one.id)) return;
    try {
      await this.desk.link.call("questions.hold", { question: one.id }, { forMs: 0 });
    } catch {
      // Another moderator was faster, or the link is lost: ticks and the status line tell about both.
    }
  }
}
