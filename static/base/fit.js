/**
 * Text that always fits its box.
 *
 * An element with `data-fit` gets the largest font size at which its text fits its own box; the size in
 * the style sheet is the largest ever used. The box must have a size of its own (not grow with the text).
 * `data-least="0.4"` is the least size, as a share of the largest: a text that does not fit even then keeps the least
 * size and is marked `is-cut`, and `--fit-lines` says how many of its lines there is room for.
 * All texts that need fitting are halved towards their size together: write every size, then read every
 * box, so a refit costs about ten layouts however many texts there are, and none when nothing changed.
 */
const STEPS = 10;
const SMALLEST_PX = 6;
const watched = new Map(); // element → what its last fit was made for
let due = new Set();
let asked = false;

const fits = (element) =>
  element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1;

function fitAll() {
  asked = false;
  const texts = [...due].filter(stillThere);
  due = new Set();
  fitNow(texts);
  for (const element of texts) watched.set(element, mark(element));
}

/** Fits these elements at once, whether or not they are watched. */
export function fitNow(texts) {
  for (const element of texts) {
    element.style.fontSize = "";
    element.classList.remove("is-cut");
  }
  let open = texts.map(rangeOf);
  open = open.filter(({ element }) => !fits(element));
  for (let step = 0; step < STEPS && open.length; step += 1) {
    for (const text of open) {
      text.size = (text.low + text.high) / 2;
      text.element.style.fontSize = `${text.size}px`;
    }
    for (const text of open) {
      if (fits(text.element)) text.low = text.size;
      else text.high = text.size;
    }
  }
  for (const { element, low } of open) element.style.fontSize = `${low}px`;
  for (const { element, low, least } of open) if (low === least && !fits(element)) cut(element);
}

function rangeOf(element) {
  const high = parseFloat(getComputedStyle(element).fontSize);
  const share = Number(element.dataset.least);
  const least = share ? high * share : null;
  return { element, least, low: least ?? SMALLEST_PX, high };
}

function cut(element) {
  const lines = Math.floor(element.clientHeight / parseFloat(getComputedStyle(element).lineHeight));
  element.style.setProperty("--fit-lines", Math.max(1, lines));
  element.classList.add("is-cut");
}

const mark = (element) => `${element.clientWidth}×${element.clientHeight} ${element.textContent}`;

function stillThere(element) {
  if (element.isConnected) return element.clientHeight > 0;
  sizes.unobserve(element);
  watched.delete(element);
  return false;
}

function ask(element) {
  due.add(element);
  if (asked) return;
  asked = true;
  // A microtask runs before the browser paints, so an unfitted text is never seen.
  queueMicrotask(fitAll);
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) if (watched.get(target) !== mark(target)) ask(target);
});

const changes = new MutationObserver((records) => {
  for (const { target, addedNodes } of records) {
    const start = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
    const element = start?.closest("[data-fit]");
    if (element && watched.has(element) && watched.get(element) !== mark(element)) ask(element);
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) fit(node);
  }
});

/** Fits `root` itself and every `[data-fit]` below it, now and whenever its text or box changes. */
export function fit(root = document) {
  const found = [...root.querySelectorAll("[data-fit]")];
  if (root.matches?.("[data-fit]")) found.push(root);
  for (const element of found) {
    if (watched.has(element)) continue;
    watched.set(element, null);
    sizes.observe(element);
    ask(element);
  }
}

/** Fits everything again, for a change no observer sees: a font that arrived. */
function refit() {
  for (const element of watched.keys()) ask(element);
}

changes.observe(document.documentElement, { subtree: true, childList: true, characterData: true });
fit();
document.fonts?.ready.then(refit);
