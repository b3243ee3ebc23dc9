/** The stenographer's desk: Enter sends the line and the next one can be typed at once. Each is sent with the key made
 * for it until it is answered, one after the other: what was taken, and the answer lost, is there once. Without this
 * each line loads the page anew. */
import { clientId } from "../link/answers.js";
import { post } from "../link/plain.js";

const PATIENCE_MS = 6000;
const PAUSE_MS = 1000;
const GIVEN_UP_AFTER_MS = 20_000;
const root = document.querySelector("[data-captions]");
const form = root?.querySelector("form");
const refused = root?.querySelector("[data-refused-line]");
const notTaken = refused?.textContent;
const written = document.querySelector("[data-written]");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const waiting = []; // {text, key}, oldest first
let returned = []; // what stands in the field again, with the keys under which it may have been taken
let isSending = false;

/** The server's answer to a line; null when none came for as long as is bearable. */
async function answered({ text, key }) {
  const line = { session: Number(form.elements.namedItem("session").value), text, client_id: key };
  for (const until = performance.now() + GIVEN_UP_AFTER_MS;;) {
    const answer = await post("media.caption", line, PATIENCE_MS);
    if (answer || performance.now() > until) return answer;
    await pause(PAUSE_MS);
  }
}

async function deliver() {
  if (isSending) return;
  isSending = true;
  while (waiting.length) {
    const answer = await answered(waiting[0]);
    if (!answer?.ok) giveBack(answer?.error);
    else if (waiting.shift()) await addWritten();
    refused.hidden = Boolean(answer?.ok);
  }
  isSending = false;
}

/** All that waits stands in the field again, before what was typed meanwhile. */
function giveBack(error) {
  const field = form.elements.namedItem("text");
  returned = waiting.splice(0);
  field.value = [...returned.map(({ text }) => text), field.value].filter(Boolean).join(" ");
  refused.textContent = [notTaken, error?.message].filter(Boolean).join(" ");
}

/** What is in the field as lines: those that were given back, if they are as they were, each with its own key. */
function linesOf(typed) {
  const again = [];
  let rest = typed;
  for (const one of returned) {
    if (rest !== one.text && !rest.startsWith(`${one.text} `)) break;
    again.push(one);
    rest = rest.slice(one.text.length).trim();
  }
  returned = [];
  return rest ? [...again, { text: rest, key: clientId() }] : again;
}

/** The lines that are new, each as the page has it: a correction that is being typed in another one stays. */
async function addWritten() {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const lines = [...page.querySelectorAll("[data-written] > li")];
    written.prepend(...lines.filter((one) => !document.getElementById(one.id)));
    document.querySelector("[data-nothing-written]").hidden = true;
  } catch { /* they stand here after the next one */ }
}

form?.addEventListener("submit", (event) => {
  const field = form.elements.namedItem("text");
  const typed = field.value.trim();
  event.preventDefault();
  if (!typed) return;
  field.value = "";
  waiting.push(...linesOf(typed));
  deliver();
});
