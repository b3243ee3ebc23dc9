/** What every page has: hold buttons, character counters, dialogs opened by name, menus that close. */
import "./form_drafts.js";
import "./hold_button.js";
import { say, words } from "./words.js";

/** Characters are counted as the server counts them: by code point, line ends as one. */
const lengthOf = (text) => [...text].length;

function count(field) {
  const line = document.getElementById(`${field.id}-count`);
  if (!line) return;
  const left = Number(field.dataset.count) - lengthOf(field.value);
  line.textContent = left >= 0 ? say(words).charactersLeft(left) : say(words).charactersOver(-left);
  line.classList.toggle("is-over", left < 0);
}

// The answer to a refused form is the page it stood on: let the address say so, and a reload not send the form again.
const { here } = document.body.dataset;
if (here) history.replaceState(null, "", here);

document.querySelectorAll("[data-count]").forEach(count);
document.addEventListener("input", (event) => {
  if (event.target.dataset?.count) count(event.target);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) document.querySelector(opener.dataset.opens)?.showModal();
  const closer = event.target.closest?.("[data-closes]");
  if (closer) closer.closest("dialog, .notice")?.[closer.closest("dialog") ? "close" : "remove"]();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});
