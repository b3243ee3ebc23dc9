// What is noted in the rundown for whoever sits at a desk: on what is on air, and on what comes next.

import { html, render } from "../vendor/lit-html/lit-html.js";
import { say } from "../base/words.js";
import { floorItem, nextItem } from "../link/state.js";
import { words } from "./words.js";

const w = say(words);

/** In the foot of the desk, in one line: `role` is one for which lines have notes. */
export function drawNotes(state, role) {
  const lines = Object.entries({ now: floorItem(state), next: nextItem(state) });
  const found = lines.filter(([, item]) => item?.notes?.[role]);
  render(found.map(([when, { notes }]) => html`<span title=${notes[role]}><strong>${w.noted[when]}</strong>
    ${notes[role]}</span>`), document.getElementById("desk-notes"));
}
