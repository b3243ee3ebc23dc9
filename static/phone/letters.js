/** A question on its way, and the receipt it becomes. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { duration } from "../base/format.js";
import { icon } from "../base/badges.js";
import { toast } from "../base/toast.js";
import { say } from "../base/words.js";
import { words } from "./words.js";

const w = say(words);

/**
 * What the asker has to keep: the number large, to copy and to save. `receipt` is `{number, receipt, text, session}`.
 */
export function receiptCard(receipt) {
  return html`<div class="receipt">
    <h3 tabindex="-1">${icon("check")} ${w.sentTitle} · ${w.number(receipt.number)}</h3>
    <p class="small">${w.sentText}</p>
    <span class="small quiet-text">${w.receipt}</span>
    <strong class="receipt-number">${receipt.receipt}</strong>
    <p class="small">${w.keepNumber}</p>
    <p class="button-row receipt-buttons">
      <button class="button" type="button" @click=${() => copy(receipt.receipt)}>${icon("link")}${w.copy}</button>
      <button class="button" type="button" @click=${() => save(receipt)}>${icon("download")}${w.save}</button>
    </p>
  </div>`;
}

/** `letter` as the outbox gives it: on its way, waiting, to be sent later, or refused. */
export function letterCard(letter, { takeBack, outbox }) {
  const { sending, retryAt, refusal } = letter.how;
  const title = refusal ? w.refusedTitle : retryAt ? w.laterTitle : sending ? w.sending : w.waitingTitle;
  const discard = () => {
    outbox.remove(letter.key);
    toast(w.discarded, { action: { label: w.undo, run: () => outbox.put(letter) } });
  };
  return html`<article class="card letter ${refusal ? "is-refused" : ""}">
    <h3 tabindex="-1">${icon(refusal ? "warning" : sending ? "send" : "clock")} ${title}</h3>
    ${fate(letter.how)}
    <p class="letter-text" dir="auto">${letter.text}</p>
    ${sending ? nothing : html`<p class="button-row">
      ${refusal?.code === "SIGNED_OUT" ? joinAgain() : nothing}
      <button class="button" type="button" @click=${takeBack}>${icon("edit")}${w.editAgain}</button>
      <button class="button" type="button" @click=${() => copy(letter.text)}>${icon("link")}${w.copyText}</button>
      <button class="button" type="button" @click=${discard}>${icon("cross")}${w.discard}</button>
    </p>`}
  </article>`;
}

const joinAgain = () => html`<a class="button" href="/join/${document.body.dataset.code}">${w.rejoin}</a>`;

function fate({ sending, retryAt, tooMany, refusal }) {
  if (refusal) return html`<p>${refusal.code === "SIGNED_OUT" ? w.rejoinText : refusal.message}</p>`;
  if (retryAt) {
    const left = duration(Math.max(0, retryAt - Date.now()) + 999);
    return html`<p>${tooMany ? w.laterTooMany : w.laterBusy} <strong class="num">${left}</strong></p>`;
  }
  return sending ? nothing : html`<p>${w.waitingText}</p>`;
}

/** The clipboard is for secure pages only; elsewhere the older way, and if that fails the finger. */
export async function copy(text) {
  const done = (await navigator.clipboard?.writeText(text).then(() => true, () => false)) || copyTheOldWay(text);
  toast(done ? w.copied : w.copyByHand, { kind: done ? "good" : "info" });
}

function copyTheOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function save(receipt) {
  const address = `${location.origin}/receipt`;
  const file = new Blob([w.fileText({ ...receipt, address })], { type: "text/plain;charset=utf-8" });
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = w.fileName(receipt.number);
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
