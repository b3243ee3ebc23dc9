/**
 * Chinese set for reading aloud: a line breaks between phrases and behind punctuation, never inside a word.
 *
 *     html`<p class="typeset" dir="auto">${typeset(text)}</p>`
 *
 * `.typeset` (base.css) forbids the breaks that a browser makes between any two characters; typeset() puts a `<wbr>`
 * where one may be. What is shown, found and copied stays the text. Other scripts break at their spaces as ever.
 */
import { html } from "../vendor/lit-html/lit-html.js";
import { language } from "./words.js";

const HAN = /\p{Script=Han}/u;
const LONGEST = 8; // letters that are kept together at most: a lane is narrow
const JOINED_BY_ONE = 5; // letters of a phrase that a letter alone may still join
const LAST = 2; // the last line has so many letters at least
const KEPT = 400;
const CLOSES = /^[\s\p{Pe}\p{Pf}\p{Po}…—～%％℃°]/u;
const OPENS = /[\p{Ps}\p{Pi}《〈「『【#＃@]$/u;
const LEANS_BACK = /^[的了吗呢吧啊呀嘛着过得地们里上下内外中前后间时等号栋楼层路街]$/u;
const LEANS_ON = new RegExp(
  "^[给把在对向从被为不没未很太最更再还也都就才又只每各该此这那哪第与和或及由将让使请我你他她它老小大新多何是有要能会想]$", "u");
const NUMBER = /[\p{N}一二三四五六七八九十百千万亿两几半]$/u;

const segmenter = Intl.Segmenter ? new Intl.Segmenter("zh", { granularity: "word" }) : null;
const made = new Map(); // text → what typeset gives for it: desks draw the same lines many times a second

/** The text as a template: its phrases, and between them the places where a line may break. */
export function typeset(text) {
  if (!made.has(text)) {
    if (made.size >= KEPT) made.delete(made.keys().next().value);
    made.set(text, phrases(drawable(text)).map((phrase, at) => (at ? html`<wbr>${phrase}` : phrase)));
  }
  return made.get(text);
}

/** The phrases of a text; joined they are the text again. */
export function phrases(text) {
  if (!segmenter || !HAN.test(text)) return [text];
  return text.split(/(?<=\n)/).flatMap((line) => lastTogether(phrasesOf(line)));
}

function phrasesOf(line) {
  const found = [];
  let word = "";
  for (const { segment } of segmenter.segment(line)) {
    if (found.length && holds(word, segment, found.at(-1))) found[found.length - 1] += segment;
    else found.push(segment);
    word = segment;
  }
  return found.reduce(noneAlone, []);
}

/** One letter is no phrase: it goes with the one before, unless a comma stands between them. */
function noneAlone(before, phrase) {
  const last = before.at(-1) ?? "";
  const isFull = lettersOf(last) >= JOINED_BY_ONE && !CLOSES.test([...phrase].at(-1));
  if (lettersOf(phrase) > 1 || !last || isFull || CLOSES.test([...last].at(-1))) return [...before, phrase];
  return [...before.slice(0, -1), last + phrase];
}

/** Whether no line may break between two words; `phrase` is what is held together so far, and ends with the first. */
function holds(word, next, phrase) {
  if (CLOSES.test(next) || OPENS.test(word)) return true;
  const isOpened = OPENS.test(next) && CLOSES.test(word); // …：《
  if (!HAN.test(word) && !HAN.test(next)) return !isOpened; // the browser knows these: spaces, addresses
  if (/[年月]$/u.test(word) && /^\p{N}/u.test(next)) return true; // a date, however long
  if (/\p{N}$/u.test(word) && lettersOf(next) === 1) return true;
  if (CLOSES.test(word) || lettersOf(phrase + next) > LONGEST) return false;
  if (lettersOf(phrase) === 1 && lettersOf(next) === 1) return true; // a word that the dictionary does not have
  return LEANS_BACK.test(next) || LEANS_ON.test(word) || (NUMBER.test(word) && lettersOf(next) <= 2);
}

function lastTogether(found) {
  while (found.length > 1 && lettersOf(found.at(-1)) < LAST) {
    const last = found.pop();
    found[found.length - 1] += last;
    if (lettersOf(found.at(-1)) > LONGEST) break;
  }
  return found;
}

const lettersOf = (text) => (text.match(/[\p{L}\p{N}]/gu) ?? []).length;

// --- emoji --------------------------------------------------------------------------------------------------------

const JOINED = "(?:\\u200D\\p{Extended_Pictographic}\\uFE0F?)*";
const EMOJI = new RegExp("\\p{RI}{2}|\\p{Emoji_Presentation}[\\p{Emoji_Modifier}\\uFE0F]?" + JOINED
  + "|\\p{Extended_Pictographic}\\uFE0F" + JOINED, "gu");
const NEVER_DRAWN = "\u{1FFFF}"; // no character, so every font draws its empty box
const REPLACEMENT = { zh: "[表情]", en: "[emoji]" };
const drawn = new Map();

/** The text with a visible word for each emoji that no font of this machine can draw: an empty box says nothing. */
export function drawable(text) {
  return text.replace(EMOJI, (emoji) => (isDrawn(emoji) ? emoji : REPLACEMENT[language()]));
}

function isDrawn(emoji) {
  if (!drawn.has(emoji)) drawn.set(emoji, pictureOf([...emoji][0]) !== pictureOf(NEVER_DRAWN));
  return drawn.get(emoji);
}

function pictureOf(character) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = "16px sans-serif";
  pen.fillText(character, 2, 18);
  return pen.getImageData(0, 0, 24, 24).data.join();
}
