/** The film on air: it plays by the server's clock, so that a page that comes later is where all are. */
import { Refused } from "../link/link.js";
import { filmOnAir } from "../link/film.js";
import { session as sessionOf } from "../link/state.js";

/** Further off than this it jumps, but seldom; nearer it hastens or lingers, which nobody hears. */
const FAR_S = 0.35;
const NEAR_S = 0.04;
const HASTE = 0.04;
const JUMPS_MS = 2000;
const LOOK_MS = 200;
const AGAIN_MS = 2000;
/** Its last picture stands for so long: what follows by itself comes into it, and no card flashes up between. */
const STANDS_MS = 1500;
/** What was loaded before is given a new address now and then, none is good for ever; what failed, soon. */
const FRESH_MS = 300_000;
/** A picture that should run and has not for so long has stalled. */
const STALLED_MS = 2000;
/** Captions stand above the edge that a set may cut off: on the third line from below. */
const LINE = -3;

/** A cue is markup; these are words. */
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const FINAL = ["SIGNED_OUT", "FORBIDDEN", "NOT_FOUND"];
/** Why a video cannot play, by the code of its error. */
const WHY = { 2: "network", 3: "broken", 4: "unreadable" };

export class FilmPlayer {
  #asked = "";
  #film = null;
  #video = null;
  #next = null; // {id, video, at, isOld}, loaded before it is on air
  #jumped = 0;
  #isOver = false;
  #ran = 0; // when it was seen to run last

  /**
   * `place` holds the film and nothing else; `next(state)` names what comes next, for pages that load it before;
   * `changed()` is called when it plays otherwise than it did (`told`). On a desk it is `small`: without sound, nothing
   * is loaded before it is on air, and its poster stands where it cannot be played.
   */
  constructor(link, place, { next = () => null, changed = () => {}, small = false } = {}) {
    Object.assign(this, { link, place, next, changed, small, isMuted: small, isShown: true, told: "" });
    setInterval(() => this.#look(), LOOK_MS);
    if (small) return;
    this.sound = new AudioContext(); // runs where a page may sound before anybody has pressed something there
    for (const press of ["pointerdown", "keydown"]) document.addEventListener(press, () => this.#unmute());
  }

  /** Whether a film has no sound here, or would have none, because nobody has pressed anything on this page yet. */
  get isMute() {
    return this.#film ? this.isMuted : this.sound.state !== "running";
  }

  /** How the film is here, in a word that the crew is told: `plays`, `mute`, `stalled`, or why it cannot be played;
   * empty while there is none, and before it has begun. */
  #found() {
    const video = this.#video;
    if (!this.#film || this.#at * 1000 >= this.#film.duration_ms) return "";
    if (video.error) return WHY[video.error.code] ?? "unreadable";
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !video.paused && !video.seeking) {
      this.#ran = performance.now();
      return this.isMuted ? "mute" : "plays";
    }
    return performance.now() - this.#ran > STALLED_MS ? "stalled" : this.told;
  }

  #tell() {
    const told = this.#found();
    if (told === this.told) return;
    this.told = told;
    this.changed();
  }

  /** Whether a film should play here and does not. */
  get isStuck() {
    return !["", "plays", "mute"].includes(this.told);
  }

  /** Called with each state; `isShown`: nothing else has taken its place on the screen. */
  follow(state, isShown = true) {
    const { state: now, floor_item: item, floor_rev: rev } = sessionOf(state);
    this.isShown = isShown;
    const isAsked = now === "live" && (!this.small || filmOnAir(state));
    const key = isAsked ? `${item} ${rev} ${this.next(state)}` : "";
    if (key !== this.#asked) {
      this.#asked = key;
      if (item === null || this.#film?.item !== item) this.#stop();
      if (key) this.#ask(key);
    }
    this.#show();
  }

  async #ask(key) {
    try {
      const { film, next } = await this.link.call("media.see_film", { session: this.link.session }, { forMs: 4000 });
      if (key !== this.#asked) return;
      if (film) this.#take(film);
      else this.#stop();
      if (!this.small) this.#prepare(next);
    } catch (problem) {
      const isFinal = problem instanceof Refused && FINAL.includes(problem.code);
      if (!isFinal && key === this.#asked) setTimeout(() => this.#again(), AGAIN_MS);
    }
  }

  #again() {
    if (this.#asked) this.#ask(this.#asked);
  }

  #take(film) {
    const isSame = this.#film?.id === film.id && this.#film.started_at === film.started_at;
    if (isSame && !this.#video.error) return;
    this.#stop();
    this.#film = film;
    this.#ran = performance.now();
    const ready = this.#next?.id === film.id ? this.#next.video : null;
    this.#video = ready && !ready.error ? ready : this.#made(film);
    this.#next = null;
    const track = this.#video.addTextTrack("captions");
    track.mode = "showing";
    for (const [from, to, text] of film.cues) {
      track.addCue(Object.assign(new VTTCue(from / 1000, to / 1000, plain(text)), { line: LINE }));
    }
    this.place.replaceChildren(this.#video);
    if (this.small) this.#video.poster = film.poster;
    else this.#video.addEventListener("error", () => setTimeout(() => this.#film === film && this.#again(), AGAIN_MS));
    this.#jump(this.#at);
    this.#play();
  }

  #made({ address }) {
    return Object.assign(document.createElement("video"), { src: address, preload: "auto", playsInline: true,
      disableRemotePlayback: true });
  }

  #prepare(next) {
    if (!next || next.id === this.#film?.id) this.#next = null;
    else if (this.#next?.id !== next.id || this.#next.isOld) {
      this.#next = { id: next.id, video: this.#made(next), at: performance.now(), isOld: false };
    }
  }

  /** Where it is by the clock, in seconds. */
  get #at() {
    return (this.link.now() - this.#film.started_at) / 1000;
  }

  #jump(to) {
    this.#jumped = performance.now();
    if (to > FAR_S) this.#video.currentTime = to;
  }

  async #play() {
    const video = this.#video;
    try {
      video.muted = this.isMuted = this.small;
      await video.play();
    } catch ({ name }) {
      if (name !== "NotAllowedError" || video !== this.#video) return;
      video.muted = this.isMuted = true; // the picture at least; the crew is told
      video.play().catch(() => {});
    }
    this.#show();
  }

  #unmute() {
    this.sound.resume();
    if (!this.#video || !this.isMuted) return;
    this.isMuted = false;
    this.#show();
  }

  #look() {
    const [film, video] = [this.#film, this.#video];
    const good = this.#next?.video.error ? AGAIN_MS : FRESH_MS;
    if (this.#next && !this.#next.isOld && performance.now() - this.#next.at > good) {
      this.#next.isOld = true;
      this.#again();
    }
    this.#tell();
    if (!film) return;
    const at = this.#at;
    this.#isOver = at * 1000 > film.duration_ms + STANDS_MS;
    this.#show();
    if (at * 1000 >= film.duration_ms || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (video.paused && !video.ended) video.play().catch(() => {});
    const off = at - video.currentTime;
    const hastens = Math.abs(off) > NEAR_S ? 1 + Math.sign(off) * HASTE : 1;
    if (Math.abs(off) <= FAR_S || video.seeking || performance.now() - this.#jumped < JUMPS_MS) {
      if (video.playbackRate !== hastens) video.playbackRate = hastens;
    } else this.#jump(at);
  }

  #show() {
    const video = this.#video;
    const hasPicture = () => this.small || video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const isThere = Boolean(this.#film) && !this.#isOver && hasPicture();
    this.place.hidden = !(isThere && this.isShown);
    this.place.dataset.sound = !this.#film ? "" : this.isMuted ? "muted" : "on";
    if (video) video.muted = this.isMuted || this.place.hidden; // black is silent
  }

  #stop() {
    this.#video?.pause();
    this.#video?.removeAttribute("src");
    this.#video?.load(); // lets go of what it had loaded
    this.place.replaceChildren();
    [this.#film, this.#video, this.#isOver] = [null, null, false];
    this.#show();
  }
}
