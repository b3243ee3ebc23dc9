/** Captions: the last lines of what is said, as ticks bring them. Whoever does not want them puts them away, and the
 * phone remembers. They are not read aloud: whoever listens hears the words themselves. */
import { kept, keep } from "./kept.js";
import { words } from "./words.js";
import { say } from "../base/words.js";

const w = say(words);
const NAME = "captions";
/** What was said so long ago stands there no more. */
const STALE_MS = 15_000;

export function showCaptions(link) {
  const place = document.getElementById("captions");
  const lines = place.querySelector("[data-lines]");
  const toggle = place.querySelector("button");

  const dress = () => {
    const on = kept(NAME, true);
    lines.hidden = !on;
    toggle.textContent = on ? w.captionsOff : w.captionsOn;
  };
  toggle.addEventListener("click", () => {
    keep(NAME, !kept(NAME, true));
    dress();
  });
  dress();
  link.addEventListener("tick", ({ detail }) => {
    const fresh = (detail.captions ?? []).filter((one) => detail.now - one.to < STALE_MS);
    if (fresh.length) place.hidden = false;
    const text = fresh.map((one) => one.text).join("\n");
    if (lines.textContent !== text) lines.textContent = text;
  });
}
