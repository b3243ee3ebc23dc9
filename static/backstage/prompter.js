// The teleprompter: the question that is on air, in large type, and nothing that moves.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { Link } from "../link/link.js";
import { floorItem, onAir, titled } from "../link/state.js";
import { words } from "./words.js";

const w = say(words).prompter;
const link = new Link({ session: Number(document.body.dataset.session), view: "staff" });
const page = document.getElementById("main");
let shown = null;

function draw() {
  const asked = onAir(link.state);
  const words = asked?.text ?? titled(floorItem(link.state));
  render(html`${asked ? html`<p class="prompter-line">${w.number(asked.number)}${asked.asker
    ? html` · ${asked.asker}` : nothing}</p>` : nothing}
    <p class="prompter-words typeset" dir="auto">${words ? typeset(words) : w.none}</p>
    ${asked?.background ? html`<p class="prompter-more typeset" dir="auto">${typeset(asked.background)}</p>`
      : nothing}`, page);
  if (shown !== words) page.scrollTop = 0; // another question begins at its first word
  shown = words;
}

link.addEventListener("state", draw);
link.addEventListener("status", () => (document.getElementById("out-of-step").hidden = link.status !== "stale"));
