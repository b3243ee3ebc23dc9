// A page that the vision mixer lays over the picture. It shows what is on air, says what it shows, and nothing else.

import { HEIGHT, Stack, WIDTH, byLayer } from "../graphics/stack.js";
import { Link, clientId } from "../link/link.js";
import { row } from "../link/state.js";
import { Captions } from "../screen/captions.js";
import { FilmPlayer } from "../screen/film.js";
import { settingsOf } from "./settings.js";

const REPORT_EVERY_MS = 2000;
const NAME_MS = 3000;
const USUAL_SAFE = 5;
/** More do not stand over a picture that is still to be seen. */
const CAPTION_SIGNS = 80;
const { session, output, layers, build } = JSON.parse(document.body.dataset.output);
const [, , token] = location.pathname.split("/");
const settings = settingsOf(location.search);
const stage = document.getElementById("stage");
const page = (sessionStorage.page ??= clientId()); // the same when it loads anew: nobody counts it twice

const link = new Link({ session, view: "output", token });
const clock = { now: () => link.now(), get isFresh() { return link.isFresh; } };
const stack = new Stack(stage, { clock, changed: () => report(),
  attributes: { lang: document.documentElement.lang, ...settings.attributes } });
const captions = settings.captions ? new Captions(stage, link, "output-captions", CAPTION_SIGNS) : null;
captions?.place.style.setProperty("--safe", `${settings.attributes.safe ?? USUAL_SAFE}%`);
const film = settings.film ? new FilmPlayer(link, stage.insertBefore(Object.assign(document.createElement("div"),
  { id: "film", hidden: true }), stage.firstChild), { changed: () => report() }) : null;
let own = null; // its row, as it was seen last
let frames = 0;
let fps = 0;
let isReporting = false;
let isOutdated = false; // something changed since what is being said was put together

function place() {
  const fit = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  stage.style.transform = `translate(${settings.x * fit}px, ${settings.y * fit}px) scale(${fit * settings.scale})`;
}

function draw() {
  const mine = row(link.state, "output", output);
  if (!mine) return captions?.clear(), stack.show({}); // revoked: the next page says so
  film?.follow(link.state);
  if (own && mine.reload_at !== own.reload_at) return location.reload();
  if (own && mine.identify_at !== own.identify_at) showName(mine.name);
  own = mine;
  const there = Object.entries(byLayer(link.state)).filter(([name]) => layers.includes(name));
  return stack.show(Object.fromEntries(there));
}

let hiding = null;
function showName(name) {
  const sign = document.getElementById("name");
  sign.textContent = name;
  sign.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (sign.hidden = true), NAME_MS);
}

/** What it really shows: the director is told, every two seconds and whenever it changes. */
async function report() {
  isOutdated = isReporting;
  if (!link.isFresh || isReporting) return;
  isReporting = true;
  try {
    await link.call("graphics.report_output", { session, page, layers: stack.shown(), fps, build,
      width: Math.round(innerWidth * devicePixelRatio), height: Math.round(innerHeight * devicePixelRatio),
      visible: !document.hidden, ...(film?.told ? { film: film.told } : {}) }, { forMs: 0 });
  } catch { /* the next one comes soon */ }
  isReporting = false;
  if (isOutdated) report();
}

function count() {
  frames += 1;
  requestAnimationFrame(count);
}

let since = performance.now();
setInterval(() => {
  fps = Math.min(1000, Math.round((frames * 1000) / (performance.now() - since)));
  [frames, since] = [0, performance.now()];
  report();
}, REPORT_EVERY_MS);

document.documentElement.dataset.feed = settings.feed;
if (settings.background) document.documentElement.style.background = settings.background;
addEventListener("resize", place);
document.addEventListener("visibilitychange", report);
link.addEventListener("state", draw);
// Cut off, and not by a server that ends: its token is good no more, and the page that comes then shows nothing.
link.socket.on("disconnect", (reason) => reason === "io server disconnect" && location.reload());
place();
count();
