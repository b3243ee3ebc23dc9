// The page of the stage: whoever may speak tries camera and microphone, waits in the green room, and is on when the
// turn comes; all by itself once entered. What may be done is asked of the server every second.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { runClock } from "../base/clock.js";
import { labelOf } from "../base/labels.js";
import { refuse } from "../base/toast.js";
import { say } from "../base/words.js";
import { clientId } from "../link/answers.js";
import { post } from "../link/plain.js";
import { reading } from "../link/timing.js";
import { Picture } from "../picture/picture.js";
import { button, crew, nameOf } from "./crew.js";
import { Devices, tone } from "./devices.js";
import { StageLink } from "./janus.js";
import { quality } from "./quality.js";
import { words } from "./words.js";

const EVERY_MS = 1000;
const PATIENCE_MS = 5000;
const REPORT_MS = 3000;
/** So long nothing was heard from the microphone: the page says so. */
const SILENT_MS = 8000;
/** To leave the stage is pressed twice, within so long. */
const ARMED_MS = 4000;
/** Whoever has the right and is not connected after so long watches the programme; it is tried on. */
const STUCK_MS = 12_000;
/** Whoever lost the connection so lately, or loads the page anew, is the one whose dead connection is in the way. */
const COMES_BACK_MS = 90_000;
const PLACE_TAKEN = "STAGE_PLACE_TAKEN";
const w = say(words);
const page = JSON.parse(document.body.dataset.desk);
const pane = (id) => document.getElementById(id);
const kept = { entered: `stage.entered.${page.session}`, sign: `stage.sign.${page.session}` };
const devices = new Devices();
const link = new StageLink(page);
const canSend = Boolean(window.RTCPeerConnection && navigator.mediaDevices?.getUserMedia);
const pictures = new Map();
let state = null;
let wasOn = false;
let looking = null;
let following = null;
let fault = "";
let isTaken = false;
let net = "";
let netMeasured = false;
let reported = null;
let sending = false;
let waitsSince = null;
let programme = null;
let heardAt = 0;
let lostAt = performance.getEntriesByType("navigation")[0]?.type === "reload" ? 0 : -Infinity;
let armedAt = -Infinity;
let answeredAt = 0;
let isHeard = false;

const wants = (what = "entered") => sessionStorage.getItem(kept[what]) === "yes";
const want = (is, what = "entered") =>
  is ? sessionStorage.setItem(kept[what], "yes") : sessionStorage.removeItem(kept[what]);
/** Whether there is a stage to be on. */
const isOpen = () => Boolean(page.socket && state?.open && !state.closed);
const ownPicture = () => state?.own.find(({ camera }) => camera === "main");

// --- what the server says -------------------------------------------------------------------------------------------

/** One look at a time; who asks meanwhile waits for that one. */
function look() {
  looking ??= see().finally(() => (looking = null));
  return looking;
}

async function see() {
  const answer = await post("media.see_stage", { session: page.session }, PATIENCE_MS);
  live(Boolean(answer?.ok));
  if (!answer?.ok) return;
  const had = state?.right;
  state = answer;
  answeredAt = performance.now();
  if (had && !state.right) release();
  link.token = state.token;
  link.relays = state.relays;
  following ??= follow().finally(() => (following = null));
  draw();
}

/** What was to be shown has been: the camera's lamp goes out. */
function release() {
  link.keep(new Set());
  devices.close();
  devices.closeSign();
  pane("own-picture").srcObject = null;
}

function live(is) {
  isHeard = is;
  const mark = pane("live-mark");
  const now = is ? "on" : "lost";
  if (mark.dataset.live === now) return;
  mark.dataset.live = now;
  mark.textContent = mark.dataset[now];
}

async function lookAndFollow() {
  await look();
  await following;
}

/** Be where the server lets us be. */
async function follow() {
  const own = ownPicture();
  wasOn = state.right ? state.right.place === "stage" || wasOn : wasOn;
  if (wants() && state.right && canSend) {
    for (const camera of wants("sign") ? ["main", "sign"] : ["main"]) {
      const there = state.own.some((one) => one.camera === camera);
      if (there) continue;
      const answer = await press("media.join_stage", { session: page.session, camera });
      if (camera === "main") isTaken = answer?.error?.code === PLACE_TAKEN;
    }
    if (own && !devices.stream) await tryDevices();
    if (wants("sign") && devices.stream && !devices.sign) await trySign();
  }
  const rooms = new Set();
  if (wants() && devices.stream) {
    for (const one of state.own) {
      const isMain = one.camera === "main";
      const stream = isMain ? devices.stream : devices.sign;
      if (!stream) continue;
      rooms.add(`send:${one.room}`);
      link.send(one, stream, (up, why) => isMain && sends(one, up, why));
    }
  }
  for (const one of state.others) {
    rooms.add(`see:${one.room}`);
    link.see(one, (track, on) => show(one.id, track, on));
  }
  for (const number of pictures.keys()) if (!state.others.some(({ id }) => id === number)) pictures.delete(number);
  if (!own) sending = false;
  waitsSince = wants() && state.right && canSend && !sending ? waitsSince ?? performance.now() : null;
  link.keep(rooms);
  if (!rooms.size && link.live) link.close();
}

function sends(own, up, why) {
  if (why === "lost" && sending) lostAt = performance.now();
  sending = up;
  draw();
  if (why === "full" && performance.now() - lostAt < COMES_BACK_MS) comeBack(own);
}

/** The server holds the room for a connection that is dead: give it back, and get another. */
async function comeBack({ id, ready, hand }) {
  lostAt = -Infinity;
  await press("media.leave_stage", { publisher: id });
  for (let tries = 0; tries < 5 && (ownPicture()?.id ?? id) === id; tries += 1) await lookAndFollow();
  const own = ownPicture();
  if (!own || own.id === id) return;
  if (ready && !own.ready) await press("media.mark_ready", { publisher: own.id, ready });
  if (hand) await press("media.raise_hand", { publisher: own.id, raised: true });
}

function show(number, track, on) {
  const stream = pictures.get(number) ?? new MediaStream();
  pictures.set(number, stream);
  if (on) stream.addTrack(track);
  else stream.removeTrack(track);
  draw();
}

async function press(name, data) {
  const answer = await post(name, { ...data, client_id: clientId() }, PATIENCE_MS);
  if (answer && !answer.ok && name !== "media.join_stage") refuse(answer.error);
  return answer;
}

const pressAndLook = async (name, data) => (await press(name, data))?.ok && look();

// --- camera and microphone ------------------------------------------------------------------------------------------

async function tryDevices() {
  fault = "";
  try {
    const stream = await devices.open();
    pane("own-picture").srcObject = stream;
    heardAt = performance.now();
  } catch (error) {
    if (error.name === "AbortError") return;
    fault = w.faults[error.name] ?? w.otherError;
    if (error.name === "OverconstrainedError") devices.forget();
  }
  draw();
}

async function trySign() {
  try {
    await devices.openSign();
  } catch (error) {
    if (error.name === "AbortError") return;
    want(false, "sign");
    fault = w.faults[error.name] ?? w.otherError;
  }
  draw();
}

async function choose(kind, id) {
  devices.choose(kind, id);
  if (kind === "sign") {
    devices.closeSign(); // sent anew by the next look
    for (const { camera, room } of state?.own ?? []) if (camera === "sign") link.end(`send:${room}`);
    return trySign();
  }
  if (kind === "audiooutput") return draw();
  link.keep(new Set());
  await tryDevices();
}

async function check() {
  [net, netMeasured] = [w.checking, false];
  draw();
  net = (await StageLink.reaches(page)) ? w.netGood : w.netBad;
  draw();
}

/** While one sends, the network is looked at by itself, on the way that picture and sound take. */
async function measure() {
  const own = ownPicture();
  const report = sending && own ? await link.report(own) : null;
  const found = report && quality(report, reported);
  reported = report;
  if (found) [net, netMeasured] = [w.through(w.lines[found.level], found), true];
  else if (!report && netMeasured) [net, netMeasured] = ["", false];
  draw();
}

async function enter() {
  want(true);
  if (!devices.stream) await tryDevices();
  if (fault) return want(false);
  await lookAndFollow();
  return look();
}

async function leave() {
  const isArmed = performance.now() - armedAt < ARMED_MS;
  armedAt = isArmed ? -Infinity : performance.now();
  if (state.right.place === "stage" && !isArmed) return draw();
  want(false);
  want(false, "sign");
  for (const one of state.own) await press("media.leave_stage", { publisher: one.id });
  release();
  await look();
}

async function signs(on) {
  want(on, "sign");
  const second = state.own.find(({ camera }) => camera === "sign");
  if (!on) devices.closeSign();
  if (!on && second) await press("media.leave_stage", { publisher: second.id });
  await look();
}

// --- what is shown --------------------------------------------------------------------------------------------------

function said() {
  if (!state) return ["info", w.connecting];
  if (state.closed) return ["info", w.over];
  if (!isOpen()) return ["info", w.none];
  if (state.state === "gone") return ["warning", w.away];
  if (!canSend) return ["warning", window.isSecureContext ? w.unable : w.insecure];
  if (fault) return ["warning", fault];
  if (wants() && state.right && isTaken && !ownPicture()) return ["warning", w.taken];
  if (!state.right) return ["info", page.runs ? w.runs : wasOn ? w.ended : w.notYet];
  if (!wants()) return ["info", state.right.place === "stage" ? w.openStage : w.openGreen];
  if (!sending) return isStuck() ? ["warning", w.stuck] : ["info", w.connecting];
  if (ownPicture()?.muted) return ["warning", w.muted];
  if (state.right.beside) return ["live", w.beside];
  if (state.right.place === "stage") return ["live", state.right.part === "speaker" ? w.stage : w.stageHeard];
  return ["live", ownPicture()?.ready ? w.greenReady : w.green];
}

const isStuck = () => waitsSince !== null && performance.now() - waitsSince > STUCK_MS;

/** Whoever is not on the stage, or cannot be, sees the programme as everybody does, in the place of the own picture. */
function watchInstead() {
  const is = isOpen() && (!canSend || isStuck() || (!state.right && !devices.stream));
  pane("programme").hidden = !is;
  pane("own-place").hidden = is || (state !== null && !isOpen());
  pane("others").hidden = !state?.others.length;
  pane("devices").hidden = !canSend || (state !== null && (!isOpen() || (page.runs && !state.right)));
  if (is) programme ??= new Picture(pane("picture"));
  if (programme) programme.isWanted = is;
}

function draw() {
  const [tone_, sentence] = said();
  watchInstead();
  const conference = Object.values(state?.conference ?? {})[0];
  render(html`<p class="stage-now ${tone_}">${icon({ info: "info", warning: "warning", live: "live" }[tone_])}
    <span>${sentence}</span></p>`, pane("said"));
  render(html`${state && (!state.right || state.state === "gone") && pane("programme").hidden && !page.runs
      ? html`<a class="button" href="/sessions/${page.code}">${icon("screen")}<span>${w.programme}</span></a>`
      : nothing}
    ${conference && !page.prepares ? html`<a class="button" rel="noreferrer" target="_blank"
      href=${conference}>${icon("external")}<span>${w.openConference}</span></a>` : nothing}`, pane("ways"));
  pane("ways").hidden = !pane("ways").childElementCount;
  const on = sending && state?.right?.place === "stage";
  const mark = pane("own-mark");
  mark.textContent = sending ? labelOf("stage_place", state.right?.place ?? "green_room") : "";
  mark.className = on ? "is-on" : "";
  pane("own-empty").hidden = Boolean(devices.stream);
  pane("own-empty").textContent = w.noPicture;
  pane("own-level").hidden = !devices.stream;
  pane("level-words").textContent = performance.now() - heardAt > SILENT_MS ? w.silent : w.level;
  const hadFocus = pane("presses").contains(document.activeElement);
  render(presses(), pane("presses"));
  if (hadFocus && !pane("presses").contains(document.activeElement)) pane("presses").querySelector("button")?.focus();
  render(others(), pane("others"));
  render(devicesPane(), pane("devices"));
  if (page.runs) render(crew(state, page, pressAndLook), pane("crew"));
  for (const video of pane("others").querySelectorAll("video")) {
    const stream = pictures.get(Number(video.dataset.of)) ?? null;
    if (video.srcObject !== stream) video.srcObject = stream;
    if (devices.chosen.audiooutput && video.setSinkId) video.setSinkId(devices.chosen.audiooutput).catch(() => {});
  }
}

function presses() {
  const own = ownPicture();
  if (!state?.right || !canSend || !page.socket) return nothing;
  if (!wants()) {
    const label = state.right.place === "stage" ? w.joinStage : w.joinGreen;
    return button(label, enter, { kind: "primary large", symbol: "live" });
  }
  const second = wants("sign");
  return html`${own && state.right.place === "green_room" ? button(own.ready ? w.notReady : w.ready,
    () => pressAndLook("media.mark_ready", { publisher: own.id, ready: !own.ready }),
    { kind: own.ready ? "large" : "primary large", symbol: own.ready ? "minus" : "check",
      pressed: String(own.ready) }) : nothing}
  ${own && state.right.part === "leader" ? button(own.hand ? w.handDown : w.hand,
    () => pressAndLook("media.raise_hand", { publisher: own.id, raised: !own.hand }),
    { kind: "large", symbol: "hold", pressed: String(Boolean(own.hand)) }) : nothing}
  ${button(second ? w.signOff : w.sign, () => signs(!second), { symbol: "person" })}
  ${button(performance.now() - armedAt < ARMED_MS ? w.leaveNow : w.leave, leave, { symbol: "sign-out" })}`;
}

function others() {
  const list = state?.others ?? [];
  return html`<h2>${w.others}</h2><ul class="stage-list">${list.map((one) => html`<li>
    <video autoplay playsinline data-of=${one.id} .muted=${one.muted} aria-label=${nameOf(one)}></video>
    <p>${nameOf(one)} · ${labelOf("stage_part", one.part)}${one.camera === "sign" ? ` · ${w.signs}` : ""}
      ${one.muted ? html`<span class="badge">${icon("mute")}${w.isMuted}</span>` : ""}</p></li>`)}</ul>`;
}

function devicesPane() {
  const select = (kind, label, of = kind) => html`<label class="field"><span class="field-label">${label}</span>
    <select class="input" ?disabled=${!devices.stream} @change=${({ target }) => choose(kind, target.value)}>
      <option value="">${w.usual}</option>${devices.of(of).map((one) => html`<option value=${one.deviceId}
        ?selected=${devices.chosen[kind] === one.deviceId}>${one.label}</option>`)}</select></label>`;
  return html`<h2>${w.devices}</h2>
    ${button(w.test, tryDevices, { kind: devices.stream || state?.right || wasOn ? "" : "primary", symbol: "mic" })}
    ${select("videoinput", w.camera)}${wants("sign") ? select("sign", w.signCamera, "videoinput")
      : nothing}${select("audioinput", w.microphone)}
    ${select("audiooutput", w.speaker)}
    <p class="button-row">${button(w.tone, () => tone(devices.chosen.audiooutput), { symbol: "sound" })}
    ${page.socket && !sending ? button(w.check, check, { symbol: "link" }) : nothing}</p>
    <p class="small" role=${sending ? nothing : "status"} id="net">${net}</p>`;
}

runClock(pane("own-clock"), () => {
  const slot = state?.right && state.slot;
  pane("own-clock").hidden = !slot;
  return slot ? reading(slot, { now: () => state.now + performance.now() - answeredAt, isFresh: isHeard }) : null;
});
setInterval(look, EVERY_MS);
setInterval(measure, REPORT_MS);
setInterval(() => {
  pane("level").value = devices.level;
  if (devices.level > 0.02) heardAt = performance.now();
}, 100);
addEventListener("pagehide", () => link.close());
addEventListener("online", look);
look();
draw();
