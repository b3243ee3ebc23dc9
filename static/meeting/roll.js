// The roll call: every unit that is expected, marked by one press or one key; marks of others show as they are made.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { language, say } from "../base/words.js";
import { Desk, button, format } from "../desk/desk.js";
import { examOf } from "../link/exam.js";
import { session } from "../link/state.js";
import { attendanceTable } from "./attendance.js";
import { words } from "./words.js";

const w = say(words);
const ICONS = { present: "check", left: "arrow", absent: "ban", expected: "clock" };
const LEVELS = ["city", "district", "department", "street"];
const FILTERS = ["all", "expected", "present", "left", "absent"];
const MARKS = ["present", "left", "absent"];
const pane = document.getElementById("roll");
const desk = new Desk({ draw, view: "staff" });

const units = new Map(); // by id, in the order of the roll
const shows = { filter: "all", level: "", text: "", ids: [], at: 0, asked: null, reason: "" };
let total = null;

desk.link.addEventListener("skipped", () => total !== null && load());
desk.link.addEventListener("entry", ({ detail }) => hear(detail));

// --- what is known --------------------------------------------------------------------------------------------------

/** All of the roll, a page at a time. */
async function load() {
  total ??= 0;
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    let found;
    try {
      found = await desk.link.call("exam.roll_call", { session: desk.page.session, page });
    } catch (problem) {
      return desk.refused(problem);
    }
    ({ pages, total } = found);
    for (const one of found.units) units.set(one.unit, one);
    choose({});
  }
  return null;
}

/** Somebody marked a unit: the last mark counts, and says whose it is. */
function hear({ kind, at, by, payload }) {
  const one = kind === "exam.presence_marked" && units.get(payload.unit);
  if (!one) return;
  const { presence, reason } = payload;
  units.set(one.unit, { ...one, presence, reason, since: presence === "expected" ? null : at, role: by?.role ?? null,
    by: "" });
  desk.redraw();
}

const nameOf = (one) => (language() === "en" && one.name_en) || one.name;

function fits(one) {
  const typed = shows.text.toLowerCase();
  return (shows.filter === "all" || one.presence === shows.filter) && (!shows.level || one.kind === shows.level)
    && (!typed || [one.name, one.name_en, one.head].some((text) => text.toLowerCase().includes(typed)));
}

/** Which stand in the list: what is marked keeps its place until the list is asked for anew. */
function choose(wish) {
  Object.assign(shows, wish);
  const was = shows.ids[shows.at];
  shows.ids = [...units.values()].filter(fits).map((one) => one.unit);
  shows.at = Math.max(0, shows.ids.indexOf(was));
  desk.redraw();
}

// --- marking --------------------------------------------------------------------------------------------------------

async function mark(unit, presence, reason = "") {
  const before = units.get(unit);
  if (!before || (before.presence === presence && before.reason === reason)) return;
  const answer = await desk.press(`roll:${unit}`, "exam.mark_presence", { session: desk.page.session, unit, presence,
    reason });
  if (!answer) return;
  desk.tell(`${nameOf(before)} · ${labelOf("presence", presence)}`, { action: { label: w.undo,
    run: () => mark(unit, before.presence, before.reason) } });
}

function askReason(unit) {
  const { presence, reason } = units.get(unit);
  Object.assign(shows, { asked: unit, reason: presence === "absent" ? reason : "" });
  desk.focusDrawn("roll-reason", { selected: true });
}

function saveReason() {
  if (shows.reason.trim().length < 2) return desk.tell(w.needReason, { kind: "refusal" });
  mark(shows.asked, "absent", shows.reason.trim());
  return leave();
}

function leave() {
  shows.asked = null;
  document.activeElement?.blur();
  desk.redraw();
}

function move(steps) {
  shows.at = Math.max(0, Math.min(shows.ids.length - 1, shows.at + steps));
  desk.redraw();
  requestAnimationFrame(() => requestAnimationFrame(() => pane.querySelector("[aria-current]")?.scrollIntoView({
    block: "nearest" })));
}

/** By key: the unit at hand, and on to the next. */
function markHere(presence) {
  const unit = shows.ids[shows.at];
  if (unit === undefined || !isOpen()) return;
  if (presence === "absent") return askReason(unit);
  mark(unit, presence);
  move(1);
}

const isOpen = () => desk.live && session(desk.state).state !== "closed";

// --- what is drawn --------------------------------------------------------------------------------------------------

function draw(state) {
  if (total === null) load();
  const counts = examOf(state)?.attendance ?? {};
  const gone = shows.ids.filter((id) => !fits(units.get(id))).length;
  render(html`<header class="roll-head">
      <div><h1>${w.rollCall}</h1><p class="print-only">${w.printedAt(format.dateTime(desk.link.now()))}</p></div>
      ${attendanceTable(counts)}
    </header>
    <div class="roll-filters no-print">
      <div class="tabs" role="group">${FILTERS.map((name) => html`<button type="button"
        aria-pressed=${String(shows.filter === name)} @click=${() => choose({ filter: name })}>${w.filters[name]
          ?? labelOf("presence", name)}
        <span class="num">${countOf(counts, name)}</span></button>`)}</div>
      <select class="input" aria-label=${w.allLevels} @change=${(event) => choose({ level: event.target.value })}>
        <option value="">${w.allLevels}</option>${LEVELS.filter((one) => counts[one]).map((one) => html`<option
          value=${one}>${labelOf("unit_kind", one)}</option>`)}</select>
      <input class="input" type="search" id="roll-search" placeholder=${w.find} aria-label=${w.find} autocomplete="off"
        @input=${(event) => choose({ text: event.target.value.trim() })}>
      ${button({ label: w.print, symbol: "print", run: () => print() })}
    </div>
    <button class="lane-new no-print" type="button" ?disabled=${!gone} @click=${() => choose({})}>${gone
      ? w.refresh(gone) : units.size < (total ?? 0) ? w.loading(units.size, total) : w.inStep}</button>
    ${list()}`, pane);
}

const countOf = (counts, name) => {
  const all = counts.all ?? { expected: 0, present: 0, left: 0, absent: 0 };
  return name === "all" ? all.expected : name === "expected" ? all.expected - all.present - all.left - all.absent
    : all[name];
};

function list() {
  if (!shows.ids.length) {
    const [title, more] = total ? [w.nothingFound, w.nothingFoundMore] : [w.nobodyExpected, w.nobodyExpectedMore];
    return total === null ? nothing : html`<div class="empty">${icon("people")}<p
      class="empty-title">${title}</p><p>${more}</p></div>`;
  }
  const lines = shows.ids.flatMap((id, place) => {
    const one = units.get(id);
    const level = one.kind === units.get(shows.ids[place - 1])?.kind ? [] : [{ level: one.kind }];
    return [...level, { one, place }];
  });
  return html`<ol class="roll">${repeat(lines, (line) => line.level ?? line.one.unit, ({ level, one, place }) => (level
    ? html`<li class="roll-level">${labelOf("unit_kind", level)}</li>` : row(one, place)))}</ol>
    <datalist id="roll-reasons">${w.reasons.map((one) => html`<option value=${one}></option>`)}</datalist>`;
}

function row(one, place) {
  const off = !isOpen();
  const busy = desk.isPending(`roll:${one.unit}`);
  return html`<li class="roll-row ${fits(one) ? "" : "is-gone"}" aria-current=${place === shows.at ? "true" : nothing}
      @click=${() => place !== shows.at && move(place - shows.at)}>
    <span class="roll-name"><strong>${nameOf(one)}</strong><small>${one.head}</small></span>
    <span class="roll-state" data-presence=${one.presence}>${icon(ICONS[one.presence])}<span>${labelOf("presence",
      one.presence)}${one.reason ? ` · ${one.reason}` : ""}<small>${one.since ? w.saidAt(format.time(one.since), one.by
        || labelOf("doer", one.role)) : ""}</small></span></span>
    ${shows.asked === one.unit ? reasonForm() : html`<span class="roll-acts no-print">${MARKS.map((name, number) =>
      button({ label: w.actions[name] ?? labelOf("presence", name), kind: "small",
        key: place === shows.at ? String(number + 1) : null, pressed: one.presence === name, disabled: off || busy,
        run: () => (name === "absent" ? askReason(one.unit) : mark(one.unit, name)) }))}</span>`}</li>`;
}

function reasonForm() {
  return html`<form class="roll-reason no-print" @submit=${(event) => (event.preventDefault(), saveReason())}>
    <input class="input" id="roll-reason" list="roll-reasons" maxlength="200" autocomplete="off" aria-label=${w.reason}
      placeholder=${w.reason} .value=${live(shows.reason)} @input=${(event) => (shows.reason = event.target.value)}>
    ${button({ label: w.save, kind: "small primary", run: saveReason })}${button({ label: w.cancel, kind: "small",
      run: leave })}</form>`;
}

// --- keys -----------------------------------------------------------------------------------------------------------

const on = (key, label, run, options = {}) => desk.keys.on(key, label, run, { group: w.groups.roll, ...options });
MARKS.forEach((name, number) => on(String(number + 1), labelOf("presence", name), () => markHere(name)));
on("0", w.keys.expected, () => markHere("expected"));
on("j", w.keys.next, () => move(1), { repeat: true });
on("k", w.keys.back, () => move(-1), { repeat: true });
on("ArrowDown", w.keys.next, () => move(1), { repeat: true });
on("ArrowUp", w.keys.back, () => move(-1), { repeat: true });
on("f", w.keys.unsaid, () => choose({ filter: shows.filter === "expected" ? "all" : "expected" }));
on("/", w.keys.search, () => document.getElementById("roll-search").focus());
on("Escape", w.keys.out, leave, { whileTyping: true });
