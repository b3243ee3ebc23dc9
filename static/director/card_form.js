// The dialog in which a card is prepared or changed, and what is on air corrected.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { nameOf, openSlot, row, rows, session, short, standing } from "../link/state.js";
import { words } from "./words.js";

const w = say(words);
/** The fields of each layer that the crew types, with how long each may be. */
const FIELDS = {
  lower_third: { name: 60, title: 120, title_en: 160, unit: 80, unit_en: 120 },
  ticker: { lines: 4000 },
  full_frame: { title: 120, title_en: 160, subtitle: 200, subtitle_en: 240, qr: null },
  countdown: { label: 60, label_en: 120 },
  logo: { title: 120, title_en: 160 },
};
const NAMED = ["question_card", "pledge_card", "earlier_pledge"];
export const TYPED = Object.keys(FIELDS);
/** A question or a pledge: the server alone knows what such a card shows. */
export const isNamed = ({ question, pledge }) => Boolean(question || pledge);
const promised = ({ action, object, spoken }) => `${action}${object}` || spoken;

/** What a card is called among the others. */
export function cardWords(state, { content, question, pledge }) {
  const [asked, pledged] = [row(state, "question", question), row(state, "pledge", pledge)];
  return asked?.text || (pledged && promised(pledged)) || content.name || content.title || content.label
    || content.lines?.[0].text || "—";
}

export class CardForm {
  constructor(desk) {
    this.desk = desk;
    this.dialog = document.getElementById("card");
    this.form = document.getElementById("card-form");
    this.form.addEventListener("submit", (event) => this.#send(event));
  }

  /** For a new card. */
  prepare(layer = "lower_third") {
    this.#open({ layer, isNew: true, content: {}, send: (message) => this.desk.press("card", "graphics.prepare_card",
      { session: this.desk.page.session, ...message }) });
  }

  change(card) {
    this.#open({ layer: card.layer, content: card.content, send: ({ content }) => this.desk.press("card",
      "graphics.change_card", { card: card.id, seen: card.rev, content }) });
  }

  correct(row) {
    this.#open({ layer: row.layer, content: row.content, send: ({ content }) => this.desk.press("correct",
      "graphics.update_on_air", { session: this.desk.page.session, layer: row.layer, seen: row.revision, content }) });
  }

  #open(wanted) {
    this.wanted = wanted;
    this.#draw();
    this.dialog.showModal();
    this.form.querySelector("input:not([type=checkbox]), textarea, select")?.focus();
  }

  #draw() {
    const { layer, isNew } = this.wanted;
    render(html`<div class="dialog-body stack tight">
        ${isNew ? html`<label class="field"><span class="field-label">${w.chooseLayer}</span>
          <select class="input" name="layer" @change=${(event) => this.#choose(event.target.value)}>${[...TYPED,
            ...NAMED].map((one) => html`<option value=${one} ?selected=${one === layer}>${labelOf("layer",
              one)}</option>`)}</select></label>` : html`<p>${labelOf("layer", layer)}</p>`}
        ${NAMED.includes(layer) ? this.#named(layer) : Object.entries(FIELDS[layer]).map(([name, most]) =>
          this.#field(layer, name, most))}
        ${layer === "countdown" ? this.#counts() : nothing}
      </div><div class="dialog-foot"><button class="button primary">${w.save}</button>
        <button class="button" type="button" @click=${() => this.dialog.close()}>${w.cancel}</button></div>`,
    this.form);
  }

  #choose(layer) {
    this.wanted = { ...this.wanted, layer, content: {} };
    this.#draw();
  }

  #field(layer, name, most) {
    const label = w.fields[layer === "lower_third" ? { title: "role", title_en: "role_en" }[name] ?? name : name];
    const { content } = this.wanted;
    if (name === "qr") {
      return html`<label class="choice"><input type="checkbox" name="qr" .checked=${Boolean(content.qr)}>
        <span>${label}</span></label>`;
    }
    const value = name === "lines" ? (content.lines ?? []).map(({ text, text_en }) => (text_en ? `${text}|${text_en}`
      : text)).join("\n") : (content[name] ?? "");
    return html`<label class="field"><span class="field-label">${label}</span>${name === "lines"
      ? html`<textarea class="input" name="lines" rows="5" maxlength=${most} required .value=${value}></textarea>`
      : html`<input class="input" name=${name} maxlength=${most} ?required=${["name", "title"].includes(name)
        && !(layer === "lower_third" && name === "title")} autocomplete="off" .value=${value}>`}</label>`;
  }

  #named(layer) {
    const { state } = this.desk;
    const isQuestion = layer === "question_card";
    const found = isQuestion ? rows(state, "question").filter((one) => one.approved_at && one.state !== "refused")
      : standing(rows(state, "pledge")).filter((one) => !one.withdrawn);
    const said = (one) => (isQuestion ? `${one.number} · ${short(one.text, 40)}`
      : short(promised(one), 44));
    const name = isQuestion ? "question" : "pledge";
    return html`<label class="field"><span class="field-label">${isQuestion ? labelOf("item_kind", name)
      : w.fields[name]}</span><select class="input"
      name=${name} required><option value="">${w.none}</option>${found.map((one) => html`<option
        value=${one.id}>${said(one)}</option>`)}</select></label>`;
  }

  /** What may count there: the slot that runs, and the crew's timers that the public may see. */
  #counts() {
    const { state } = this.desk;
    const slot = openSlot(state);
    const found = [...(slot ? [[`slot:${slot.id}`, slot.speaker]] : []),
      ...rows(state, "timer").filter((one) => one.public).map((one) => [`timer:${one.id}`, nameOf(one)])];
    const was = this.wanted.content.timer;
    if (was && !found.some(([name]) => name === was)) found.push([was, was]);
    if (!found.length) return html`<p class="notice warning">${w.noSlot}</p>`;
    return html`<label class="field"><span class="field-label">${w.fields.timer}</span><select class="input"
      name="timer">${found.map(([name, said]) => html`<option value=${name} ?selected=${name
        === was}>${said}</option>`)}</select></label>`;
  }

  async #send(event) {
    event.preventDefault();
    const { layer, send } = this.wanted;
    const typed = Object.fromEntries(new FormData(this.form));
    const message = NAMED.includes(layer)
      ? { layer, [layer === "question_card" ? "question" : "pledge"]: Number(typed.question ?? typed.pledge) }
      : { layer, content: this.#content(layer, typed) };
    if (await send(message)) this.dialog.close();
  }

  #content(layer, { layer: _layer, lines, qr, ...typed }) {
    if (layer === "ticker") {
      const each = lines.split("\n").map((line) => line.split("|").map((part) => part.trim()));
      return { lines: each.filter(([text]) => text).map(([text, text_en = ""]) => ({ text, text_en })) };
    }
    if (layer === "full_frame") return { ...typed, qr: qr ? `/qr/${session(this.desk.state).code}.svg` : "" };
    return typed;
  }
}
