/** A page of the panel, a member's phone or the studio's tablet: drawn anew when a verdict is opened or closed. */
import "../base/start.js";
import { Link } from "../link/link.js";
import { openVerdict, secondsLeft } from "./parts.js";
import { say } from "../base/words.js";
import { words } from "./words.js";

const w = say(words);
const { session, follows, verdict, stays, card } = document.body.dataset;
/** Whoever has gone away from the tablet leaves no card behind. */
const LEFT_ALONE_MS = 60_000;
const link = new Link({ session: Number(session), view: follows });
const left = document.getElementById("left");

/** What was typed is not lost to a redrawing: whoever has begun presses first. */
const isTyping = () => Boolean(document.querySelector("input[name=card]:not([type=hidden])")?.value);

function look() {
  if (!link.ready) return;
  const open = openVerdict(link.state);
  if (String(open?.id ?? "") !== verdict && !isTyping()) location.replace(stays || location.href);
  if (left && open) left.textContent = secondsLeft(open, link.now()) ? w.left(secondsLeft(open, link.now())) : w.timeUp;
}

if (card && stays) setTimeout(() => location.replace(stays), LEFT_ALONE_MS);
link.addEventListener("state", look);
setInterval(look, 500);
