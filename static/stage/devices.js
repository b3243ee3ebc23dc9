// Camera, microphone and loudspeaker: chosen, tried and remembered on this machine.

const KEPT = "stage.devices";
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };

export class Devices {
  stream = null;
  /** The picture of who interprets into sign language, from a camera of its own. */
  sign = null;
  list = [];
  chosen = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  /** Called with `main` or `sign` when what is open of it is taken away: it was unplugged, say. */
  onlost = () => {};
  /** By itself nothing else is opened than what was lost, by kind. */
  #lost = null;
  #meter = null;
  #opening = null;
  #openingSign = null;
  #closed = 0;

  /** Open what was chosen; throws what `getUserMedia` throws, and AbortError where it was closed meanwhile. While a
   *  person is asked for permission nobody is asked once more. */
  open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    this.close();
    const asked = JSON.stringify(this.chosen);
    const wish = (kind) => {
      const id = this.#lost?.[kind] ?? this.chosen[kind];
      return id ? { deviceId: { exact: id } } : {};
    };
    this.stream = await this.#unlessClosed({
      audio: { echoCancellation: true, noiseSuppression: true, ...wish("audioinput") },
      video: { ...VIDEO, ...wish("videoinput") },
    });
    if (JSON.stringify(this.chosen) !== asked) return this.#open(); // something else was chosen meanwhile
    this.#watch(this.stream, "main");
    this.#lost = null;
    this.list = await navigator.mediaDevices.enumerateDevices();
    this.#listen();
    return this.stream;
  }

  async #unlessClosed(wanted) {
    const before = this.#closed;
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    if (this.#closed === before) return stream;
    stream.getTracks().forEach((track) => track.stop());
    throw new DOMException("closed meanwhile", "AbortError");
  }

  /** The second camera: the one that was chosen, or one that is not the first. */
  openSign() {
    this.#openingSign ??= this.#openSign().finally(() => (this.#openingSign = null));
    return this.#openingSign;
  }

  async #openSign() {
    this.closeSign();
    const first = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const other = this.of("videoinput").find(({ deviceId }) => deviceId !== first)?.deviceId;
    const id = this.chosen.sign || other;
    const wish = id ? { deviceId: { exact: id } } : {};
    this.sign = await this.#unlessClosed({ video: { ...VIDEO, ...wish } });
    this.#watch(this.sign, "sign");
  }

  /** A track that we stop ourselves does not say so. */
  #watch(stream, camera) {
    const isOpen = () => stream === (camera === "main" ? this.stream : this.sign);
    for (const track of stream.getTracks()) track.addEventListener("ended", () => isOpen() && this.onlost(camera));
  }

  closeSign() {
    this.sign?.getTracks().forEach((track) => track.stop());
    this.sign = null;
  }

  choose(kind, id) {
    this.chosen[kind] = id;
    localStorage.setItem(KEPT, JSON.stringify(this.chosen));
  }

  /** What is open was taken away: until somebody presses, the same is waited for. */
  lose() {
    const ids = (this.stream?.getTracks() ?? []).map((track) => [`${track.kind}input`, track.getSettings().deviceId]);
    this.#lost = Object.fromEntries(ids);
    this.close();
  }

  /** Somebody presses: whatever there is may be opened. */
  takeAny() {
    this.#lost = null;
  }

  get waits() {
    return this.#lost !== null;
  }

  forget() {
    this.chosen = {};
    localStorage.removeItem(KEPT);
  }

  of = (kind) => this.list.filter((one) => one.kind === kind && one.deviceId);

  close() {
    this.#closed += 1;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.#meter?.context.close();
    this.#meter = null;
  }

  /** How loud it is at the microphone, from 0 to 1. */
  get level() {
    if (!this.#meter) return 0;
    const { analyser, samples } = this.#meter;
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    return Math.min(1, Math.sqrt(power) * 4);
  }

  #listen() {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(this.stream).connect(analyser);
    this.#meter = { context, analyser, samples: new Float32Array(analyser.fftSize) };
  }
}

/** A second of a quiet tone from the loudspeaker that was chosen. */
export async function tone(loudspeaker) {
  const context = new AudioContext();
  if (loudspeaker && context.setSinkId) await context.setSinkId(loudspeaker).catch(() => {});
  const [source, volume] = [context.createOscillator(), context.createGain()];
  volume.gain.value = 0.1;
  source.frequency.value = 440;
  source.connect(volume).connect(context.destination);
  source.onended = () => context.close();
  source.start();
  source.stop(context.currentTime + 1);
}
