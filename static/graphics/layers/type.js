/**
 * Type for a picture: as large as it fits, in lines of like length, and the same wherever the same fonts are.
 *
 * An element with `data-most` and `data-least` (font sizes in px) and `data-tall` (px) gets the largest size, in steps,
 * at which its lines are no taller than that and no word is wider than they are. Then its width is narrowed as far as
 * the number of lines stays: a browser balances a few lines only, and a plate hugs its words. Where a word is too long
 * at the least size it is broken; what does not fit even so ends in "…" (`is-cut`).
 */
const STEP = 2;
const NEAR = 4; // px to which a width is narrowed

export function setType(root) {
  for (const element of root.querySelectorAll("[data-most]")) fit(element);
}

function fit(element) {
  const [most, least, tall] = ["most", "least", "tall"].map((name) => Number(element.dataset[name]));
  const { style } = element;
  element.classList.remove("is-cut");
  style.maxWidth = "";
  style.overflowWrap = "normal";
  let size = most;
  for (; ; size -= STEP) {
    style.fontSize = `${size}px`;
    if (size - STEP < least || fits(element, tall)) break;
  }
  if (fits(element, tall)) return balance(element, size);
  style.overflowWrap = "anywhere";
  if (!fits(element, tall)) cut(element, tall);
}

const fits = (element, tall) => element.offsetHeight <= tall && element.scrollWidth <= element.clientWidth;

function cut(element, tall) {
  const line = parseFloat(getComputedStyle(element).lineHeight);
  element.style.setProperty("--lines", Math.max(1, Math.floor(tall / line)));
  element.classList.add("is-cut");
}

function balance(element, size) {
  const height = element.offsetHeight;
  if (height < 2 * size) return; // one line
  let [low, high] = [0, element.offsetWidth];
  while (high - low > NEAR) {
    const middle = (low + high) / 2;
    element.style.maxWidth = `${middle}px`;
    if (fits(element, height)) high = middle;
    else low = middle;
  }
  element.style.maxWidth = `${Math.ceil(high)}px`;
}
