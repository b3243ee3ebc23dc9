/** A page that takes a table: sends the file and tells how far it is, then shows what the page says without a script.
 * The file stays chosen, so that it can be taken over once it was looked through. */
import { announce } from "../base/toast.js";
import { formats } from "../base/format.js";
import { lines } from "./lines.js";

const byId = (id) => document.getElementById(id);
const form = byId("import");
const { number } = formats();

// Another file, or the same one read otherwise, has to be looked through anew.
form.addEventListener("change", () => (byId("result").hidden = true));

document.addEventListener("submit", async (event) => {
  if (event.target !== form) return;
  event.preventDefault();
  const file = byId("file");
  if (file.files[0]?.size > Number(file.dataset.most)) return fault(file.dataset.tooLarge);
  const body = new FormData(form);
  body.set("do", event.submitter?.value ?? "check");
  begin(body.get("do"));
  try {
    show(await sent(body));
  } catch (error) {
    fault(error.message ?? String(error));
  } finally {
    byId("running").hidden = true;
    lock(false);
  }
});

/** Sends the form; returns the page that came of it. */
async function sent(body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw (await answer.json()).error;
  for await (const step of lines(answer.body)) {
    if (step.refused) throw step.refused;
    if (step.page) return new DOMParser().parseFromString(step.page, "text/html");
    byId("running-count").textContent = number(step.done);
  }
  throw new Error(byId("running").dataset.cutOff);
}

function show(page) {
  byId("seen").value = page.getElementById("seen").value;
  byId("result").replaceWith(document.importNode(page.getElementById("result"), true));
  byId("result").focus();
  announce(byId("result-head").textContent);
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
  byId("running-head").textContent = byId("running-head").dataset[what];
  byId("result").hidden = true;
  byId("running").hidden = false;
  byId("running-count").textContent = "";
}

function lock(locked) {
  for (const button of document.querySelectorAll("button[name=do]")) button.disabled = locked;
  form.setAttribute("aria-busy", String(locked));
}
