// The live link of a page: one socket, one session followed, and commands that arrive exactly once. Where no socket can
// be had, or it is dead, the page lives on plain HTTP (plain.js) until there is one again.
//
//   const link = new Link({ session: 7, view: "public" });
//   link.addEventListener("state", () => render(link.state));       after every change
//   link.addEventListener("entry", (e) => e.detail);                one fact that was just applied
//   link.addEventListener("tick", (e) => e.detail);
//   link.addEventListener("skipped", () => …);                      the state went on without its entries: look again
//   link.addEventListener("status", () => link.status);             "connecting" | "live" | "plain" | "stale"
//   const answer = await link.call("questions.support", { question: 12 });   throws Refused

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { accepted, clientId, Refused, Unanswered } from "./answers.js";
import { Pace } from "./pace.js";
import { Plain, post } from "./plain.js";
import { Store } from "./store.js";
import { TimeSync } from "./timesync.js";

export { clientId, Refused, Unanswered } from "./answers.js";

const PLAIN_AFTER_MS = 3500;
const STALE_AFTER_MS = 5000;
const REOPEN_AFTER_MS = 9000;
/** A heartbeat was missed: nobody knows whether the time that is counted is still the one that was given. */
const FRESH_MS = 3500;
const RESAMPLE_EVERY_MS = 30000;
const HOLD_GAP_MS = 250;
const ACK_TIMEOUT_MS = 5000;
const OPENING_MS = 6000;
const SOCKET_FIRST = ["websocket", "polling"];
const POLLING_FIRST = ["polling", "websocket"];
/** Whoever lives on snapshots looks at the lists beside them this often at most. */
const SKIPPED_EVERY_MS = 15000;
/** So many snapshots older than ours in a row are no old ones in a cache: the history is another one. */
const MOST_OLDER = 5;
const ASK_AGAIN_MS = 3000;
const REFUSED_MS = 4000;
/** This reader may not follow any more: the page says why. */
const TURNED_AWAY = ["SIGNED_OUT", "FORBIDDEN", "NOT_PUBLIC", "NOT_FOUND", "TOKEN_REFUSED", "BEYOND_TOKEN"];

/** A moment by both clocks of this machine: the one stands still while it sleeps, the other can be set. */
const moment = () => ({ even: performance.now(), wall: Date.now() });
/** How long ago that was by the clock that says more; for ever, if it never was. */
const since = (at) => (at ? Math.max(performance.now() - at.even, Date.now() - at.wall) : Infinity);

export class Link extends EventTarget {
  /** `pages`: whether this page looks beyond the windows of its snapshot, as desks do. An output shows a `token`. */
  constructor({ session, view = "public", pages = false, token = null }) {
    super();
    this.pages = pages;
    this.headers = token ? { Authorization: `Bearer ${token}` } : {};
    this.session = session;
    this.view = view;
    this.status = "connecting";
    this.viewers = 0;
    this.screens = null; // how many studio screens are there: only the crew is told
    this.muteScreens = 0; // and how many of them play a film without its sound
    this.stuckScreens = 0; // or do not play it
    this.store = new Store();
    this.heardAt = moment();
    this.older = 0;
    this.skippedAt = 0;
    this.socket = io({
      transports: SOCKET_FIRST, timeout: OPENING_MS, auth: token ? { token } : {},
      reconnectionDelay: 1000, reconnectionDelayMax: 5000, randomizationFactor: 0.8,
    });
    this.plain = new Plain({
      address: this.#address, headers: this.headers, turnedAway: () => location.reload(),
      heard: (snapshot, isOld) => this.#heardPlainly(snapshot, isOld),
    });
    this.time = new TimeSync(async () => (await this.#emit("time", {}, 2000)).now);
    this.socket.on("connect", () => this.#arrive());
    this.socket.on("connect_error", ({ message, data }) => (data?.code === "TOKEN_REFUSED" ? location.reload()
      : this.#tryAnother(message === "timeout")));
    this.socket.on("disconnect", () => this.#confess());
    this.pace = new Pace(() => this.time.now());
    // A socket may read in several views; a process before that says none.
    const own = ({ view = this.view }) => view === this.view;
    this.socket.on("entry", (entry) => own(entry) && this.#hear(entry.at, () => this.#entry(entry)));
    this.socket.on("tick", (tick) => own(tick) && this.#hearTick(tick));
    setInterval(() => this.#watch(), 1000);
    setInterval(() => this.time.sample(4), RESAMPLE_EVERY_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.time.sample(4));
  }

  /** Go on from a snapshot that came with the page: what happened since is told when the session is followed. */
  begin(snapshot) {
    this.#begin(snapshot);
    this.#changed();
  }

  get state() {
    return this.store.state;
  }

  get ready() {
    return this.store.ready;
  }

  /** Whether what is shown is the truth, give or take two seconds, and commands arrive. */
  get reachable() {
    return this.status === "live" || this.status === "plain";
  }

  get #address() {
    return `/live/${this.session}/snapshot${this.view === "public" ? "" : `/${this.view}`}`; // one for all caches
  }

  get #silence() {
    return since(this.heardAt);
  }

  /** Whether the server was heard just now: what is counted from old data is no time at all. */
  get isFresh() {
    const plainly = this.status === "plain" ? since(this.plainAt) - (STALE_AFTER_MS - FRESH_MS) : Infinity;
    return this.ready && Math.min(this.#silence, plainly) < FRESH_MS;
  }

  /** The time that the page shows, in milliseconds: the server's or, beside a picture, that of what is seen. */
  now() {
    return this.time.now() - this.pace.behind;
  }

  /** Send a command or query, again and again with the same key until it is answered or `forMs` is over. */
  async call(name, data = {}, { key = clientId(), forMs = 20000 } = {}) {
    for (const until = performance.now() + forMs;;) {
      try {
        return await this.#ask(name, { ...data, client_id: key }, ACK_TIMEOUT_MS);
      } catch (problem) {
        if (!(problem instanceof Unanswered) || performance.now() > until) throw problem;
      }
      await new Promise((resolve) => setTimeout(resolve, 400 + 400 * Math.random()));
    }
  }

  // --- beyond the snapshot -----------------------------------------------------------------------------------------

  /**
   * Keep these rows in the state (of an `owner`, who names all of them each time); those that are missing are asked
   * for.
   */
  pin(owner, of, ids) {
    this.store.pin(owner, of, ids);
    this.#changed();
  }

  /** Rows of units that came with an answer. */
  know(rows) {
    this.store.know(rows);
    this.#changed();
  }

  /** Hold so many rows of a window. */
  want(of, title, size) {
    this.store.want(of, title, size);
    this.#changed();
  }

  /** A query whose answer holds rows: `keep(answer)` pins what is wanted of them, then they are part of the state. */
  async look(name, data, keep = () => {}) {
    const asked = this.store.ask();
    let answer;
    try {
      answer = await this.call(name, { session: this.session, ...data }, { forMs: 8000 });
    } catch (problem) {
      this.store.asking.delete(asked);
      throw problem;
    }
    keep(answer);
    const isUsed = this.store.answer(asked, answer);
    this.#changed();
    return isUsed ? answer : this.look(name, data, keep);
  }

  /** What is missing is asked for, one question at a time. */
  async #askForMore() {
    const wanted = this.pages && this.reachable && !this.isAsking ? this.store.wanting() : null;
    if (!wanted) return;
    this.isAsking = true;
    const asked = this.store.ask();
    try {
      const message = { session: this.session, view: this.view, ...wanted.data };
      this.store.answer(asked, await this.call(wanted.name, message, { forMs: 0 }), wanted.page);
      this.isAsking = false;
      this.#changed();
    } catch {
      this.store.asking.delete(asked);
      setTimeout(() => ((this.isAsking = false), this.#changed()), ASK_AGAIN_MS);
    }
  }

  async #ask(name, data, timeout) {
    if (!this.plain.runs) return this.#emit(name, data, timeout);
    const answer = await post(name, data, timeout, this.headers);
    if (!answer) throw new Unanswered(name);
    return accepted(name, answer);
  }

  #emit(name, data, timeout) {
    return new Promise((resolve, reject) => {
      if (!this.socket.connected) return reject(new Unanswered(name));
      const fail = () => reject(new Unanswered(name)); // nothing comes back on a socket that was closed
      this.socket.once("disconnect", fail);
      return this.socket.timeout(timeout).emit(name, data, (late, answer) => {
        this.socket.off("disconnect", fail);
        if (late) fail();
        else resolve(answer);
      });
    }).then((answer) => accepted(name, answer));
  }

  #arrive() {
    this.failed = 0;
    this.socket.io.opts.transports = SOCKET_FIRST;
    this.#follow();
  }

  /**
   * A proxy may refuse WebSockets: every third attempt begins by long-polling. Where one opens and nothing comes
   * through, the next does. A server without its database refuses by a word, after which the library does
   * not try again by itself.
   */
  #tryAnother(hung) {
    this.failed = (this.failed ?? 0) + (hung ? 2 : 1);
    this.socket.io.opts.transports = this.failed % 3 === 2 ? POLLING_FIRST : SOCKET_FIRST;
    if (!this.socket.active) setTimeout(() => this.socket.connect(), REFUSED_MS * (1 + Math.random()));
  }

  /** Enter the rooms first, then take the snapshot: what happens in between is held and laid over it. */
  async #follow() {
    if (this.following) return;
    this.following = true;
    const line = this.socket.id;
    try {
      const answer = await this.#enter();
      this.time.heard(answer.now);
      if (answer.entries) this.#catchUpWith(answer);
      else await this.#snapshot(answer.streams);
      if (this.socket.id !== line) throw new Unanswered("follow"); // the picture was waited for, and the line broke
      this.heardAt = moment();
      this.plain.stop();
      this.#say("live");
      this.#changed();
    } catch (problem) {
      if (problem instanceof Refused && TURNED_AWAY.includes(problem.code)) location.reload();
      setTimeout(() => this.socket.connected && this.#follow(), 1000 + 1000 * Math.random());
      return;
    } finally {
      this.following = false;
    }
    this.time.sample();
  }

  #enter() {
    const seen = this.store.ready ? this.store.seen() : null;
    return this.#emit("follow", { session: this.session, view: this.view, ...(seen ? { seen } : {}) }, ACK_TIMEOUT_MS);
  }

  /** A cache on the way may have kept one from before the moment in which we entered. */
  async #snapshot(streams) {
    const isInStep = this.store.ready && this.pace.behind > 0;
    this.store.ready = isInStep;
    const response = await fetch(this.#address, { cache: "no-store", headers: this.headers });
    if (!response.ok) throw new Unanswered("snapshot");
    const snapshot = await response.json();
    if (isInStep) await new Promise((resolve) => this.pace.at(snapshot.now, resolve));
    this.#begin(snapshot);
    if (this.store.isBehind(streams)) this.#catchUpWith(await this.#enter());
    this.#tell("skipped");
  }

  /** What was missed; and the votes given meanwhile, which no entry tells (a process before that says none). */
  #catchUpWith({ entries, tick, now }) {
    (entries ?? []).forEach((entry) => this.pace.at(entry.at, () => this.#entry(entry)));
    if (entries && tick) this.pace.at(now, () => (this.store.doubt(tick.tallies), this.#tick(tick)));
  }

  #begin(snapshot) {
    for (const entry of this.store.begin(snapshot)) this.#tell("entry", entry);
    this.store.tick(snapshot);
    this.time.heard(snapshot.now, { isKept: true });
    this.#carry(snapshot);
    this.#tell("tick", snapshot);
  }

  #carry({ viewers, screens, mute_screens: mute, stuck_screens: stuck }) {
    this.viewers = viewers;
    this.screens = screens ?? this.screens;
    this.muteScreens = mute ?? this.muteScreens;
    this.stuckScreens = stuck ?? this.stuckScreens;
  }

  /** An answer to somebody without a socket; null when nothing is new. What is old is shown, and is not the truth. */
  #heardPlainly(snapshot, isOld) {
    if (snapshot) {
      this.time.heard(snapshot.now, { isKept: true });
      this.pace.at(snapshot.now, () => this.#takePlainly(snapshot));
    }
    if (!this.store.ready || isOld) return;
    this.plainAt = moment();
    this.#say("plain");
    this.#changed();
  }

  #takePlainly(snapshot) {
    this.older = this.store.ready && this.store.isAhead(snapshot.streams) ? this.older + 1 : 0;
    if (this.older % MOST_OLDER) return;
    const skipped = !this.store.ready || this.store.isBehind(snapshot.streams);
    this.#begin(snapshot);
    this.#changed();
    if (!skipped || performance.now() - this.skippedAt < SKIPPED_EVERY_MS) return;
    this.skippedAt = performance.now();
    this.#tell("skipped");
  }

  /** What came by the socket is shown in its order, when the picture beside it has come so far. */
  #hear(at, show) {
    this.heardAt = moment();
    this.pace.at(at, show);
  }

  #hearTick(tick) {
    this.time.heard(tick.now);
    this.plain.stop();
    this.#say("live");
    this.#hear(tick.now, () => this.#tick(tick));
  }

  #entry(entry) {
    // Entries of two transactions may overtake each other by a moment; only a real gap is worth a question.
    if (this.#apply(entry) === "gap") this.gapTimer ??= setTimeout(() => this.#closeGap(), HOLD_GAP_MS);
    this.#changed();
  }

  #apply(entry) {
    const outcome = this.store.take(entry);
    if (outcome === "applied") [entry, ...this.store.takeHeld()].forEach((one) => this.#tell("entry", one));
    return outcome;
  }

  #closeGap() {
    this.gapTimer = null;
    if (this.store.held.length) this.#follow();
  }

  #tick(tick) {
    this.#carry(tick);
    const behind = this.store.tick(tick);
    // A tick may overtake the entry it already counts; being behind in two ticks running is not that.
    if (behind && this.wasBehind) this.#catchUp(tick);
    this.wasBehind = behind;
    this.#tell("tick", tick);
    this.#changed();
  }

  #catchUp(tick) {
    const numberOf = (name) => this.store.streams[name]?.seq ?? 0;
    const otherHistory = Object.entries(tick.streams).some(([name, at]) => numberOf(name) >= at.seq);
    if (otherHistory) Object.assign(this.store, { ready: false, held: [] });
    this.#follow();
  }

  /** A half-open socket does not say that it is dead: silence does. */
  #watch() {
    const silence = this.#silence;
    if (silence > PLAIN_AFTER_MS) this.plain.start();
    if (silence > STALE_AFTER_MS) this.#confess();
    if (this.socket.connected && Math.min(silence, since(this.reopenedAt)) > REOPEN_AFTER_MS) {
      this.reopenedAt = moment();
      this.socket.disconnect().connect();
    }
  }

  /** The socket is no good; whoever was answered over HTTP just now is in step all the same. */
  #confess() {
    if (since(this.plainAt) > STALE_AFTER_MS) this.#say("stale");
  }

  #say(status) {
    if (status === this.status) return;
    this.status = status;
    document.documentElement.dataset.link = status;
    const note = document.getElementById("by-asking");
    if (note) note.hidden = status !== "plain";
    this.#tell("status", status);
  }

  #changed() {
    if (!this.store.ready || this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.#tell("state", this.store.state);
      this.#askForMore();
    });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
