/**
 * The countdown as an OGraf graphic. It knows no server: it has `seconds` from when it is played, counted by a clock of
 * its own, which nobody can set. When they are over it counts on; actions pause it, let it go on and extend it.
 */
import { Countdown } from "../layers/countdown.js";
import { packaged } from "./packaged.js";

const OK = Object.freeze({ statusCode: 200 });
const AT_REST = Object.freeze({ started_at: null, paused_at: null, paused_ms: 0, extended_ms: 0 });

export default class extends packaged(Countdown) {
  clock = { now: () => performance.now() };
  #time = { seconds: 0 };
  #run = { ...AT_REST };

  async load({ data = {}, ...others } = {}) {
    this.#time = { seconds: 0, ...data };
    this.#run = { ...AT_REST };
    return super.load({ data: { ...data, timer: this.#timer() }, ...others });
  }

  async updateAction({ data = {}, ...others } = {}) {
    Object.assign(this.#time, data);
    return super.updateAction({ data: { ...data, timer: this.#timer() }, ...others });
  }

  async playAction(params) {
    this.#run.started_at ??= this.now();
    await this.updateAction();
    return super.playAction(params);
  }

  /** Whoever plays it again begins anew. */
  async stopAction(params) {
    const stopped = await super.stopAction(params);
    this.#run = { ...AT_REST };
    return stopped;
  }

  async customAction({ id, payload, ...others } = {}) {
    const run = this.#run;
    if (id === "pause") run.paused_at ??= this.now();
    else if (id === "resume" && run.paused_at !== null) {
      Object.assign(run, { paused_ms: run.paused_ms + this.now() - run.paused_at, paused_at: null });
    } else if (id === "extend") run.extended_ms += 1000 * (payload?.seconds ?? 0);
    else if (id !== "resume") return super.customAction({ id, payload, ...others });
    await this.updateAction();
    return OK;
  }

  /** The row of a slot, as the countdown reads it; null until it is played. */
  #timer() {
    const { seconds, warning_seconds: warning = 30, danger_seconds: danger = 10 } = this.#time;
    if (this.#run.started_at === null) return null;
    return { ...this.#run, allotted_ms: seconds * 1000, interrupted_ms: 0, is_interruption: false, ended_at: null,
      at_zero: "count_over", grace_ms: 0, time_called_at: this.#run.started_at, // over as soon as nothing is left
      warning_ms: warning * 1000, danger_ms: danger * 1000 };
  }
}
