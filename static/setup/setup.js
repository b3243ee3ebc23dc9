/**
 * The setup page with script: forms of the rundown are sent without leaving the page, rows are worked by keyboard,
 * dragged, what others change shows at once, and what one did can be undone. What somebody else has changed meanwhile
 * is shown beside what was typed. Without this file every form works as a form.
 */
import { icon } from "../base/badges.js";
import { dropTaken } from "../base/drafts.js";
import { keyboard, keyOf } from "../base/keys.js";
import { announce, refuse, toast } from "../base/toast.js";
import { say } from "../base/words.js";
import { Link, clientId } from "../link/link.js";
import { draggable } from "../link/places.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { differences } from "./differences.js";
import { words as both } from "./words.js";

const words = say(both);
const PARTS = ["lines", "sum", "steps", "line-tools", "add-where"]; // what a fresh copy of the page replaces, by id
const RUNDOWN = /^\/do\/(live\.((add|change|move|remove)_item|undo|redo|renumber_cues))$/;

const NUMBERS = new Set(["session", "item", "position", "before", "case", "seen", "unit", "planned_minutes",
  "planned_seconds", "grace_seconds", "warning_seconds", "danger_seconds"]);
const YES_OR_NO = new Set(["follows"]);

/** What is shown is not what is. */
const OUTDATED = new Set(["NOT_FOUND", "NOT_PLANNED", "SESSION_CLOSED", "STALE"]);

const lines = () => document.getElementById("lines");
const add = document.querySelector('form[action="/do/live.add_item"]');
const token = document.querySelector('input[name="csrf_token"]').value;

// --- sending --------------------------------------------------------------------------------------------------------

/** The keys of presses that were sent and not answered: pressed again at once, each is the same press. */
const unanswered = new Map();

async function send(name, fields) {
  const press = JSON.stringify([name, fields]);
  const key = unanswered.get(press) ?? clientId();
  unanswered.set(press, key);
  const response = await fetch(`/api/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ client_id: key, ...fields }),
  });
  const answer = await response.json();
  unanswered.clear(); // the page shows what is, from here on
  if (!answer.ok) throw answer.error;
  return answer;
}

async function carryOut(name, fields, stale = () => false) {
  let answer = null;
  try {
    answer = await send(name, fields);
  } catch (error) {
    if (error.code === "STALE" && stale(error.data.now)) return null;
    refuse(error.code ? withFields(error) : { message: words.unreachable });
    if (!OUTDATED.has(error.code)) return null;
  }
  if (answer) dropTaken(fields.client_id);
  await refresh();
  return answer;
}

/** What is wrong with which field stands in the data of a BAD_INPUT. */
function withFields(error) {
  const wrong = Object.values(error.data?.fields ?? {});
  return wrong.length ? { ...error, message: [error.message, ...wrong].join(" ") } : error;
}

function fieldsOf(form) {
  const own = new Set(["csrf_token", "next", "done", "back"]);
  const said = [...new FormData(form)].filter(([name]) => !own.has(name));
  return Object.fromEntries(said.map(([name, value]) => [name, NUMBERS.has(name) && value !== "" ? Number(value)
    : YES_OR_NO.has(name) ? value === "true" : value]));
}

/** What somebody else has written meanwhile stands above what was typed, which is kept; another press puts it there. */
function conflict(form, now) {
  if (!now) return false;
  form.elements.seen.value = now.rev;
  const found = differences(form, now);
  const place = form.querySelector(".line-conflict") ?? Object.assign(document.createElement("div"),
    { className: "line-conflict" });
  form.prepend(place);
  render(html`<div class="notice warning" role="alert" tabindex="-1">${icon("warning")}<div><p>${words.meanwhile}</p>
    <dl class="facts">${found.map(([name, said]) => html`<dt>${name}</dt><dd>${said || words.empty}</dd>`)}</dl>
    </div></div>`, place);
  place.firstElementChild.focus();
  return true;
}

document.addEventListener("submit", async (event) => {
  const name = RUNDOWN.exec(event.target.getAttribute("action"))?.[1];
  if (!name) return;
  event.preventDefault();
  const form = event.target;
  if (name === "live.remove_item") return void remove(form.closest(".line"));
  if (name === "live.move_item") return void move(form.closest(".line"), fieldsOf(form));
  if (name === "live.undo" || name === "live.redo") return void step(name);
  const changes = name === "live.change_item";
  const answer = await carryOut(name, fieldsOf(form), (now) => changes && conflict(form, now));
  if (answer && changes) document.getElementById(`item-${answer.item}`)?.focus();
  if (form === add && answer) startAnew(answer.item);
});

function startAnew(item) {
  add.reset();
  add.elements.client_id.value = clientId();
  add.elements.title.focus();
  announce(words.added(titleOf(document.getElementById(`item-${item}`))));
}

async function move(line, { before, case: inside }) {
  const place = before ? { before } : inside ? { case: inside } : {};
  await carryOut("live.move_item", { item: idOf(line), ...place });
  announce(words.moved(titleOf(line), document.getElementById(line.id)?.dataset.position));
}

async function remove(line) {
  const title = titleOf(line);
  (line.nextElementSibling ?? line.previousElementSibling)?.focus();
  if (!(await carryOut("live.remove_item", { item: idOf(line), seen: Number(line.dataset.rev) }))) return;
  toast(words.removed(title), { action: { label: words.undo, run: () => step("live.undo") } });
}

/** Undoes what one did last, or does it again; the answer says what that was. */
async function step(name) {
  const answer = await carryOut(name, { session: Number(document.body.dataset.session) });
  if (answer) toast((name === "live.undo" ? words.undone : words.redone)(answer.title, answer.lines), { kind: "good" });
}

const idOf = (line) => Number(line.id.replace("item-", ""));
const titleOf = (line) => line?.querySelector(".line-title")?.textContent ?? "";

// --- the fresh copy -------------------------------------------------------------------------------------------------

async function refresh(isWanted = () => true) {
  const response = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!isWanted()) return void refreshSoon();
  const focused = whereFocusIs();
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) old.replaceWith(document.adoptNode(now));
  }
  focused();
}

/** Remembers the focused control of a row, and returns what focuses its successor. */
function whereFocusIs() {
  const line = document.activeElement?.closest?.(".line");
  if (!line) return () => {};
  const at = [...line.querySelectorAll("button, summary, input, select")].indexOf(document.activeElement);
  return () => {
    const successor = document.getElementById(line.id);
    const control = at < 0 ? successor : successor?.querySelectorAll("button, summary, input, select")[at];
    (control?.disabled ? successor : control)?.focus();
  };
}

/** Somebody else changed something: show it, unless that would take a half-written change or a dragged line away. */
const nobodyWrites = () => !isDragged() && !lines().querySelector(".line-more[open]");
let due = null;
function refreshSoon() {
  clearTimeout(due);
  due = setTimeout(() => (nobodyWrites() ? refresh(nobodyWrites) : refreshSoon()), 300);
}

/** What the page shows of the live state: when that differs from what was shown last, there is something new. */
let shown = null;
const link = new Link({ session: Number(document.body.dataset.session), view: "staff" });
link.addEventListener("state", () => {
  const now = JSON.stringify([link.state.session, link.state.item]);
  if (now !== shown) refreshSoon();
  shown = now;
});

// --- the keyboard ---------------------------------------------------------------------------------------------------

const chosen = () => document.activeElement?.closest?.(".line") ?? null;
const options = { group: words.rundown, when: () => document.activeElement?.matches?.(".line") ?? false };
const keys = keyboard();

function choose(step) {
  const all = [...lines().querySelectorAll(".line")];
  all[all.indexOf(chosen()) + step]?.focus();
}

const moveBy = (way) => chosen().querySelector(`[data-move="${way}"]`)?.click();

function change() {
  const link = chosen().querySelector(".line-change");
  if (link) return void fetched(link);
  const more = chosen().querySelector(".line-more");
  if (!more) return;
  more.open = true;
  more.querySelector(".input").focus();
}

/** Of a long rundown, only the line that is asked for has its form. */
async function fetched(link) {
  const { id } = link.closest(".line");
  history.replaceState(null, "", link.getAttribute("href"));
  await refresh();
  document.getElementById(id)?.querySelector(".line-more .input")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".line-change");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  fetched(link);
});

keys.on("ArrowDown", words.next, () => choose(1), { ...options, repeat: true });
keys.on("ArrowUp", words.previous, () => choose(-1), { ...options, repeat: true });
keys.on("Alt+ArrowDown", words.later, () => moveBy("down"), options);
keys.on("Alt+ArrowUp", words.earlier, () => moveBy("up"), options);
keys.on("Alt+ArrowRight", words.into, () => moveBy("into"), options);
keys.on("Alt+ArrowLeft", words.out, () => moveBy("out"), options);
keys.on("Enter", words.change, change, options);
keys.on("Delete", words.remove, () => chosen().matches("[draggable]") && remove(chosen()), options);
keys.on("Ctrl+z", words.undo, () => step("live.undo"), { group: words.rundown });
keys.on("Ctrl+Shift+z", words.redo, () => step("live.redo"), { group: words.rundown });
keys.on("Ctrl+y", words.redo, () => step("live.redo"), { group: words.rundown });
keys.on("n", words.add, () => add.elements.title.focus(), { group: words.rundown });

document.addEventListener("keydown", (event) => {
  const open = keyOf(event) === "Escape" && event.target.closest?.(".line-more[open]");
  if (!open) return;
  open.open = false;
  open.closest(".line").focus();
});

// --- dragging -------------------------------------------------------------------------------------------------------

const places = () => [...lines().querySelectorAll(".line")].map((line) => ({ id: idOf(line),
  case: Number(line.dataset.case) || null, isCase: line.classList.contains("is-case") }));
const find = (target) => {
  const element = target.closest(".line");
  return element && { element, id: idOf(element) };
};
const isDragged = draggable(lines, {
  find, lines: places, move: (id, place) => move(document.getElementById(`item-${id}`), place),
});

document.getElementById("line-keys").hidden = false;
