/** What several layers have in common. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { formats } from "../../base/format.js";
import { drawable, phrases } from "../../base/typeset.js";

let signs = null;

/** The signs have to be there before one is drawn: a `<use>` of their file shows itself some frames after its words. */
export async function loadSigns() {
  const answer = await fetch(new URL("../../base/icons.svg", import.meta.url));
  if (!answer.ok) throw new Error(`icons.svg: ${answer.status}`);
  signs ??= new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
}

export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${
  [...signs.getElementById(name).cloneNode(true).childNodes]}</svg>`;

const NAME = /^[\p{Script=Han}·]+·[\p{Script=Han}·]+$/u;
const MOST = 600;
const SHORT = 16; // letters: a longer phrase may break, by the rules of Chinese

/** Chinese breaks between phrases, a name of many parts between those; all else breaks by the rules of its language. */
function inPhrases(text) {
  const found = text.split(/(?<=[\u2002\u3000])/u).flatMap((part) => (NAME.test(part) ? part.split(/(?<=·)/u)
    : phrases(drawable(part))));
  return found.map((phrase, at) => html`${at ? html`<wbr>` : nothing}${
    languageOf(phrase) !== "en" && phrase.length <= SHORT ? html`<span class="phrase">${phrase}</span>` : phrase}`);
}

/** Whose rules a text's lines, marks and type follow: those of its script, whatever the picture's language is. */
const languageOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en");

/** No card has room for more, and setting it would take its time. */
const bounded = (text) => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);

/** Words as large as they fit (type.js): `sizes` are the most and the least font size and the tallest, in px. */
export function fitted(text, name, [most, least, tall]) {
  if (!text) return nothing;
  const lang = languageOf(text);
  const inOne = bounded(text).trim().split(/\s*\n\s*/).join(lang === "en" ? " " : "\u3000");
  return html`<div><p class="words ${name}" data-most=${most} data-least=${least} data-tall=${tall} dir="auto"
    lang=${lang}>${inPhrases(inOne)}</p></div>`;
}

/** The line above a card's words: what this is, its number, and to the right what else is to be said. */
export const head = (sign, label, aside = nothing) => html`<header class="head">${icon(sign)}<span>${label}</span>
  ${aside === nothing ? nothing : html`<span class="aside">${aside}</span>`}</header>`;

/** What a card shows, with its number: a bare one, or one by which it is cited everywhere (P2026-12). */
export function numbered({ words: w }, label, number) {
  if (!number) return label;
  return `${label}\u2002${typeof number === "string" ? number : w.number(number)}`;
}

/** The line below a card's words: who said them and, to the right, whose they are. */
export const foot = (who, aside = "") => (who || aside ? html`<footer class="foot">
  ${who ? html`<span class="words" lang=${languageOf(who)}>${inPhrases(who)}</span>` : nothing}
  ${aside ? html`<span class="words aside" lang=${languageOf(aside)}>${inPhrases(aside)}</span>` : nothing}
  </footer>` : nothing);

/** Numbers and days of the calendar in the language of a layer. */
export const formatsOf = (layer) => formats({ zone: "UTC", locale: layer.language === "zh" ? "zh-CN" : "en-GB" });

/** Who somebody is: unit and title, in the order in which each language says them. */
export function roleOf(layer, person) {
  const [title, unit] = [layer.said(person, "title"), layer.said(person, "unit")];
  if (!title || !unit) return title || unit;
  return layer.language === "en" ? `${title}, ${unit}` : `${unit}\u3000${title}`;
}
