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
import { button, crew, way, wayBeside } from "./crew.js";
import { Devices } from "./devices.js";
import { StageLink } from "./janus.js";
import { Network } from "./network.js";
import { deviceChoices, others } from "./panes.js";
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
/** A camera that cannot be opened is tried again so much later. */
const RETRY_MS = 5000;
/** Whoever lost the connection so lately, or loads the page anew, is the one whose dead connection is in the way. */
const COMES_BACK_MS = 90_000;
const PLACE_TAKEN = "STAGE_PLACE_TAKEN";
/** After these there is nothing more to ask for. */
const TURNED_AWAY = ["SIGNED_OUT", "FORBIDDEN", "NOT_PUBLIC", "NOT_FOUND"];
const NOTHING = { open: false, right: null, own: [], others: [], publishers: [], conference: {} };
const w = say(words);
const page = JSON.parse(document.body.dataset.desk);
const pane = (id) => document.getElementById(id);
const kept = (what) => `stage.${what}.${page.session}.${page.user}`;
const devices = new Devices();
const link = new StageLink(page);
const network = new Network(page, link, draw);
const canSend = Boolean(window.RTCPeerConnection && navigator.mediaDevices?.getUserMedia);
const pictures = new Map();
const timers = [];
let state = null;
let wasOn = false;
let looking = null;
let following = null;
let fault = "";
let failedAt = -Infinity;
let isDenied = false;
let turnedAway = null;
let isTaken = false;
let waitsSince = null;
let programme = null;
let heardAt = 0;
const lostAt = performance.getEntriesByType("navigation")[0]?.type === "reload" ? 0 : -Infinity;
/** Of each camera: whether its picture is sent, when the connection was lost, and by which right it was there last. */
const lines = { main: { up: false, lostAt, id: null }, sign: { up: false, lostAt, id: null } };
let armedAt = -Infinity;
let answeredAt = 0;
let isHeard = false;

const wants = (what = "entered") => sessionStorage.getItem(kept(what)) !== null;
const want = (is, what = "entered", how = "yes") =>
  is ? sessionStorage.setItem(kept(what), how) : sessionStorage.removeItem(kept(what));
/** Whether somebody interprets for another who speaks: that was pressed while the place was taken. */
const isInterpreter = () => sessionStorage.getItem(kept("sign")) === "alone";
/** Whether there is a stage to be on. */
const isOpen = () => Boolean(page.socket && state?.open && !state.closed);
/** Where whoever looks joins the city's own conference system. */
const conference = () => !state?.closed && state?.conference[page.part];
const ownPicture = (of = "main") => state?.own.find(({ camera }) => camera === of);

// --- what the server says -------------------------------------------------------------------------------------------

/** One look at a time; who asks meanwhile waits for that one. */
function look() {
  looking ??= see().finally(() => (looking = null));
  return looking;
}

async function see() {
  const answer = await post("media.see_stage", { session: page.session }, PATIENCE_MS);
  live(Boolean(answer?.ok));
  if (TURNED_AWAY.includes(answer?.error?.code)) turnAway(answer.error);
  if (!answer?.ok || turnedAway) return draw();
  const had = state?.right;
  state = answer;
  answeredAt = performance.now();
  if (!isOpen() || (had && !state.right)) release();
  link.token = state.token;
  link.relays = state.relays;
  following ??= follow().finally(() => (following = null));
  draw();
}

/** The sign-in has ended, or there is no such session any more: nobody asks again, and no camera is on. */
function turnAway(refusal) {
  [turnedAway, state] = [refusal, NOTHING];
  timers.forEach(clearInterval);
  release();
  link.close();
  draw();
}

/** What was to be shown has been: the camera's lamp goes out. */
function release() {
  link.keep(new Set());
  devices.close();
  devices.closeSign();
  pane("own-picture").srcObject = null;
}

/** What is sent of a camera is sent anew by the next look, if it is still wanted. */
const endSending = (camera) => ownPicture(camera) && link.end(`send:${ownPicture(camera).room}`);

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
  wasOn = state.right ? state.right.place === "stage" || wasOn : wasOn;
  if (wants() && state.right && canSend) {
    for (const camera of wants("sign") ? ["main", "sign"] : ["main"]) {
      const there = state.own.some((one) => one.camera === camera);
      if (there) continue;
      const answer = await press("media.join_stage", { session: page.session, camera });
      if (camera === "sign") continue;
      isTaken = answer?.error?.code === PLACE_TAKEN;
      if (answer?.ok || isInterpreter()) continue;
      if (isTaken && wants("sign")) await signs(false); // it went with the picture of whoever speaks
      break;
    }
    if ((ownPicture() || isInterpreter()) && !devices.stream && mayRetry()) await tryDevices();
    if (wants("sign") && devices.stream && !devices.sign) await trySign();
  }
  const rooms = new Set();
  if (wants() && devices.stream) {
    for (const one of state.own) {
      const stream = one.camera === "main" ? devices.stream : devices.sign;
      if (!stream) continue;
      rooms.add(`send:${one.room}`);
      link.send(one, stream, (up, why) => sends(one, up, why));
    }
  }
  for (const one of state.others) {
    rooms.add(`see:${one.room}`);
    link.see(one, (track, on) => show(one.id, track, on));
  }
  for (const number of pictures.keys()) if (!state.others.some(({ id }) => id === number)) pictures.delete(number);
  for (const camera of Object.keys(lines)) lines[camera].up &&= Boolean(ownPicture(camera));
  waitsSince = wants() && state.right && canSend && !lines.main.up ? waitsSince ?? performance.now() : null;
  link.keep(rooms);
  if (!rooms.size && link.live) link.close();
}

function sends(own, up, why) {
  const line = lines[own.camera];
  if (up) [line.lostAt, line.id] = [-Infinity, own.id];
  else if (why === "lost" && line.up) line.lostAt = performance.now();
  line.up = up;
  draw();
  const isOurs = (line.id ?? own.id) === own.id; // or somebody else has taken the place, or another window
  if (why === "full" && isOurs && performance.now() - line.lostAt < COMES_BACK_MS) comeBack(own);
}

/** The server holds the room for a connection that is dead: give it back, and get another. */
async function comeBack({ id, camera, ready, hand }) {
  lines[camera].lostAt = -Infinity;
  await press("media.leave_stage", { publisher: id });
  for (let tries = 0; tries < 5 && (ownPicture(camera)?.id ?? id) === id; tries += 1) await lookAndFollow();
  const own = ownPicture(camera);
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

async function pressAndLook(name, data) {
  const isDone = Boolean((await press(name, data))?.ok);
  if (isDone) await look();
  return isDone;
}

// --- camera and microphone ------------------------------------------------------------------------------------------

async function tryDevices() {
  endSending("main");
  try {
    pane("own-picture").srcObject = await devices.open();
    [fault, isDenied, heardAt] = ["", false, performance.now()];
  } catch (error) {
    if (error.name === "AbortError") return;
    [isDenied, failedAt] = [error.name === "NotAllowedError", performance.now()];
    const isGone = error.name === "OverconstrainedError";
    fault = isGone && devices.waits ? w.unplugged : w.faults[error.name] ?? w.otherError;
    if (isGone && !devices.waits) devices.forget();
  }
  draw();
}

function tryAny() {
  devices.takeAny();
  return tryDevices();
}

/** By itself nobody who said no is asked again, and nobody each second. */
const mayRetry = () => !isDenied && performance.now() - failedAt > RETRY_MS;

/** A camera or microphone was unplugged, or the system took it away. */
devices.onlost = (camera) => {
  if (camera === "sign") return refuse({ message: w.unplugged }), signs(false);
  endSending("main");
  devices.lose();
  pane("own-picture").srcObject = null;
  [fault, failedAt] = [w.unplugged, performance.now()];
  draw();
};

async function trySign() {
  try {
    await devices.openSign();
  } catch (error) {
    if (error.name === "AbortError") return;
    refuse({ message: w.faults[error.name] ?? w.otherError }); // whoever is on goes on being told so
    if (error.name === "OverconstrainedError") devices.choose("sign", "");
    await signs(false);
  }
  draw();
}

async function choose(kind, id) {
  devices.choose(kind, id);
  if (kind === "sign") {
    devices.closeSign();
    endSending("sign");
    return trySign();
  }
  if (kind === "audiooutput") return draw();
  await tryAny();
}

async function enter() {
  want(true);
  if (!devices.stream) await tryAny();
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
  want(on, "sign", isTaken ? "alone" : "yes");
  if (!on) devices.closeSign();
  if (!on && !ownPicture("sign")) await look(); // it may have been let in only now
  if (!on && ownPicture("sign")) await press("media.leave_stage", { publisher: ownPicture("sign").id });
  await look();
}

// --- what is shown --------------------------------------------------------------------------------------------------

function said() {
  if (turnedAway) return ["warning", w.turnedAway[turnedAway.code] ?? turnedAway.message];
  if (!state) return ["info", w.connecting];
  if (state.closed) return ["info", w.over];
  if (!isOpen()) return ["info", conference() ? w.byConference : page.prepares ? w.noneYet : w.none];
  if (state.state === "gone") return ["warning", w.away];
  if (!canSend) return ["warning", window.isSecureContext ? w.unable : w.insecure];
  if (fault) return ["warning", fault];
  if (wants() && state.right && isTaken && !ownPicture()) return ["warning", w.taken];
  if (!state.right) return ["info", page.runs ? w.runs : wasOn ? w.ended : w.notYet];
  if (!wants()) return ["info", state.right.place === "stage" ? w.openStage : w.openGreen];
  if (!lines.main.up) return isStuck() ? ["warning", w.stuck] : ["info", w.connecting];
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
  render(html`<p class="stage-now ${tone_}">${icon({ info: "info", warning: "warning", live: "live" }[tone_])}
    <span>${sentence}</span></p>`, pane("said"));
  const here = `/sessions/${page.code}`;
  const watches = state && (!state.right || state.state === "gone") && pane("programme").hidden && !page.runs;
  render(html`${conference() ? wayBeside(conference(), w.openConference, isOpen() ? "" : "primary") : nothing}
    ${turnedAway?.code === "SIGNED_OUT" ? way(`/sign-in?next=${here}/stage`, "person", w.signIn)
    : turnedAway ? way("/sessions", "calendar", w.allSessions) : watches ? way(here, "screen", w.programme)
    : nothing}`, pane("ways"));
  pane("ways").hidden = !pane("ways").childElementCount;
  const on = lines.main.up && state?.right?.place === "stage";
  const mark = pane("own-mark");
  mark.textContent = lines.main.up ? labelOf("stage_place", state.right?.place ?? "green_room") : "";
  mark.className = on ? "is-on" : "";
  pane("own-empty").hidden = Boolean(devices.stream);
  pane("own-empty").textContent = w.noPicture;
  pane("own-level").hidden = !devices.stream;
  pane("level-words").textContent = performance.now() - heardAt > SILENT_MS ? w.silent : w.level;
  const hadFocus = pane("presses").contains(document.activeElement);
  render(presses(), pane("presses"));
  if (hadFocus && !pane("presses").contains(document.activeElement)) pane("presses").querySelector("button")?.focus();
  render(others(state?.others ?? []), pane("others"));
  render(deviceChoices({ devices, network, choose, tryDevices: tryAny, canCheck: page.socket && !lines.main.up,
    isFirst: !devices.stream && !state?.right && !wasOn, isSigning: wants("sign") }), pane("devices"));
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

runClock(pane("own-clock"), () => {
  const slot = state?.right && state.slot;
  pane("own-clock").hidden = !slot;
  return slot ? reading(slot, { now: () => state.now + performance.now() - answeredAt, isFresh: isHeard }) : null;
});
timers.push(setInterval(look, EVERY_MS));
timers.push(setInterval(() => network.measure(lines.main.up && ownPicture()), REPORT_MS));
timers.push(setInterval(() => {
  pane("level").value = devices.level;
  if (devices.level > 0.02) heardAt = performance.now();
}, 100));
addEventListener("pagehide", () => link.close());
addEventListener("online", () => turnedAway ?? look());
look();
draw();
