/**
 * Short lines that pass by, all at one speed; lines that fit beside each other stand still. Where less motion is asked
 * for they are shown one after the other. `{lines: [{text, text_en}], paused}`; while `paused` it stands still.
 */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { drawable, phrases } from "../../base/typeset.js";
import { Layer } from "./layer.js";
import { icon } from "./parts.js";

const SPEED = 120; // px a second
const LEAST_MS = 4000;
const LETTER_MS = 150; // to read one

export class Ticker extends Layer {
  #travelled = 0; // px: a line that is put in does not begin the round anew

  draw({ lines = [] }) {
    const texts = lines.map((line) => drawable(this.said(line, "text"))).filter(Boolean);
    const strip = (isCopy) => html`<p class="strip" aria-hidden=${isCopy}>${texts.map((text) => html`<span
      class="item">${text}</span>`)}</p>`;
    return html`<div class="plate ticker">${icon("mark")}<div class="window">
      <div class="belt">${strip(false)}${strip(true)}</div><p class="single"></p></div></div>`;
  }

  drawn({ paused = false }, stage) {
    const [frame, belt, single] = ["window", "belt", "single"].map((name) => stage.querySelector(`.${name}`));
    const [strip] = belt.children;
    const isLong = strip.scrollWidth > frame.clientWidth;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    frame.dataset.way = !isLong ? "still" : isCalm ? "single" : "moving";
    if (!isLong) return null;
    const texts = [...strip.children].map((one) => one.textContent);
    return isCalm ? this.#oneByOne(texts, frame, single, paused) : this.#move(belt, strip.offsetWidth, paused);
  }

  #move(belt, round, paused) {
    const moving = belt.animate({ translate: ["0", `${-round}px`] },
      { duration: (round / SPEED) * 1000, iterations: Infinity });
    moving.currentTime = ((this.#travelled % round) / SPEED) * 1000;
    if (paused) moving.pause();
    return () => {
      this.#travelled = ((moving.currentTime ?? 0) / 1000) * SPEED;
      moving.cancel();
    };
  }

  #oneByOne(texts, frame, single, paused) {
    const pieces = texts.flatMap((text) => inPieces(text, frame.clientWidth, getComputedStyle(single).font));
    let at = 0;
    let timer = null;
    const show = () => {
      render(html`${pieces[at]}`, single);
      if (!paused) timer = setTimeout(show, Math.max(LEAST_MS, pieces[at].length * LETTER_MS));
      at = (at + 1) % pieces.length;
    };
    show();
    return () => clearTimeout(timer);
  }
}

/** A text in pieces that fit a width, cut between phrases. */
function inPieces(text, width, font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  return phrases(text).flatMap((phrase) => phrase.split(/(?<=\s)/)).reduce((pieces, word) => {
    const joined = (pieces.at(-1) ?? "") + word;
    if (pieces.length && pen.measureText(joined).width > width * 0.98) return [...pieces, word];
    return [...pieces.slice(0, -1), joined];
  }, []);
}

customElements.define("inquiry-ticker", Ticker);
