/**
 * The keyboard of a desk.
 *
 *     const keys = keyboard();
 *     keys.on("a", words.approve, approve, { group: words.moderating });
 *     keys.on("Ctrl+Enter", words.save, save, { whileTyping: true });
 *
 * A key is the `event.key` it sends ("a", "ArrowDown", "/", " "), with "Ctrl+", "Alt+" or "Shift+" before it;
 * Ctrl is also the Mac's ⌘. Single keys rest while somebody types, while an input method composes, and while
 * a dialog is open; held keys do not repeat unless asked to. "?" opens the list of keys, where single keys
 * can be switched off (WCAG 2.1.4); the choice is kept in this browser.
 */
import { say, words } from "./words.js";

const OFF = "inquiry.single-keys-off";
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", " ": "Space", Escape: "Esc" };
const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]";
const PRESSED = "button, a[href], summary, input, [role=tab], [role=option]";

/**
 * The way `on` writes the key of an event: letters in lower case, full-width marks as their half-width twins. Empty
 * when the key is an input method's: Safari has ended the composition before it tells of the Enter that did it, and
 * only the code 229 says whose that Enter was.
 */
export function keyOf(event) {
  if (event.isComposing || event.keyCode === 229) return "";
  let key = event.key === "？" ? "?" : event.key;
  const shifts = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key));
  if (key.length === 1) key = key.toLowerCase();
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + (shifts ? "Shift+"
    : "") + key;
}

export function keyboard(target = document) {
  const known = new Map();
  const sheet = helpSheet(known);

  function on(key, label, run, options = {}) {
    known.set(normal(key), { key, label, run, ...options });
    return () => known.delete(normal(key));
  }

  target.addEventListener("keydown", (event) => {
    const entry = known.get(keyOf(event));
    if (!entry || event.defaultPrevented || (event.repeat && !entry.repeat) || !mayRun(entry, event, sheet)) return;
    event.preventDefault();
    entry.run(event);
  });

  on("?", say(words).showKeys, () => (sheet.open ? sheet.close() : sheet.show()),
    { group: say(words).everywhere, always: true });
  return { on, help: sheet.show };
}

function mayRun(entry, event, sheet) {
  const single = !/^(ctrl|alt)\+/i.test(entry.key);
  if (event.target.closest?.(TYPED_IN) && !entry.whileTyping) return false;
  if (["Enter", " "].includes(event.key) && event.target.closest?.(PRESSED) && single) return false;
  if (document.querySelector("dialog[open]") && !(entry.always && sheet.open) && !entry.inDialog) return false;
  if (single && !entry.always && localStorage.getItem(OFF)) return false;
  return entry.when ? entry.when() : true;
}

const normal = (key) => key.replace(/(^|\+)(.)$/, (_, before, letter) => before + letter.toLowerCase());

/** "Ctrl+ArrowUp" → ["Ctrl", "↑"], to be shown as key caps. */
export const caps = (key) =>
  key.split(/\+(?=.)/).map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));

function helpSheet(known) {
  const dialog = element("dialog", { className: "wide" });
  dialog.setAttribute("aria-label", say(words).keys);

  function draw() {
    const groups = new Map();
    for (const entry of known.values()) {
      const group = entry.group ?? say(words).everywhere;
      groups.set(group, [...(groups.get(group) ?? []), entry]);
    }
    const lists = [...groups].map(([title, entries]) => groupOf(title, entries));
    dialog.replaceChildren(head(dialog), element("div", { className: "dialog-body" }, [
      element("div", { className: "key-help" }, lists), singleKeySwitch(),
    ]));
  }

  return {
    get open() {
      return dialog.open;
    },
    close: () => dialog.close(),
    show() {
      if (!dialog.isConnected) document.body.append(dialog);
      draw();
      if (!dialog.open) dialog.showModal();
    },
  };
}

function head(dialog) {
  const close = element("button", { type: "button", className: "close-button", textContent: "✕" });
  close.setAttribute("aria-label", say(words).close);
  close.addEventListener("click", () => dialog.close());
  return element("div", { className: "dialog-head" }, [element("h2", { textContent: say(words).keys }), close]);
}

function groupOf(title, entries) {
  const pairs = entries.flatMap(({ key, label }) => [
    element("dt", {}, caps(key).map((cap) => element("kbd", { textContent: cap }))),
    element("dd", { textContent: label }),
  ]);
  return element("section", {}, [element("h3", { textContent: title }), element("dl", {}, pairs)]);
}

function singleKeySwitch() {
  const box = element("input", { type: "checkbox", checked: !localStorage.getItem(OFF) });
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  return element("label", { className: "choice" }, [box, element("span", { textContent: say(words).singleKeys })]);
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
