/**
 * The slot policy as a form: the same thing as its JSON, which stays what is sent. Whatever is typed is tried on the
 * figures at once, and what cannot be used stands beside its field. Without this file the JSON and two buttons remain.
 */
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { icon } from "../base/badges.js";
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";
import { words as both } from "./policy_words.js";

const w = say(both);
const byId = (id) => document.getElementById(id);
const [editor, text, preview] = [byId("editor"), byId("policy"), byId("preview")];
const { groups } = JSON.parse(byId("policy-facts").textContent);
const labels = JSON.parse(byId("labels").textContent);
const WHOLE = ["minutes", "opening_s", "closing_s", "reserve_s", "interruptions_s", "silent_after"];
/** Amounts keep the decimals that were typed; everything else that counts is a whole number. */
const AMOUNTS = ["base_s", "per_point_s"];
const NEW = { name: "", name_en: "", pick: "top", group: groups[0] ?? "", count: 1, base_s: "180", per_point_s: "2",
  shortest_s: 120, longest_s: 480, at_zero: "count_over", grace_s: 0, units: [] };
const WAIT_MS = 500;

let policy = read();
let way = policy ? "form" : "text";
let faults = new Map();
let due = null;
let asked = 0;

// --- the same thing in two ways -------------------------------------------------------------------------------------

/** What the text says, or null where that is no policy with rows. */
function read() {
  try {
    const told = JSON.parse(text.value);
    return told && typeof told === "object" && Array.isArray(told.segments)
      && told.segments.every((one) => one && typeof one === "object") ? told : null;
  } catch {
    return null;
  }
}

function write() {
  text.value = JSON.stringify(policy, null, 2);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(wanted) {
  if (wanted === "form") {
    const told = read();
    if (!told) return void announce(w.unreadable), tryOut();
    policy = told;
  }
  way = wanted;
  draw();
  (way === "form" ? byId("form") : byId("json")).querySelector(".input")?.focus();
  return undefined;
}

function change(of, name, value) {
  of[name] = value;
  if (name === "at_zero") of.grace_s = value === "grace" ? of.grace_s || 10 : 0;
  draw();
  write();
}

/** A whole number as such, anything else as it was typed: the server says what is wrong with it. */
const number = (value) => (/^-?\d{1,15}$/.test(value) ? Number(value) : value);

// --- drawing --------------------------------------------------------------------------------------------------------

const NONE = Object.freeze([]);
const faultsAt = (where) => faults.get(where) ?? NONE;

function frame(where, label, control) {
  const [why] = faultsAt(where);
  const id = `f-${where}`;
  return html`<div class="field"><label for=${id}>${label}</label>${control(id, why)}${why
    ? html`<span class="field-error" id=${`${id}-error`}>${icon("warning")}${why}</span>` : nothing}</div>`;
}

function input(of, at, name, { kind = "text", list = null, lang = null, label = w.fields[name] } = {}) {
  const where = at + name;
  const typed = ({ target }) => change(of, name, kind === "number" && !AMOUNTS.includes(name) ? number(target.value)
    : target.value);
  return frame(where, label, (id, why) => html`<input class="input" id=${id} type="text"
    inputmode=${kind === "number" ? (AMOUNTS.includes(name) ? "decimal" : "numeric") : nothing} lang=${lang ?? nothing}
    autocomplete="off" maxlength="120" list=${list ?? nothing} aria-invalid=${why ? "true" : nothing}
    aria-describedby=${why ? `${id}-error` : nothing} .value=${live(String(of[name] ?? ""))} @input=${typed}>`);
}

function select(of, at, name, options) {
  return frame(at + name, w.fields[name], (id, why) => html`<select class="input" id=${id}
    aria-invalid=${why ? "true" : nothing} .value=${live(of[name] ?? "")}
    @change=${({ target }) => change(of, name, target.value)}>${Object.entries(options).map(([value, said]) =>
    html`<option value=${value} ?selected=${value === of[name]}>${said}</option>`)}</select>`);
}

/** The names of units, one a line. */
function named(of, at) {
  const typed = ({ target }) => change(of, "units", target.value.split("\n").map((one) => one.trim()).filter(Boolean));
  return frame(`${at}units`, w.fields.units, (id, why) => html`<textarea class="input" id=${id} rows="3"
    aria-invalid=${why ? "true" : nothing} .value=${(of.units ?? NONE).join("\n")} @change=${typed}></textarea>`);
}

function segment(one, place) {
  const at = `segments.${place}.`;
  const title = one.name || w.unnamed;
  const press = (sign, label, run, off = false) => html`<button class="button small quiet icon-only" type="button"
    aria-label=${label} title=${label} ?disabled=${off} data-press=${`${sign}-${place}`}
    @click=${run}>${icon(sign)}</button>`;
  const kind = "number";
  return html`<li class="policy-segment">
    <div class="policy-segment-head"><h3>${place + 1}. ${title}</h3>
      ${press("up", w.up(title), () => move(place, -1), place === 0)}
      ${press("down", w.down(title), () => move(place, 1), place === policy.segments.length - 1)}
      ${press("cross", w.remove(title), () => remove(place))}</div>
    ${faultsAt(`segments.${place}`).map((why) => html`<p class="field-error">${icon("warning")}${why}</p>`)}
    <div class="policy-segment-fields">
      <div class="is-half">${input(one, at, "name")}</div>
      <div class="is-half">${input(one, at, "name_en", { lang: "en" })}</div>
      ${select(one, at, "pick", labels.pick)}
      ${one.pick === "named" ? html`<div class="is-whole">${named(one, at)}</div>`
        : html`${input(one, at, "group", { list: "policy-groups" })}${
          input(one, at, "count", { kind, label: one.pick === "duel" ? w.pairs : w.fields.count })}`}
      ${input(one, at, "base_s", { kind })}${input(one, at, "per_point_s", { kind })}
      ${input(one, at, "shortest_s", { kind })}${input(one, at, "longest_s", { kind })}
      ${select(one, at, "at_zero", labels.at_zero)}
      ${one.at_zero === "grace" ? input(one, at, "grace_s", { kind }) : nothing}
    </div>
  </li>`;
}

function draw() {
  byId("ways").hidden = false;
  byId("form").hidden = way !== "form";
  byId("json").hidden = way === "form";
  for (const one of byId("ways").children) one.setAttribute("aria-pressed", String(one.dataset.way === way));
  if (way !== "form") return;
  render(html`<datalist id="policy-groups">${groups.map((one) => html`<option value=${one}></option>`)}</datalist>
    ${faultsAt("").map((why) => html`<p class="field-error">${icon("warning")}${why}</p>`)}
    <div class="policy-whole">${WHOLE.map((name) => input(policy, "", name, { kind: "number" }))}</div>
    <ol class="policy-segments">${policy.segments.map(segment)}</ol>
    <p class="button-row"><button class="button" type="button" id="add-segment" @click=${add}>${icon("plus")}<span>${
      w.add}</span></button></p>`, byId("form"));
}

// --- rows -----------------------------------------------------------------------------------------------------------

function redone(focus) {
  draw();
  write();
  focus?.focus();
}

function add() {
  policy.segments.push({ ...NEW });
  redone();
  byId(`f-segments.${policy.segments.length - 1}.name`).focus();
}

function remove(place) {
  const [gone] = policy.segments.splice(place, 1);
  redone(byId("add-segment"));
  announce(w.removed(gone.name || w.unnamed));
}

function move(place, by) {
  const [one] = policy.segments.splice(place, 1);
  policy.segments.splice(place + by, 0, one);
  redone();
  const pressed = document.querySelector(`[data-press="${by < 0 ? "up" : "down"}-${place + by}"]`);
  const back = `[data-press="${by < 0 ? "down" : "up"}-${place + by}"]`;
  (pressed.disabled ? document.querySelector(back) : pressed).focus();
  announce(w.moved(one.name || w.unnamed, place + by + 1));
}

// --- what it would lead to ------------------------------------------------------------------------------------------

function soon() {
  clearTimeout(due);
  due = setTimeout(tryOut, WAIT_MS);
}

/** The page that the preview button would lead to, of which only the preview is taken. */
async function tryOut() {
  clearTimeout(due);
  const mine = (asked += 1);
  const body = new FormData(editor);
  body.set("press", "preview");
  preview.setAttribute("aria-busy", "true");
  let found = null;
  try {
    const answer = await fetch(editor.action, { method: "POST", body, headers: { Accept: "text/html" } });
    found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("preview");
  } catch {
    found = null;
  }
  if (mine !== asked) return;
  preview.removeAttribute("aria-busy");
  if (found) preview.replaceChildren(...document.importNode(found, true).childNodes);
  else preview.textContent = w.unreachable;
  hear();
}

/** What is wrong goes to its fields; of the policy as a whole, above them. */
function hear() {
  faults = new Map();
  for (const { dataset } of preview.querySelectorAll("#faults > li")) {
    faults.set(dataset.where, [...faultsAt(dataset.where), dataset.why]);
  }
  for (const name of ["theme", "period"]) {
    const field = editor.elements[name];
    if (faults.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  draw();
}

byId("ways").addEventListener("click", ({ target }) => target.dataset.way && choose(target.dataset.way));
for (const field of [text, editor.elements.theme, editor.elements.period]) field.addEventListener("input", soon);
editor.addEventListener("reset", () => setTimeout(() => {
  policy = read() ?? policy;
  draw();
  tryOut();
}));
editor.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "preview") return;
  event.preventDefault();
  tryOut();
});
draw();
if (preview.querySelector("#faults")) hear();
else if (!preview.querySelector(".plan-sums")) tryOut();
