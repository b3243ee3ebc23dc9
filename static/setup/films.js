/** The films of a session: a file goes up in pieces, and what becomes of each is shown while it does. What has come so
 * far is the server's to know: after a reload the same file, chosen again, goes on where it stopped. */
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";
import { clientId } from "../link/link.js";
import { words } from "./films_words.js";

const w = say(words);
const BUSY_MS = 1000;
const IDLE_MS = 10_000;
const RENEWED_MS = 20_000;
const MOST_FAULTS = 8;
const PATIENCE_MS = [1000, 2000, 4000, 8000, 15_000];
const LEAST_PIECE = 256 * 1024;
/** A piece that took less may be larger, one that took more smaller: the bar moves on every line. */
const PIECE_MS = [700, 3000];
const { session, piece, most } = document.body.dataset;
const token = document.querySelector('input[name="csrf_token"], meta[name="csrf-token"]');
const csrf = token?.value ?? token?.content;
const byId = (id) => document.getElementById(id);
const card = (film) => document.querySelector(`[data-film="${film}"]`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const queue = [];
let current = null; // {film, file, received, isCutOff}
let size = Math.min(1024 * 1024, Number(piece));

// --- the server ------------------------------------------------------------------------------------------------------

async function call(name, fields) {
  const response = await fetch(`/api/${name}`, { method: "POST", body: JSON.stringify(fields),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } });
  const answer = await response.json();
  if (!answer.ok) throw answer.error;
  return answer;
}

async function put(film, offset, body) {
  const response = await fetch(`/films/${film}?offset=${offset}`, { method: "PUT", body,
    headers: { Accept: "application/json", "X-CSRFToken": csrf } });
  const answer = await response.json();
  if (!response.ok) throw answer.error;
  return answer.received;
}

// --- uploading -------------------------------------------------------------------------------------------------------

async function upload(file) {
  if (file.size > Number(most)) return fault(w.tooLarge(file.name));
  if (!file.size) return fault(w.empty(file.name));
  try {
    const key = clientId();
    const begun = await patiently(() => call("media.begin_film", { client_id: key, session: Number(session),
      name: file.name.slice(-200), size: file.size, modified: Math.max(0, Math.round(file.lastModified)) }));
    current = { ...begun, file, isCutOff: false };
    if (!card(current.film)) await refresh();
    while (current.received < file.size) {
      show();
      await send();
    }
    announce(w.uploaded(file.name));
  } catch (refusal) {
    fault(refusal.code === "NOT_FOUND" ? w.gone(file.name) : refusal.message);
  }
  current = null;
  return refresh();
}

async function send() {
  const { film, file, received } = current;
  const began = performance.now();
  const body = file.slice(received, Math.min(received + size, file.size));
  try {
    current.received = await patiently(() => put(film, received, body));
  } catch (refusal) {
    if (refusal.code !== "PIECE_OUT_OF_PLACE") throw refusal;
    // It came from another window, or the answer was lost; or it is not the file that is waited for.
    if (refusal.data.received <= received) throw { message: w.stuck(file.name) };
    current.received = refusal.data.received;
  }
  const took = performance.now() - began;
  if (took < PIECE_MS[0]) size = Math.min(size * 2, Number(piece));
  if (took > PIECE_MS[1]) size = Math.max(size / 2, LEAST_PIECE);
}

/** What the network loses is sent again, for as long as the page is open; what the server refuses is not. */
async function patiently(work) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const done = await work();
      if (current) current.isCutOff = false;
      return done;
    } catch (problem) {
      if (problem.code && problem.code !== "BUSY" && problem.code !== "TOO_MANY") throw problem;
      if (problem.name === "NotReadableError") throw { message: w.changed(current.file.name) };
      if (current && !(await isReadable(current.file))) throw { message: w.changed(current.file.name) };
      if (current) current.isCutOff = true;
      show();
      await pause(PATIENCE_MS[Math.min(attempt, PATIENCE_MS.length - 1)]);
    }
  }
}

const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

let isRunning = false;
async function work() {
  if (isRunning) return;
  isRunning = true;
  while (queue.length) await upload(queue.shift());
  isRunning = false;
}

// --- what is shown ---------------------------------------------------------------------------------------------------

const faults = []; // of the files that were chosen last, each of which may have its own

function fault(sentence) {
  if (!faults.includes(sentence)) faults.push(sentence);
  faults.splice(0, faults.length - MOST_FAULTS);
  byId("fault").hidden = false;
  const lines = faults.map((one) => Object.assign(document.createElement("p"), { textContent: one }));
  byId("fault").querySelector("[role=alert] > div").replaceChildren(...lines);
  byId("fault").scrollIntoView({ block: "nearest" });
}

function forgetFaults() {
  faults.length = 0;
  byId("fault").hidden = true;
}

function bar(film, said, thousandths) {
  const place = card(film);
  const progress = place?.querySelector("progress");
  if (!progress) return;
  progress.value = Math.max(progress.value, thousandths);
  if (said) place.querySelector("[data-what]").textContent = said;
  place.querySelector("[data-count]").textContent = w.percent(Math.floor(progress.value / 10));
}

function show() {
  if (!current) return;
  const { film, file, received, isCutOff } = current;
  bar(film, isCutOff ? w.again : w.uploading, Math.floor((1000 * received) / file.size));
  const again = card(film)?.querySelector("[data-again]");
  if (again) again.hidden = true;
}

/** The list as it is now; a card in which somebody works is left alone until they have done. */
async function refresh() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["films", "kept"]) {
    const [old, now] = [byId(id), fresh.getElementById(id)];
    const isInUse = document.activeElement?.matches("input, select") && old?.contains(document.activeElement);
    if (!old || !now || isInUse) continue;
    const at = document.activeElement?.closest?.("[data-film]")?.id;
    for (const video of old.querySelectorAll("video")) keepPlaying(video, now);
    old.replaceWith(document.adoptNode(now));
    if (at) byId(at)?.querySelector("button")?.focus();
  }
  withScript();
  show();
}

/** A film that somebody looks at goes on. */
function keepPlaying(video, fresh) {
  const there = fresh.querySelector(`[id="${video.closest("[data-film]").id}"] video`);
  if (there && !video.paused) there.replaceWith(video);
}

/** A film's address is good for some minutes: whoever plays it later is given another one, and not again and again. */
const renewed = new Map();
async function renew(video) {
  const film = video.closest("[data-film]").id;
  if (performance.now() - (renewed.get(film) ?? -RENEWED_MS) < RENEWED_MS) return;
  renewed.set(film, performance.now());
  const wasPlaying = !video.paused;
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const there = fresh.getElementById(film)?.querySelector("video");
  if (!there) return;
  video.src = there.getAttribute("src");
  if (wasPlaying) video.play().catch(() => {}); // whoever looks may press
}

const seen = new Map(); // bytes that were here at the last look
async function look() {
  const { films } = await call("media.films", { session: Number(session) });
  const drawn = ({ id, state, cues, items }) => card(id)?.dataset.drawn === `${state} ${cues} ${items.length}`;
  const cards = document.querySelectorAll("[data-film]").length;
  if (films.length !== cards || !films.every(drawn)) {
    tell(films);
    await refresh();
  }
  for (const { id, state, size: whole, received, progress } of films) {
    if (state === "waiting") bar(id, progress ? w.making : w.turn, progress);
    const comes = received > (seen.get(id) ?? received) ? w.comesElsewhere : "";
    if (state === "arriving" && id !== current?.film) bar(id, comes, Math.floor((1000 * received) / whole));
    seen.set(id, received);
  }
  return films.some(({ state }) => state === "waiting" || state === "arriving");
}

function tell(films) {
  for (const { id, name, state } of films) {
    if (card(id)?.dataset.state === "waiting" && w[state]) announce(w[state](name));
  }
}

async function watch() {
  for (;;) {
    const isBusy = document.hidden ? false : await look().catch(() => true);
    await pause(isBusy ? BUSY_MS : IDLE_MS);
  }
}

function withScript() {
  for (const one of document.querySelectorAll("[data-again]")) one.hidden = false;
}

const file = byId("file");
if (file) {
  byId("chooser").hidden = false;
  file.addEventListener("change", () => {
    forgetFaults();
    queue.push(...file.files);
    file.value = "";
    work();
  });
  document.addEventListener("click", ({ target }) => target.closest?.("[data-again]") && file.click());
}
document.addEventListener("error", ({ target }) => target.matches?.("[data-film] video") && renew(target), true);
withScript();
watch();
