// The picture on a page: what is seen of it, and what its viewer chose: picture, sound, or words alone. Nothing sounds
// that nobody asked for. Where a page has a live link, what it tells is shown in step with the picture.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { MOST_BEHIND_MS } from "../link/pace.js";
import { Player } from "./player.js";
import { words } from "./words.js";

const w = say(words);
const CHOICES = ["picture", "sound", "text"];
const KEPT = "inquiry.picture";
const PAINT_MS = 500;
/** A page that hears of nothing by itself looks so often; the more so while there is no picture. */
const LOOK_MS = 10000;
const LOOK_FOR_IT_MS = 4000;
/** Where no answer came, or one that a cache kept from before what is known here: asked again soon, and ever later. */
const AGAIN_MS = 1500;
const SELDOM_MS = 60000;
const MEGABYTE = 1e6;

export class Picture {
  #there = null; // {source, state, address, good_for_ms}
  #row = null; // what the link tells of it, which is newer than any answer
  #inVain = 0;
  #doubts = 0; // so many answers more may be from before what was told
  #renewAt = Infinity;
  #problem = "";
  #isWanted = true;

  /** `link`: the live link of the page, if it has one; `inStep`: whether what it tells waits for the picture. */
  constructor(place, { link = null, inStep = false } = {}) {
    Object.assign(this, { place, link, inStep });
    const { session, view } = place.dataset;
    this.address = `/live/${session}/picture${view === "public" ? "" : "/internal"}`;
    this.choice = remembered();
    this.video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, className: "seen" });
    this.video.setAttribute("aria-label", w.title);
    this.player = new Player(this.video);
    for (const name of ["problem", "blocked", "cannot"]) {
      this.player.addEventListener(name, () => this.#trouble(name));
    }
    this.video.addEventListener("playing", () => this.#clear());
    this.video.addEventListener("volumechange", () => this.#draw());
    const filmed = () => (this.choice === "text" ? undefined : this.player.filmedAt);
    if (inStep) link.pace.follow(filmed);
    if (link) this.#follow();
    else this.#look();
    setInterval(() => this.#paint(), PAINT_MS);
  }

  /** Whether the page shows it at all. */
  set isWanted(is) {
    if (this.#isWanted === is) return;
    this.#isWanted = is;
    this.#play();
  }

  /** The link says whether there is a picture; where it lies is asked for when it comes another way. */
  #follow() {
    this.link.addEventListener("state", () => this.#hear());
    // From one address to another: the row is as it was, and what a cache kept looks like the truth.
    this.link.addEventListener("entry", ({ detail }) => detail.kind === "media.source_chosen" && this.#doubt());
  }

  #hear() {
    const [row = null] = Object.values(this.link.state.programme ?? {});
    const { source, state } = this.#row ?? {};
    if (row?.source === source && row?.state === state) return;
    this.#row = row;
    this.#play();
    this.#draw();
    if (this.#isOld) this.#look();
  }

  #doubt() {
    this.#doubts = 2;
    this.#look();
  }

  async #look() {
    clearTimeout(this.timer);
    const asked = (this.asked = {});
    const there = await where(this.address);
    if (asked !== this.asked) return; // asked again meanwhile
    if (there) this.#take(there);
    this.#inVain = !there || this.#isOld || this.#doubts ? this.#inVain + 1 : 0;
    this.#doubts = Math.max(0, this.#doubts - 1);
    const wait = this.#pause();
    if (wait) this.timer = setTimeout(() => this.#look(), vary(wait));
  }

  /** How long until the next look; 0: the link says when, or what is known is no longer good. */
  #pause() {
    if (this.#inVain) return Math.min(SELDOM_MS, AGAIN_MS * 2 ** (this.#inVain - 1));
    if (this.link || this.#there.source === "none") return 0;
    return this.#isThere ? LOOK_MS : LOOK_FOR_IT_MS;
  }

  /** Whether the answer is of another picture than the one that the link tells of. */
  get #isOld() {
    return Boolean(this.link) && (this.#row?.source ?? "none") !== (this.#there?.source ?? "none");
  }

  #take(there) {
    this.#there = there;
    // Not all in the same second, and long before it ends.
    this.#renewAt = there.address ? performance.now() + vary(there.good_for_ms / 2) : Infinity;
    this.#play();
    this.#draw();
  }

  get #state() {
    return (this.#isOld ? this.#there : this.#row ?? this.#there)?.state;
  }

  get #isThere() {
    return this.#state === "on" || this.#there?.source === "address";
  }

  get #isElsewhere() {
    return this.#there?.source === "address" && new URL(this.#there.address).origin !== this.place.dataset.origin;
  }

  #play() {
    const { address } = this.#there ?? {};
    this.player.isWaiting = !this.#isThere;
    if (!this.#isWanted || this.choice === "text" || !address || this.#isElsewhere) return this.player.stop();
    if (!this.#isThere) return null; // what is shown stays, and goes on when there is more
    return this.player.play(this.choice === "sound" ? soundOf(address) : address);
  }

  #trouble(name) {
    this.#problem = name;
    if (name === "problem") this.#look();
    this.#draw();
  }

  #clear() {
    this.#problem = "";
    this.#draw();
  }

  #choose(choice) {
    const before = this.choice;
    this.choice = choice;
    remember(choice);
    this.video.muted = choice !== "sound" && (this.video.muted || before === "sound");
    this.#problem = "";
    this.#play();
    this.#draw();
  }

  #sound() {
    this.video.muted = !this.video.muted;
    this.video.play().catch(() => {});
    this.#draw();
  }

  // --- what is drawn ------------------------------------------------------------------------------------------------

  #paint() {
    if (performance.now() > this.#renewAt) {
      this.#renewAt = performance.now() + LOOK_MS;
      this.#look();
    }
    if (!this.place.hidden) this.#draw();
  }

  #draw() {
    const source = this.#there?.source ?? "none";
    this.place.hidden = source === "none";
    if (this.place.hidden) return render(nothing, this.place);
    this.place.dataset.shows = this.choice;
    return render(html`
      ${this.choice === "text" ? nothing
        : html`<div class="picture-frame">${this.video}${this.#slate()}${this.#tools()}</div>`}
      <div class="picture-line">
        <div class="tabs picture-choice" role="group" aria-label=${w.show}>${CHOICES.map((one) => html`<button
          type="button" aria-pressed=${String(one === this.choice)}
          @click=${() => this.#choose(one)}>${w[one]}</button>`)}</div>
        <p class="picture-told">${this.#told()}</p>
      </div>`, this.place);
  }

  /** What stands in the place of a picture that is not there. */
  #slate() {
    const words = this.#slateWords();
    if (words) return html`<p class="picture-slate" role="status">${icon("picture")}<span>${words}</span></p>`;
    if (this.choice !== "sound") return nothing;
    return html`<p class="picture-slate">${icon("sound")}<span>${w.soundOnly}</span></p>`;
  }

  #slateWords() {
    if (this.#isElsewhere) return w.reload;
    if (this.#problem === "cannot") return w.cannot;
    if (this.player.moves) return "";
    if (!this.#isThere) return this.#state === "gone" ? w.gone : w.soon;
    if (this.#problem === "problem") return w.blocked;
    return this.#problem === "blocked" ? "" : w.loading;
  }

  #tools() {
    if (this.#problem === "blocked") return this.#start(w.watch, "play");
    if (!this.player.moves) return nothing;
    const { muted } = this.video;
    if (this.choice === "sound" && muted) return this.#start(w.listen, "sound");
    const full = this.choice === "picture" && this.video.requestFullscreen;
    return html`<div class="picture-tools">
      <button type="button" class="picture-tool" @click=${() => this.#sound()}>${icon(muted ? "mute" : "sound")}
        <span>${muted ? w.unmute : w.mute}</span></button>
      ${full ? html`<button type="button" class="picture-tool" @click=${() => this.video.requestFullscreen()}>
        ${icon("screen")}<span>${w.full}</span></button>` : nothing}</div>`;
  }

  #start(label, symbol) {
    return html`<button type="button" class="picture-start" @click=${() => this.#sound()}>${icon(symbol)}
      <span>${label}</span></button>`;
  }

  /** How far behind the picture is and whether the page keeps step, and what it has cost. */
  #told() {
    if (this.choice === "text") return "";
    const used = this.player.bytes > MEGABYTE / 10 ? w.used((this.player.bytes / MEGABYTE).toFixed(1)) : "";
    const whole = this.choice === "sound" && this.#there.source === "address" ? w.whole : "";
    return [this.#step(), whole, used].filter(Boolean).join(" · ");
  }

  #step() {
    if (!this.inStep || !this.player.moves) return "";
    const filmed = this.player.filmedAt;
    if (filmed === null) return w.apart;
    const behind = this.link.time.now() - filmed;
    return behind > MOST_BEHIND_MS ? w.late : w.behind(Math.max(0, Math.round(behind / 1000)));
  }
}

/** What the server says of where it is; null where nobody says anything. */
async function where(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.status === 403) return { source: "none", state: "off", address: "", good_for_ms: 0 };
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** The same programme without its picture; of a stream elsewhere nobody knows where that would lie. */
const soundOf = (address) => (address.startsWith("/media/") ? address.replace("live.m3u8", "sound.m3u8") : address);

const vary = (ms) => ms * (0.8 + 0.4 * Math.random());

/** What was chosen on this device; at first the picture, or words alone where the reader saves data. */
function remembered() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // a browser that keeps nothing
  }
  return CHOICES.includes(kept) ? kept : navigator.connection?.saveData ? "text" : "picture";
}

function remember(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // the next page asks again
  }
}

/** The picture of this page, if it has a place for one. */
export function showPicture(options) {
  const place = document.getElementById("picture");
  return place && new Picture(place, options);
}
