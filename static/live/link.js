// The live link of a page: one socket, one session followed, and commands that arrive exactly once.
//
//   const link = new Link({ session: 7, view: "public" });
//   link.addEventListener("state", () => render(link.state));       after every change
//   link.addEventListener("entry", (e) => e.detail);                one fact that was just applied
//   link.addEventListener("tick", (e) => e.detail);
//   link.addEventListener("status", () => link.status);             "connecting" | "live" | "stale"
//   const answer = await link.call("questions.support", { question: 12 });   throws Refused

import { io } from "/static/vendor/socket.io-client/socket.io.esm.min.js";
import { Store } from "/static/live/store.js";
import { TimeSync } from "/static/live/timesync.js";

const STALE_AFTER_MS = 5000;
const REOPEN_AFTER_MS = 9000;
const RESAMPLE_EVERY_MS = 30000;
const HOLD_GAP_MS = 250;
const ACK_TIMEOUT_MS = 5000;

/** The server said no: `code`, `message` (in the reader's language) and `data`. Nothing was changed. */
export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.data = error.data ?? {};
  }
}

/** No answer came in time; it is unknown whether the server did it, so only the same client_id may be sent again. */
export class Unanswered extends Error {}

/** A key made once for one press: however often it is sent, it is done once. */
export function clientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Link extends EventTarget {
  constructor({ session, view = "public" }) {
    super();
    this.session = session;
    this.view = view;
    this.status = "connecting";
    this.viewers = 0;
    this.store = new Store();
    this.heardAt = performance.now();
    this.socket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 4000, randomizationFactor: 0.5 });
    this.time = new TimeSync(async () => (await this.#ask("time", {}, 2000)).now);
    this.socket.on("connect", () => this.#follow());
    this.socket.on("disconnect", () => this.#say("stale"));
    this.socket.on("entry", (entry) => this.#entry(entry));
    this.socket.on("tick", (tick) => this.#tick(tick));
    setInterval(() => this.#watch(), 1000);
    setInterval(() => this.time.sample(4), RESAMPLE_EVERY_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.time.sample(4));
  }

  get state() {
    return this.store.state;
  }

  get ready() {
    return this.store.ready;
  }

  /** The server's time in milliseconds. */
  now() {
    return this.time.now();
  }

  /** Send a command or query, again and again with the same key until it is answered or `forMs` is over. */
  async call(name, data = {}, { key = clientId(), forMs = 20000 } = {}) {
    const until = performance.now() + forMs;
    for (;;) {
      try {
        return await this.#ask(name, { ...data, client_id: key }, ACK_TIMEOUT_MS);
      } catch (problem) {
        if (!(problem instanceof Unanswered) || performance.now() > until) throw problem;
      }
      await new Promise((resolve) => setTimeout(resolve, 400 + 400 * Math.random()));
    }
  }

  #ask(name, data, timeout) {
    return new Promise((resolve, reject) => {
      if (!this.socket.connected) return reject(new Unanswered(name));
      this.socket.timeout(timeout).emit(name, data, (late, answer) => {
        if (late) reject(new Unanswered(name));
        else if (answer?.ok) resolve(answer);
        else reject(new Refused(answer?.error ?? { code: "BROKEN", message: name, data: {} }));
      });
    });
  }

  /** Enter the rooms first, then take the snapshot: what happens in between is held and laid over it. */
  async #follow() {
    if (this.following) return;
    this.following = true;
    try {
      const seen = this.store.ready ? this.store.seen() : null;
      const answer = await this.#ask("follow", { session: this.session, view: this.view, ...(seen ? { seen } : {}) }, ACK_TIMEOUT_MS);
      this.time.hint(answer.now);
      if (answer.entries) answer.entries.forEach((entry) => this.#apply(entry));
      else await this.#snapshot();
      this.heardAt = performance.now();
      this.#say("live");
      this.#changed();
    } catch (problem) {
      if (problem instanceof Refused && problem.code === "SIGNED_OUT") location.reload();
      setTimeout(() => this.socket.connected && this.#follow(), 1000 + 1000 * Math.random());
      return;
    } finally {
      this.following = false;
    }
    this.time.sample();
  }

  async #snapshot() {
    this.store.ready = false;
    const response = await fetch(`/live/${this.session}/snapshot${this.view === "staff" ? "/staff" : ""}`, { cache: "no-store" });
    if (!response.ok) throw new Unanswered("snapshot");
    for (const entry of this.store.begin(await response.json())) this.#tell("entry", entry);
  }

  #entry(entry) {
    this.heardAt = performance.now();
    if (this.#apply(entry) === "gap" && !this.gapTimer) {
      // Entries of two transactions may overtake each other by a moment; only a real gap is worth a question.
      this.store.held.push(entry);
      this.gapTimer = setTimeout(() => this.#closeGap(), HOLD_GAP_MS);
    }
    this.#changed();
  }

  #apply(entry) {
    const outcome = this.store.take(entry);
    if (outcome === "applied") {
      this.#tell("entry", entry);
      const held = this.store.held.sort((a, b) => a.seq - b.seq);
      this.store.held = [];
      for (const one of held) if (this.store.take(one) === "applied") this.#tell("entry", one);
    } else if (outcome === "gap") {
      this.store.held.push(entry);
    }
    return outcome;
  }

  #closeGap() {
    this.gapTimer = null;
    if (this.store.held.length) {
      this.store.held = [];
      this.#follow();
    }
  }

  #tick(tick) {
    this.heardAt = performance.now();
    this.viewers = tick.viewers;
    this.time.hint(tick.now);
    const behind = this.store.tick(tick);
    // A tick may overtake the entry it already counts; being behind in two ticks running is not that.
    if (behind && this.wasBehind) this.#catchUp(tick);
    this.wasBehind = behind;
    this.#say("live");
    this.#tell("tick", tick);
    this.#changed();
  }

  #catchUp(tick) {
    const otherHistory = Object.entries(tick.streams).some(([name, at]) => (this.store.streams[name]?.seq ?? 0) >= at.seq);
    if (otherHistory) this.store.ready = false;
    this.#follow();
  }

  /** A half-open socket does not say that it is dead: silence does. */
  #watch() {
    const silence = performance.now() - this.heardAt;
    if (silence > STALE_AFTER_MS) this.#say("stale");
    if (silence > REOPEN_AFTER_MS && this.socket.connected) {
      this.heardAt = performance.now();
      this.socket.disconnect().connect();
    }
  }

  #say(status) {
    if (status === this.status) return;
    this.status = status;
    document.documentElement.dataset.link = status;
    this.#tell("status", status);
  }

  #changed() {
    if (!this.store.ready || this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.#tell("state", this.store.state);
    });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
