/** The import page: sends the file, paints the progress that comes back line by line, then the summary. */
import { announce } from "../base/toast.js";
import { formats } from "../base/format.js";
import { language } from "../base/words.js";
import { lines } from "./lines.js";

const byId = (id) => document.getElementById(id);
const form = byId("import");
const file = byId("file");
const when = formats();
const { number } = when;

/** What was looked through last; the server imports nothing else. */
let seen = "";

// Another file, or the same one read otherwise, has to be looked through anew.
form.addEventListener("change", () => {
  seen = "";
  byId("result").hidden = true;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (file.files[0]?.size > Number(file.dataset.most)) return fault(file.dataset.tooLarge);
  const what = event.submitter?.value ?? "check";
  const body = new FormData(form);
  body.set("do", what);
  body.set("seen", seen);
  begin(what);
  try {
    const summary = await carryOver(body);
    if (summary) finish(what, summary);
  } catch (error) {
    fault(error.message ?? String(error));
  } finally {
    byId("running").hidden = true;
    lock(false);
  }
});

/** Sends the form; returns the last line told, or null when it was refused. */
async function carryOver(body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw (await answer.json()).error;
  const [bad, preview] = [[], []];
  let last = null;
  for await (const step of lines(answer.body)) {
    if (step.refused) throw step.refused;
    bad.push(...step.bad);
    preview.push(...step.preview);
    last = { ...step, bad, preview };
    paint(step);
  }
  return last;
}

/** What went wrong stays in sight until something else is tried. */
function fault(sentence) {
  byId("fault").hidden = !sentence;
  byId("fault").querySelector("[role=alert] > div").textContent = sentence;
  if (sentence) byId("fault").scrollIntoView({ block: "nearest" });
}

function begin(what) {
  lock(true);
  fault("");
  word("running-head", what);
  byId("result").hidden = true;
  byId("running").hidden = false;
  byId("running-count").textContent = "";
  byId("running-bar").removeAttribute("value");
}

function paint({ done, total }) {
  byId("running-bar").max = total;
  byId("running-bar").value = done;
  byId("running-count").textContent = `${number(done)} / ${number(total)}`;
}

function finish(what, { total, fresh, known, bad, preview, seen: looked }) {
  seen = looked;
  word("result-head", what);
  word("fresh-words", what);
  Object.entries({ total, fresh, known, bad: bad.length }).forEach(([name, n]) => {
    byId(`count-${name}`).textContent = number(n);
  });
  byId("after-check").hidden = what !== "check";
  byId("after-import").hidden = what !== "import";
  byId("preview").hidden = what !== "check" || preview.length === 0;
  byId("preview-rows").replaceChildren(...preview.map(previewed));
  byId("bad").hidden = bad.length === 0;
  const most = Number(byId("bad-more").dataset.most);
  byId("bad-more").hidden = bad.length <= most;
  byId("bad-rows").replaceChildren(...bad.slice(0, most).map(unusable));
  byId("result").hidden = false;
  byId("result").focus();
  announce(byId("result-head").textContent);
}

const unusable = ({ line, id, why, value }) =>
  row([cell(number(line)), cell(id), cell(why), cell(value, "import-value")]);

function previewed({ line, id, title, body, asked_at, unit }) {
  const labels = byId("preview-rows").dataset;
  const words = cell("", "import-words");
  words.replaceChildren(...[title, body].map((text, at) => {
    const line = document.createElement("span");
    line.textContent = text;
    if (at) line.className = "list-note";
    return line;
  }));
  return row([
    cell(number(line), "has-label", labels.line),
    cell(id, "has-label", labels.id),
    words,
    cell(when.dateTime(asked_at), "nowrap has-label", labels.asked),
    cell(unit ? (language() === "en" && unit.name_en) || unit.name : "–", "has-label", labels.unit),
  ]);
}

function cell(text, className = "", label = "") {
  const element = document.createElement("td");
  element.textContent = text;
  element.className = className;
  if (label) element.dataset.label = label;
  return element;
}

function row(cells) {
  const element = document.createElement("tr");
  element.append(...cells);
  return element;
}

/** A heading that says one thing for looking through and another for importing. */
function word(id, what) {
  byId(id).textContent = byId(id).dataset[what];
}

function lock(locked) {
  for (const button of document.querySelectorAll("button[name=do]")) button.disabled = locked;
  form.setAttribute("aria-busy", String(locked));
}
