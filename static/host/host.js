// The host's desk: one hand, no reading, no surprises. The parts draw themselves; here they are joined to the keys.

import "../base/fit.js";
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { say } from "../base/words.js";
import { Desk, button, deskClock } from "../desk/desk.js";
import { RecordingAlarm } from "../desk/recording.js";
import { endingLine, followFloor, isMovable, rundownList } from "./rundown.js";
import { draggable, steps } from "../link/places.js";
import { floorItem, openSlot, rundown, session } from "../link/state.js";
import { filmReading } from "../link/film.js";
import { reading } from "../link/timing.js";
import { words } from "../desk/words.js";
import { Messages } from "../backstage/messages.js";
import { Timers } from "../backstage/timers.js";
import { HostClose } from "./close.js";
import { HostExam } from "./exam.js";
import { words as examWords } from "./exam_words.js";
import { HostGoingLive } from "./going_live.js";
import { HostPicture } from "./picture.js";
import { HostPrompts } from "./prompts.js";
import { HostQueue } from "./queue.js";
import { HostStage } from "./stage.js";
import { StagePeople } from "../stage/people.js";
import { Steps } from "./steps.js";
import { words as stepWords } from "./steps_words.js";
import { HostVerdict } from "./verdict.js";
import { words as verdictWords } from "../verdict/words.js";

const w = say(words);
const pane = (id) => document.getElementById(id);
const desk = new Desk({ view: "staff", draw });
const people = new StagePeople(desk);
const exam = new HostExam(desk, people);
const stage = new HostStage(desk, exam);
const picture = new HostPicture(desk);
const prompts = new HostPrompts(desk);
const verdict = new HostVerdict(desk);
const queue = new HostQueue(desk, pane("queue"), exam);
const close = new HostClose(desk);
const goingLive = new HostGoingLive(desk);
const messages = new Messages(desk);
const timers = new Timers(desk);
const lastSteps = new Steps(desk);
const alarm = new RecordingAlarm(desk);

function draw(state) {
  render(rundownPane(state), pane("rundown"));
  followFloor(pane("rundown"), floorItem(state)?.id);
  const beside = html`${verdict.draw(state)}${exam.isOne(state) ? exam.draw(state) : prompts.draw(state)}`;
  render(stage.draw(state, beside, html`${people.hands(state)}${messages.forHost(state)}`), pane("stage"));
  queue.draw(state);
  close.draw(state);
  goingLive.draw(state);
  drawTimers(state);
  alarm.draw(state);
  deskClock(pane("slot-clock"), readClock);
}

// What counts is drawn anew within a second, also when nothing comes from the server: what is left, the projected end.
setInterval(() => desk.link.ready && (session(desk.state).state === "live" || desk.armed) && desk.redraw(), 500);

/** Those that have begun stand in the foot, all of them and the same time for everybody in a dialog. */
function drawTimers(state) {
  render(html`${timers.chips(state)}${button({ label: w.timers, symbol: "clock", key: "T", kind: "small quiet",
    run: openTimers })}`, pane("timer-chips"));
  if (pane("timers").open) render(html`${timers.everybody(state)}${timers.list(state)}`, pane("timers-body"));
}

function openTimers() {
  pane("timers").showModal();
  desk.redraw();
}

function readClock() {
  return reading(openSlot(desk.state), desk.link) ?? filmReading(desk.state, desk.link) ?? stage.allotted(desk.state);
}

function rundownPane(state) {
  const now = desk.link.now();
  const isLive = session(state).state === "live";
  return html`<header class="pane-head">${picture.draw(state)}
      <h2 id="rundown-title">${w.rundown}</h2>${lastSteps.draw()}${exam.isOne(state) ? exam.ending(state, now)
        : endingLine(state, now)}</header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="rundown-title">${rundownList(state, now, {
      take: isLive ? (item) => stage.take(item) : null,
      isArmed: (item) => desk.isArmed(`take:${item.id}`),
      more: (item) => html`${exam.more(state, item)}${people.mark(state, item)}`,
      disarm: isLive ? (item) => stage.letFollow(item, false) : null,
    })}${exam.leftOut(state)}</div>
    <footer class="pane-foot button-row">${evening(session(state))}</footer>`;
}

/** Going live, taking questions, closing. */
function evening(now) {
  const busy = desk.isPending("evening");
  const off = !desk.live;
  const intake = { open: w.intakeOpen, closed: w.intakeClosed, not_yet: w.intakeNotYet }[now.intake];
  const send = (name) => desk.press("evening", name, { session: now.id });
  if (now.called_off !== null) return html`<span>${w.calledOff}</span><span>${now.called_off}</span>`;
  if (now.state === "closed")
    return html`<span>${w.closed}</span><a href="/sessions/${now.code}/minutes">${w.minutesPage}</a>`;
  return html`<span class="host-intake">${intake}</span>
    ${now.intake === "open"
      ? button({ label: w.closeIntake, run: () => send("live.close_intake"), disabled: off, busy })
      : button({ label: w.openIntake, run: () => send("live.open_intake"), disabled: off, busy })}
    ${goingLive.buttons(now, off, busy)}
    ${now.state === "live" ? button({ label: w.closeEvening, run: () => close.open(), symbol: "stop", disabled: off })
      : nothing}`;
}

/** Takes back what is armed, or leaves the field in which somebody types. */
function escape() {
  desk.disarm();
  if (document.activeElement?.matches("input, select")) document.activeElement.blur();
}

// Whoever goes into a field means the field: what was armed is taken back, so that no Enter there airs anything.
document.addEventListener("focusin", ({ target }) => target.matches("input, select") && desk.disarm());

const on = (key, label, run, group, options = {}) => desk.keys.on(key, label, run, { group, ...options });
on(" ", w.keys.startPause, () => stage.startOrPause(), w.groups.stage);
on("e", w.keys.end, () => stage.end(), w.groups.stage);
on("+", w.keys.extend, () => stage.extend(30), w.groups.stage);
on("=", w.keys.extend, () => stage.extend(30), w.groups.stage);
on("-", w.minus30, () => stage.extend(-30), w.groups.stage);
on("n", w.keys.next, () => (exam.isOne(desk.state) ? exam.begin() : stage.takeNext()), w.groups.stage);
[1, 2, 3, 5].forEach((minutes) => on(String(minutes), w.keys.minutes(minutes), () => stage.allot(minutes * 60),
  w.groups.stage));
on("j", w.keys.choose, () => queue.move(1), w.groups.queue, { repeat: true });
on("k", w.keys.choose, () => queue.move(-1), w.groups.queue, { repeat: true });
on("ArrowDown", w.keys.choose, () => queue.move(1), w.groups.queue, { repeat: true });
on("ArrowUp", w.keys.choose, () => queue.move(-1), w.groups.queue, { repeat: true });
on("Enter", w.keys.arm, () => (desk.armed ? desk.arm(desk.armed.key, desk.armed.run) : queue.enter()), w.groups.queue);
on("Escape", w.keys.cancel, escape, w.groups.queue, { whileTyping: true });
on("/", w.keys.search, () => queue.focusSearch(), w.groups.queue);
on("r", w.keys.refresh, () => queue.refresh(), w.groups.queue);
on("t", w.timers, openTimers, w.groups.stage);
on("y", w.keys.seen, () => messages.acknowledgeFirst(desk.state), w.groups.stage);
const v = say(verdictWords).host;
on("v", v.key, () => verdict.openOrClose(), v.group);
on("g", v.keyShow, () => verdict.show(), v.group);
desk.holdKey("c", w.keys.clear, () => pane("clear-floor"), { group: w.groups.stage });

// The rundown in another order, also while live: rows are dragged, or moved by keys while they have the focus.
const places = () => rundown(desk.state).map((one) => ({ id: one.id, case: one.case, isCase: one.kind === "case" }));
const find = (target) => {
  const element = target.closest("[data-item]");
  return element && { element, id: Number(element.dataset.item) };
};
const place = (item, at) => desk.press(`move:${item}`, "live.move_item", { item, ...at });
draggable(() => pane("rundown").querySelector(".rundown"), { find, lines: places, move: place });
const chosen = () => find(document.activeElement ?? document.body);
for (const [key, way, label] of [["ArrowUp", "up", w.keys.earlier], ["ArrowDown", "down", w.keys.later],
  ["ArrowRight", "into", w.keys.into], ["ArrowLeft", "out", w.keys.out]]) {
  on(`Alt+${key}`, label, () => step(way), w.rundown, { when: () => chosen() !== null });
}

function step(way) {
  const { id } = chosen();
  const at = steps(places(), id)[way];
  if (at && rundown(desk.state).some((one) => one.id === id && isMovable(one))) place(id, at);
}

const s = say(stepWords);
on("Ctrl+z", s.keys.undo, () => lastSteps.undo(), w.rundown);
on("Ctrl+Shift+z", s.keys.redo, () => lastSteps.redo(), w.rundown);

const e = say(examWords);
const onExam = (key, label, run) => on(key, label, run, e.group, { when: () => exam.isOne(desk.state) });
onExam("i", e.keys.ask, () => exam.askOrGoOn());
onExam("u", e.keys.cut, () => exam.dialogs.openCuts());
onExam("s", e.keys.skip, () => exam.skipNext());
onExam("h", e.keys.change, () => exam.changeNext());
