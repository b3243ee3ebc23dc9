/** How the server cleans and counts what people type: the twin of `clean` and `length` in inquiry/text.py. */
export const LEAST = 2;
export const MOST = 500;

const LEFT_BEHIND = /[\u00ad\u200b\u2060\ufeff\ufffc\u115f\u1160\u2800\u3164\uffa0]/gu;
const LINE_ENDS = /\r\n|[\r\u2028\u2029]/gu;
const PICTURE_PART = "[\\u2190-\\u2bff\\u{1f000}-\\u{1faff}][\\u{1f3fb}-\\u{1f3ff}]?";
const PICTURE = new RegExp(`[\\u{1f1e6}-\\u{1f1ff}]{2}|${PICTURE_PART}(?:\\u200d${PICTURE_PART})*`, "gu");
const tags = (letters) => [...letters].map((letter) => String.fromCodePoint(0xe0000 + letter.codePointAt(0))).join("");
const TAGGED_FLAG = new RegExp(`\u{1f3f4}(?:${["gbeng", "gbsct", "gbwls"].map(tags).join("|")})\u{e007f}`, "gu");

/** The text as the server will keep it. */
export function clean(text) {
  const plain = text.replace(LINE_ENDS, "\n").replace(LEFT_BEHIND, "").normalize("NFC");
  const lines = plain.split("\n").map((line) => line.trimEnd());
  return lines.join("\n").replace(/\n{4,}/g, "\n\n\n").trim();
}

/** How many characters a person counts in it: a letter with its marks is one, so is an emoji, so is a flag. */
export function lengthOf(text) {
  const seen = clean(text).replace(TAGGED_FLAG, "x").replace(/[\p{Mn}\p{Me}\u200c]/gu, "");
  return [...seen.replace(PICTURE, "x").replace(/\u200d/g, "")].length;
}

/** Why a text cannot be sent: "short", "long", or null when it can. */
export function faultOf(text) {
  const length = lengthOf(text);
  if (length < LEAST) return "short";
  return length > MOST ? "long" : null;
}
