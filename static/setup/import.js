/** The import page: sends the file, paints the progress that comes back line by line, then the summary. */
import { announce, refuse, toast } from "../base/toast.js";
import { formats } from "../base/format.js";

const byId = (id) => document.getElementById(id);
const form = byId("import");
const file = byId("file");
const number = formats().number;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (file.files[0]?.size > Number(file.dataset.most)) return toast(file.dataset.tooLarge, { kind: "refusal" });
  const what = event.submitter?.value ?? "check";
  const body = new FormData(form);
  body.set("do", what);
  begin(what);
  try {
    const summary = await carryOver(body);
    if (summary) finish(what, summary);
  } catch (error) {
    refuse(error);
  } finally {
    byId("running").hidden = true;
    lock(false);
  }
});

/** Sends the form; returns the last line told, or null when it was refused. */
async function carryOver(body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw (await answer.json()).error;
  const bad = [];
  let last = null;
  for await (const step of lines(answer.body)) {
    if (step.refused) throw step.refused;
    bad.push(...step.bad);
    last = { ...step, bad };
    paint(step);
  }
  return last;
}

/** The JSON values of a stream, one a line. */
async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const whole = (rest + value).split("\n");
    rest = whole.pop();
    for (const line of whole) yield JSON.parse(line);
  }
}

function begin(what) {
  lock(true);
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

function finish(what, { total, fresh, known, bad }) {
  word("result-head", what);
  word("fresh-words", what);
  Object.entries({ total, fresh, known, bad: bad.length }).forEach(([name, n]) => {
    byId(`count-${name}`).textContent = number(n);
  });
  byId("after-check").hidden = what !== "check";
  byId("after-import").hidden = what !== "import";
  byId("bad").hidden = bad.length === 0;
  byId("bad-rows").replaceChildren(...bad.map(row));
  byId("result").hidden = false;
  byId("result").focus();
  announce(byId("result-head").textContent);
}

function row({ line, id, why }) {
  const cells = [number(line), id, why].map((text) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    return cell;
  });
  const element = document.createElement("tr");
  element.append(...cells);
  return element;
}

/** A heading that says one thing for looking through and another for importing. */
function word(id, what) {
  byId(id).textContent = byId(id).dataset[what];
}

function lock(locked) {
  for (const button of form.querySelectorAll("button")) button.disabled = locked;
  form.setAttribute("aria-busy", String(locked));
}
