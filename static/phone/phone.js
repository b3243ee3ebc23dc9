/** The audience's phone: what is on air, asking, supporting, and what became of my questions. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { language, say } from "../base/words.js";
import { Link } from "../link/link.js";
import { showPicture } from "../picture/picture.js";
import { Ask } from "./ask.js";
import { showCaptions } from "./captions.js";
import { draw, List } from "./list.js";
import { Mine } from "./mine.js";
import { showOnAir } from "./onair.js";
import { Outbox } from "./outbox.js";
import { isOpen, supportButton, Supports } from "./support.js";
import { Verdict } from "./verdict.js";
import { words } from "./words.js";

const w = say(words);
/** Lower than any phone without its keyboard. */
const LOW_PX = 560;
const VIEWS = ["questions", "ask", "mine"];

/** Without script the three views stand below each other; with it one is shown, as the address says. */
function showView() {
  const wish = location.hash.slice(1);
  const shown = VIEWS.includes(wish) ? wish : "questions";
  for (const view of VIEWS) {
    document.getElementById(view).hidden = view !== shown;
    const link = document.querySelector(`.actionbar [href$="#${view}"]`);
    link.toggleAttribute("aria-current", view === shown);
    if (view === shown) link.setAttribute("aria-current", "page");
  }
  document.getElementById("ask-link").classList.toggle("primary", shown !== "ask");
  if (shown === "mine") document.getElementById("mine-news").hidden = true;
}

function turnTo() {
  showView();
  scrollTo({ top: 0, behavior: "instant" });
}

function onAirDetails(supports) {
  return (place, { session, question }) => {
    draw(place, question
      ? html`<p>${w.number(question.number)} · ${w.askedBy(question.asker || w.someone)}</p>
          <p class="button-row">
            ${isOpen(question) ? supportButton(supports, question) : nothing}
            <a class="button small" href="/questions/${question.id}">${w.see}</a>
          </p>`
      : html`<p>${(language() === "en" && session.theme_en) || session.theme}</p>`);
  };
}

function start() {
  const { session, title, follows } = document.body.dataset;
  const link = new Link({ session: Number(session), view: follows });
  const supports = new Supports(link);
  const outbox = new Outbox(link);
  const ask = new Ask({ link, outbox, supports, title });
  const first = JSON.parse(document.getElementById("first").textContent);
  new Mine({ link, outbox, rows: first.mine, takeBack: (letter) => ask.takeBack(letter) });
  new List({ link, supports, first: first.list });
  new Verdict(link);
  showPicture({ link, inStep: true });
  showCaptions(link);
  showOnAir(link, { details: onAirDetails(supports) });
  link.begin(first.snapshot);
}

/** How much of the page a keyboard covers, where the browser does not make the page lower for it. */
function keepAboveKeyboard() {
  const { height, offsetTop } = visualViewport;
  const root = document.documentElement;
  root.style.setProperty("--keyboard", `${Math.max(0, Math.round(innerHeight - height - offsetTop))}px`);
  root.classList.toggle("is-low", height < LOW_PX);
}

if (document.body.dataset.here) location.replace("#ask"); // a question that came back
showView();
if (window.visualViewport) {
  keepAboveKeyboard();
  for (const change of ["resize", "scroll"]) visualViewport.addEventListener(change, keepAboveKeyboard);
}
addEventListener("hashchange", turnTo);
start();
