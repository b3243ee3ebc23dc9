// The way to the stage's server: what this browser sends, and what it sees of others. A connection that ends is made
// again for as long as the page wants it; whether it may, the server says.

const PLUGIN = "janus.plugin.videoroom";
const AGAIN_MS = 700;
/** Somebody publishes in the room already: ourselves, by a connection of which the server does not know yet that it is
 * dead, or in another window. */
const PUBLISHERS_FULL = 432;
/** What stands where in what a page of ours sends. The worker mutes the sound of a room at its place: of what else a
 *  browser may put there nothing is asked for. */
const PLACES = { main: ["audio", "video"], sign: ["video"] };

let library = null;

/** Janus, loaded when it is first needed; what makes browsers alike comes before it. */
async function load({ adapter, janus }) {
  library ??= (async () => {
    await import(adapter);
    const { default: Janus } = await import(janus);
    await new Promise((done) => Janus.init({ debug: false, callback: done }));
    return Janus;
  })();
  return library;
}

export class StageLink {
  #page;
  #janus = null;
  #token = "";
  #relays = [];
  #busy = null;
  #parts = new Map();

  constructor(page) {
    this.#page = page;
  }

  /** The newest token: every message shows it. */
  set token(fresh) {
    this.#token = fresh;
  }

  /** Relays for connections that are made from now on; the library keeps the list that it was given first. */
  set relays(fresh) {
    this.#relays.splice(0, Infinity, ...fresh);
  }

  get live() {
    return this.#janus?.isConnected() ?? false;
  }

  /** Make a part (`send:7`, `see:9`) live with `begin(handle)`, once; `onend(why)` is called when it has ended: `lost`
   *  where nobody said so. */
  async #attach(name, begin, onend) {
    if (this.#parts.has(name)) return;
    const part = { handle: null, ended: false };
    this.#parts.set(name, part);
    const end = (why) => {
      if (part.ended) return;
      part.ended = true;
      setTimeout(() => this.#parts.get(name) === part && this.#parts.delete(name), AGAIN_MS);
      part.handle?.detach({ noRequest: !this.live });
      onend?.(why);
    };
    part.end = end;
    try {
      const [Janus, janus] = await this.#session();
      janus.attach({
        plugin: PLUGIN,
        success: (handle) => {
          part.handle = handle;
          if (part.ended) handle.detach();
          else begin(handle, Janus, end);
        },
        error: end,
        ondetached: () => end("lost"),
        oncleanup: () => part.up && end("lost"),
        webrtcState: (up) => {
          part.up ||= up;
          part.onup?.(up);
          if (!up) end("lost");
        },
        onmessage: (message, jsep) => part.onmessage?.(message, jsep),
        onremotetrack: (...told) => part.ontrack?.(...told),
      });
    } catch {
      end();
    }
    return part;
  }

  async #session() {
    if (this.live) return [await load(this.#page), this.#janus];
    this.#busy ??= this.#begin().finally(() => (this.#busy = null));
    return this.#busy;
  }

  async #begin() {
    const Janus = await load(this.#page);
    const token = { toJSON: () => this.#token, toString: () => this.#token };
    const janus = await new Promise((done, fail) => {
      const made = new Janus({
        server: socketAddress(this.#page.socket), token, destroyOnUnload: true, iceServers: this.#relays,
        success: () => done(made),
        error: (reason) => {
          fail(new Error(reason));
          this.close();
        },
        destroyed: () => this.close(),
      });
    });
    this.#janus = janus;
    return [Janus, janus];
  }

  /** Send `tracks` to a room that is ours. `onchange(live, why)`: it is `full`, or was `lost`. */
  async send(own, stream, onchange) {
    const name = `send:${own.room}`;
    const part = await this.#attach(name, (handle, _Janus, end) => {
      part_of(this).onmessage = (message, jsep) => {
        if (message.error_code === PUBLISHERS_FULL) return end("full");
        // "ok": it is we who left or were put out; any other is somebody who tried our room, and takes nothing from us
        if (message.error_code || message.videoroom === "destroyed" || message.leaving === "ok") return end();
        if (message.videoroom === "joined") this.#offer(handle, stream, end);
        if (jsep) handle.handleRemoteJsep({ jsep, error: end });
      };
      handle.send({ message: { request: "join", ptype: "publisher", room: own.room, pin: own.pin, token: own.token },
        error: end });
    }, (why) => onchange(false, why));
    if (part) part.onup = onchange;
    function part_of(link) {
      return link.#parts.get(name);
    }
  }

  #offer(handle, stream, end) {
    // clones: with the connection the library stops what it sends, and the next one sends the same again
    const audio = stream.getAudioTracks()[0]?.clone();
    const video = stream.getVideoTracks()[0]?.clone();
    const sent = [{ type: "audio", capture: audio, recv: false }, { type: "video", capture: video, recv: false }];
    handle.createOffer({
      tracks: sent.filter(({ capture }) => capture),
      success: (jsep) => handle.send({ message: { request: "configure", audio: Boolean(audio), video: true }, jsep }),
      error: end,
    });
  }

  /** See who publishes in another's room: `ontrack(track, on)`. One in whose room something else stands at our places
   *  is not seen. */
  async see(other, ontrack) {
    const name = `see:${other.room}`;
    await this.#attach(name, (handle, _Janus, end) => {
      const part = this.#parts.get(name);
      part.ontrack = (track, _mid, on) => ontrack(track, on);
      const places = PLACES[other.camera];
      const fits = ({ active, type, feed_mid }) => active && type === places[Number(feed_mid)];
      part.onmessage = (message, jsep) => {
        if (message.error_code || (message.streams && !message.streams.every(fits))) return end();
        if (jsep) {
          handle.createAnswer({ jsep, tracks: [],
            success: (answer) => handle.send({ message: { request: "start", room: other.room }, jsep: answer }),
            error: end });
        }
      };
      handle.send({ message: { request: "listparticipants", room: other.room },
        success: (told) => {
          const feed = told?.participants?.find(({ publisher }) => publisher);
          if (!feed) return end();
          handle.send({ message: { request: "join", ptype: "subscriber", room: other.room, pin: other.pin,
            streams: places.map((_kind, place) => ({ feed: feed.id, mid: String(place) })) }, error: end });
        },
        error: end });
    });
  }

  /** What WebRTC reports of what is sent to a room that is ours; null while nothing is. */
  report(own) {
    const part = this.#parts.get(`send:${own.room}`);
    return part?.up ? part.handle.webrtcStuff.pc?.getStats() ?? null : null;
  }

  /** End all parts but those named. */
  keep(names) {
    for (const [name, part] of this.#parts) if (!names.has(name) && !part.ended) part.end();
  }

  end(name) {
    const part = this.#parts.get(name);
    if (part && !part.ended) part.end();
  }

  close() {
    const janus = this.#janus;
    this.#janus = null;
    for (const part of this.#parts.values()) part.end?.("lost");
    janus?.destroy({ unload: true, cleanupHandles: true });
  }

  /** Whether the server answers at all. */
  static reaches(page) {
    return new Promise((done) => {
      try {
        const socket = new WebSocket(socketAddress(page.socket), "janus-protocol");
        const end = (well) => (done(well), socket.close());
        socket.onopen = () => end(true);
        socket.onerror = () => end(false);
        setTimeout(() => end(false), 5000);
      } catch {
        done(false);
      }
    });
  }
}

function socketAddress(written) {
  if (!written.startsWith("/")) return written;
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${written}`;
}
