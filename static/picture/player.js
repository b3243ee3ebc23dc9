// Plays one stream in a <video>: by hls.js where there are media sources, by the browser itself elsewhere. It comes
// back by itself from whatever goes wrong; `problem` events are for the reader's eye only.

const HLS = new URL("../vendor/hls/hls.light.min.js", import.meta.url).href;
/** Two to three segments behind the newest; further behind it plays a little faster, far behind it jumps. */
const BEHIND_S = 2.5;
const FAR_BEHIND_S = 8;
const FASTER = 1.1;
const AGAIN_MS = 1500;
const WATCH_MS = 1000;
/** A picture that ought to move and has stood still for so long is begun anew. */
const STUCK_MS = 6000;
const TICKET = /^\/media\/[^/]+\//;

export class Player extends EventTarget {
  #hls = null;
  #address = "";
  #moved = { at: 0, time: -1 };
  #coming = null; // what is to play soon: its library is loaded, or it is begun anew after a while
  #isBlocked = false; // until somebody presses something
  #inVain = 0;

  constructor(video) {
    super();
    this.video = video;
    this.bytes = 0;
    setInterval(() => this.#watch(), WATCH_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    video.addEventListener("error", () => this.#again());
    video.addEventListener("playing", () => this.#isBlocked && this.#unblock());
  }

  /** Play what lies there, from its newest end; a new ticket to the same changes nothing of what is seen. */
  play(address) {
    const isSame = bare(address) === bare(this.#address) && (this.#isPlaying || this.#coming);
    this.#address = address;
    if (!isSame) this.#begin();
  }

  stop() {
    this.#address = "";
    this.#end();
  }

  get #isPlaying() {
    return Boolean(this.#hls || this.video.src);
  }

  /** Whether the picture moves. */
  get moves() {
    return this.#isPlaying && performance.now() - this.#moved.at < 2 * WATCH_MS;
  }

  /** When what is seen now was filmed, in milliseconds of the server's time; null where the stream does not say. */
  get filmedAt() {
    if (!this.moves) return null;
    if (this.#hls) return this.#hls.playingDate?.getTime() ?? null;
    const begun = this.video.getStartDate?.().getTime();
    return Number.isFinite(begun) ? begun + this.video.currentTime * 1000 : null;
  }

  async #begin() {
    this.#end();
    const coming = (this.#coming = {});
    const Hls = await this.#library();
    if (coming !== this.#coming) return;
    this.#coming = null;
    if (!Hls) return this.#again();
    const address = this.#address;
    this.#moved = { at: performance.now(), time: -1 };
    if (!Hls.isSupported()) return this.#playNatively(address);
    const hls = new Hls({
      liveSyncDuration: BEHIND_S, liveMaxLatencyDuration: FAR_BEHIND_S, maxLiveSyncPlaybackRate: FASTER,
      maxBufferLength: 12, backBufferLength: 10, enableWorker: false,
      xhrSetup: (xhr, url) => xhr.open("GET", this.#withTicket(url), true),
    });
    this.#hls = hls;
    hls.on(Hls.Events.FRAG_LOADED, (_name, { frag }) => (this.bytes += frag.stats.total));
    hls.on(Hls.Events.ERROR, (_name, data) => data.fatal && this.#mend(Hls, data));
    hls.loadSource(new URL(address, location.href).href);
    hls.attachMedia(this.video);
    return this.#start();
  }

  /** Null where it cannot be loaded just now: by the same address some browsers would not try again. */
  async #library() {
    try {
      return (await import(this.#inVain ? `${HLS}?again=${this.#inVain}` : HLS)).default;
    } catch {
      this.#inVain += 1;
      return null;
    }
  }

  #playNatively(address) {
    if (!this.video.canPlayType("application/vnd.apple.mpegurl")) return this.#tell("cannot");
    this.video.src = address;
    return this.#start();
  }

  /** Whatever ticket the playlist was read with: the newest opens all of it. */
  #withTicket(url) {
    const { origin, pathname } = new URL(url);
    const own = this.#address.match(TICKET);
    return own && origin === location.origin ? pathname.replace(TICKET, own[0]) : url;
  }

  #start() {
    return this.video.play().catch(({ name }) => name === "NotAllowedError" && this.#block());
  }

  #block() {
    this.#isBlocked = true;
    this.#tell("blocked");
  }

  /** Whoever presses late begins at the newest end. */
  #unblock() {
    this.#isBlocked = false;
    this.#moved.at = performance.now();
    this.#catchUp();
  }

  #mend(Hls, { type }) {
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !this.mended) {
      this.mended = setTimeout(() => (this.mended = null), STUCK_MS);
      this.#hls.recoverMediaError();
      this.#start();
    } else {
      this.#again();
    }
  }

  /** From the beginning, after a while; whoever knows asks meanwhile where the stream lies. */
  #again() {
    if (!this.#address) return;
    this.#end();
    const coming = (this.#coming = {});
    this.#tell("problem");
    setTimeout(() => coming === this.#coming && this.#begin(), AGAIN_MS);
  }

  #end() {
    [this.#coming, this.#isBlocked] = [null, false];
    this.#hls?.destroy();
    this.#hls = null;
    if (!this.video.hasAttribute("src")) return;
    this.video.removeAttribute("src");
    this.video.load();
  }

  #watch() {
    if (!this.#isPlaying) return;
    const { currentTime } = this.video;
    if (currentTime !== this.#moved.time) this.#moved = { at: performance.now(), time: currentTime };
    else if (this.#isAwaited && performance.now() - this.#moved.at > STUCK_MS) this.#again();
  }

  get #isAwaited() {
    return !document.hidden && !this.isWaiting && !this.#isBlocked;
  }

  /** A tab that slept: its picture stands where it stood, and the playlist has gone on without it. */
  #wake() {
    if (!this.#isPlaying) return;
    this.#moved.at = performance.now();
    this.#catchUp();
    this.#start();
  }

  /** To the newest end, where that is far ahead. */
  #catchUp() {
    const [behind, newest] = this.#hls ? [this.#hls.latency, this.#hls.liveSyncPosition] : this.#nativeEnd();
    if (behind > FAR_BEHIND_S && newest) this.video.currentTime = newest;
  }

  #nativeEnd() {
    const { seekable, currentTime, duration } = this.video;
    const end = duration === Infinity && seekable.length ? seekable.end(seekable.length - 1) : 0;
    return [end - currentTime, end - BEHIND_S];
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

const bare = (address) => address.replace(TICKET, "");
