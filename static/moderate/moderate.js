// The moderation desk: the parts draw themselves; here they are joined to the keys.

import { render } from "../vendor/lit-html/lit-html.js";
import { say } from "../base/words.js";
import { Desk } from "../desk/desk.js";
import { drawNotes } from "../desk/notes.js";
import { words } from "./words.js";
import { Alike } from "./alike.js";
import { ModerateCurrent } from "./current.js";
import { Decisions } from "./decisions.js";
import { Holds } from "./holds.js";
import { ModerateLane } from "./lane.js";

const REST_MS = 120;
const w = say(words);
const pane = (id) => document.getElementById(id);
const desk = new Desk({ view: "staff", draw });
const holds = new Holds(desk);
const alike = new Alike(desk);
const decisions = new Decisions(desk, { onShow: (id) => lane.show(id) });
const lane = new ModerateLane(desk, pane("lane"), { decisions, holds });
const current = new ModerateCurrent(desk, { lane, decisions, holds, alike });
let looked = null;
let timer = null;

function draw(state) {
  drawNotes(state, "moderator");
  lane.draw(state);
  if (lane.current !== looked) lookAt(lane.current);
  render(current.drawQuestion(state), pane("question"));
  render(current.drawAlike(state), pane("alike"));
}

/** Another question is under the eye: begin at its top, tell the others, and look for similar ones. */
function lookAt(id) {
  looked = id;
  pane("question").querySelector(".pane-body")?.scrollTo(0, 0);
  pane("alike").querySelector(".pane-body")?.scrollTo(0, 0);
  holds.look(id);
  clearTimeout(timer);
  if (id !== null) timer = setTimeout(() => alike.look(id), REST_MS);
}

const plain = () => current.mode === "plain";
const on = (key, label, run, group, options = {}) => desk.keys.on(key, label, run, { group, ...options });
on("a", w.approve, () => current.approve(), w.groups.decide, { when: plain });
on("r", w.refuse, () => current.enter("refuse"), w.groups.decide);
on("m", w.merge, () => current.enter("merge"), w.groups.decide);
on("w", w.reword, () => current.enter("reword"), w.groups.decide);
on("u", w.keys.unit, () => pane("unit")?.focus(), w.groups.decide);
on("g", w.keys.guess, () => current.takeGuess(), w.groups.decide);
on("z", w.undo, () => decisions.undo(), w.groups.decide);
for (let digit = 1; digit <= 7; digit += 1) {
  on(String(digit), w.keys.digit, () => current.digit(digit), w.groups.decide, { when: () => !plain() });
}
on("Ctrl+Enter", w.save, () => current.reword(), w.groups.decide,
  { whileTyping: true, when: () => current.mode === "reword" });
on("Escape", w.keys.cancel, () => current.leave(), w.groups.decide, { whileTyping: true });
on("j", w.keys.next, () => lane.move(1), w.groups.move, { repeat: true });
on("ArrowDown", w.keys.next, () => lane.move(1), w.groups.move, { repeat: true });
on("k", w.keys.back, () => lane.move(-1), w.groups.move, { repeat: true });
on("ArrowUp", w.keys.back, () => lane.move(-1), w.groups.move, { repeat: true });
on("n", w.keys.letIn, () => lane.letIn(), w.groups.move);
on("t", w.keys.lists, () => lane.nextList(), w.groups.move);
on("/", w.keys.search, () => lane.focusSearch(), w.groups.move);
