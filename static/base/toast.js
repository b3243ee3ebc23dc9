/** What the system says back: toasts (with undo), and words for screen readers only. */
import { say, words } from "./words.js";

const SHOWN_MS = 6000;
const REFUSAL_MS = 20_000;
const AT_MOST = 3;

/**
 * Shows `message` at the foot of the window and returns a function that takes it away.
 *
 * kind: "info" | "good" | "refusal". A refusal leaves after twenty seconds, the others after six,
 * but never under the pointer or the focus. action: `{label, run}`, for instance undo.
 */
export function toast(message, { kind = "info", action = null } = {}) {
  const box = document.getElementById("toasts");
  const item = document.createElement("div");
  item.className = `toast ${kind}`;
  if (kind === "refusal") item.setAttribute("role", "alert");
  item.append(icon({ good: "check", refusal: "warning" }[kind] ?? "info"), text(message));
  if (action) item.append(button(action.label, "", () => (remove(), action.run())));
  item.append(button("×", "toast-close", remove, say(words).close));
  box.append(item);
  while (box.children.length > AT_MOST) box.firstElementChild.remove();

  function remove() {
    clearInterval(timer);
    item.remove();
  }
  let shown = 0;
  const forMs = kind === "refusal" ? REFUSAL_MS : SHOWN_MS;
  const timer = setInterval(() => {
    if (!item.matches(":hover, :focus-within")) shown += 250;
    if (shown >= forMs || !item.isConnected) remove();
  }, 250);
  return remove;
}

/** A refusal as the server sends it (`{code, message, …}`), or any error with a message. */
export const refuse = (refusal) => toast(refusal.message, { kind: "refusal" });

/** Says `message` to screen readers only. */
export function announce(message) {
  const line = document.getElementById("announcer");
  if (line) line.textContent = message;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", new URL(`icons.svg#${name}`, import.meta.url).href);
  svg.append(use);
  return svg;
}

function text(message) {
  const span = document.createElement("span");
  span.textContent = message;
  return span;
}

function button(label, className, run, name = null) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = label;
  if (name) element.setAttribute("aria-label", name);
  element.addEventListener("click", run);
  return element;
}
