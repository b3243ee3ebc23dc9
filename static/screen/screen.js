/** The studio screen: shows what is on air, as it is now. Nobody presses anything here. */
import "../base/fit.js";
import { render } from "../vendor/lit-html/lit-html.js";
import { Link, Refused, clientId } from "../link/link.js";
import { nextItem } from "../link/state.js";
import { Captions } from "./captions.js";
import { FilmPlayer } from "./film.js";
import { showing, views } from "./views.js";

const CAPTION_SIGNS = 60; // two lines in large type
const EVENING = 500; // the closing card counts all the answers of the session
const { session, follows } = document.body.dataset;
const link = new Link({ session: Number(session), view: follows, pages: true });
link.want("response", "newest", EVENING);
const stage = document.getElementById("main");
const film = new FilmPlayer(link, document.getElementById("film"), { next: (state) => nextItem(state)?.id,
  changed: () => report() });
if (new URLSearchParams(location.search).get("captions") === "1") {
  document.body.dataset.captions = "on";
  new Captions(document.body, link, "screen-captions", CAPTION_SIGNS);
}

function draw() {
  const show = showing(link.state);
  if (document.body.dataset.view === "clear") stage.replaceChildren();
  document.body.dataset.view = show.view;
  render(views[show.view](show, link), stage);
  film.follow(link.state, show.view === "item");
}

/** On air a lost link must not shout; the crew knows the mark in the corner. */
function confess() {
  document.getElementById("out-of-step").hidden = link.status !== "stale";
}

/** The host's desk is told that this screen is there, in step and plays; only one that the crew opened counts. */
const screen = clientId();
async function report() {
  if (!link.isFresh) return;
  try {
    await link.call("live.report_screen", { session: link.session, screen, is_mute: film.isMute,
      ...(film.isStuck ? { is_stuck: true } : {}) }, { forMs: 0 });
  } catch (problem) {
    if (problem instanceof Refused && ["SIGNED_OUT", "FORBIDDEN"].includes(problem.code)) clearInterval(reporting);
  }
}
const reporting = setInterval(report, 2000);

link.addEventListener("state", draw);
link.addEventListener("status", confess);
