/**
 * The setup page with script: forms of the rundown are sent without leaving the page, rows are worked by keyboard,
 * what others change shows at once, and a removal can be undone. Without this file every form works as a form.
 */
import { dropTaken } from "../base/drafts.js";
import { keyboard, keyOf } from "../base/keys.js";
import { announce, refuse, toast } from "../base/toast.js";
import { say } from "../base/words.js";
import { Link, clientId } from "../link/link.js";
import { words as both } from "./words.js";

const words = say(both);
const PARTS = ["lines", "sum", "steps"]; // what a fresh copy of the page replaces, by id
const RUNDOWN = /^\/do\/(live\.(add|change|move|remove)_item)$/;

const NUMBERS = new Set(["session", "item", "position", "unit", "planned_minutes", "planned_seconds",
  "grace_seconds", "warning_seconds", "danger_seconds"]);

const OUTDATED = new Set(["NOT_FOUND", "NOT_PLANNED", "SESSION_CLOSED"]); // what is shown is not what is

const lines = () => document.getElementById("lines");
const add = document.querySelector('form[action="/do/live.add_item"]');
const token = document.querySelector('input[name="csrf_token"]').value;

// --- sending --------------------------------------------------------------------------------------------------------

async function send(name, fields) {
  const response = await fetch(`/api/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ client_id: clientId(), ...fields }),
  });
  const answer = await response.json();
  if (!answer.ok) throw answer.error;
  return answer;
}

async function carryOut(name, fields) {
  let answer = null;
  try {
    answer = await send(name, fields);
  } catch (error) {
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
    : value]));
}

document.addEventListener("submit", async (event) => {
  const name = RUNDOWN.exec(event.target.getAttribute("action"))?.[1];
  if (!name) return;
  event.preventDefault();
  const form = event.target;
  if (name === "live.remove_item") return void remove(form.closest(".line"));
  if (name === "live.move_item") return void move(form.closest(".line"), fieldsOf(form).position);
  const answer = await carryOut(name, fieldsOf(form));
  if (form === add && answer) startAnew(answer.item);
});

function startAnew(item) {
  add.reset();
  add.elements.client_id.value = clientId();
  add.elements.title.focus();
  announce(words.added(titleOf(document.getElementById(`item-${item}`))));
}

async function move(line, position) {
  await carryOut("live.move_item", { item: idOf(line), position });
  announce(words.moved(titleOf(line), document.getElementById(line.id)?.dataset.position));
}

async function remove(line) {
  const [title, was, next] = [titleOf(line), JSON.parse(line.dataset.undo), line.nextElementSibling
    ?? line.previousElementSibling];
  const position = Number(line.dataset.position);
  next?.focus();
  if (!(await carryOut("live.remove_item", { item: idOf(line) }))) return;
  const undo = () => carryOut("live.add_item", { ...was, position, session: Number(document.body.dataset.session) });
  toast(words.removed(title), { action: { label: words.undo, run: undo } });
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

/** Somebody else changed something: show it, unless that would take a half-written change away. */
const nobodyWrites = () => !lines().querySelector(".line-more[open]");
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

function moveBy(step) {
  const line = chosen();
  const position = Number(line.dataset.position) + step;
  if (line.querySelector(".line-more") && position >= 1 && position <= lines().children.length) move(line, position);
}

function change() {
  const more = chosen().querySelector(".line-more");
  if (!more) return;
  more.open = true;
  more.querySelector(".input").focus();
}

keys.on("ArrowDown", words.next, () => choose(1), { ...options, repeat: true });
keys.on("ArrowUp", words.previous, () => choose(-1), { ...options, repeat: true });
keys.on("Alt+ArrowDown", words.later, () => moveBy(1), options);
keys.on("Alt+ArrowUp", words.earlier, () => moveBy(-1), options);
keys.on("Enter", words.change, change, options);
keys.on("Delete", words.remove, () => chosen().querySelector(".line-more") && remove(chosen()), options);
keys.on("n", words.add, () => add.elements.title.focus(), { group: words.rundown });

document.addEventListener("keydown", (event) => {
  const open = keyOf(event) === "Escape" && event.target.closest?.(".line-more[open]");
  if (!open) return;
  open.open = false;
  open.closest(".line").focus();
});

document.getElementById("line-keys").hidden = false;
