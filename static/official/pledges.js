// What an official's unit promised: tonight, to be confirmed or disputed, and before.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { badge, icon, stateWord } from "../base/badges.js";
import { draftOf, dropDraft, keepDraft } from "../base/drafts.js";
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";
import { button, format, holdButton } from "../desk/desk.js";
import { words as desks } from "../desk/words.js";
import { question, rows, short, standing, unitName } from "../link/state.js";
import { words } from "./words.js";

const w = say(words);
const shared = say(desks);
const OPEN_TO_WORDS = ["asked", "disputed", "stands_as_spoken"];

export class OfficialPledges {
  constructor(desk) {
    Object.assign(this, { desk, disputing: null, text: "", told: null });
  }

  /** Tonight's pledges of the official's units, those to be confirmed first, the newest on top. */
  #tonight(state) {
    const { units } = this.desk.page;
    const mine = standing(rows(state, "pledge")).filter((one) => !units || units.includes(one.lead_unit));
    const rank = (one) => (one.confirmation === "asked" ? 0 : 1);
    return mine.sort((a, b) => rank(a) - rank(b) || b.recorded_at - a.recorded_at);
  }

  #tell(pledges) {
    const ids = new Set(pledges.map((one) => one.id));
    const fresh = this.told && pledges.find((one) => !this.told.has(one.id));
    if (fresh) announce(w.newPledge(fresh.withdrawn ? shared.withdrawn : fresh.spoken));
    this.told = ids;
  }

  // --- what the official does --------------------------------------------------------------------------------------

  async confirm(pledge) {
    const answer = await this.desk.press(`pledge:${pledge.id}`, "pledges.confirm_pledge",
      { pledge: pledge.id, seen: pledge.rev });
    if (answer) this.desk.tell(stateWord("confirmed"));
  }

  dispute(pledge) {
    Object.assign(this, { disputing: pledge.id, text: draftOf(`dispute.${pledge.id}`)?.value ?? "" });
    this.desk.focusDrawn("dispute");
  }

  leave() {
    this.disputing = null;
    this.desk.redraw();
  }

  async send(pledge) {
    if (this.text.trim().length < 2) return this.desk.tell(w.needWords, { kind: "refusal" });
    const message = { pledge: pledge.id, seen: pledge.rev, words: this.text.trim() };
    const answer = await this.desk.press(`pledge:${pledge.id}`, "pledges.dispute_pledge", message);
    if (!answer) return null;
    dropDraft(`dispute.${pledge.id}`);
    this.desk.tell(w.disputed);
    return this.leave();
  }

  /** Kept until it was sent. */
  #typed(pledge, words) {
    this.text = words;
    keepDraft(`dispute.${pledge.id}`, words);
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  draw(state) {
    const tonight = this.#tonight(state);
    this.#tell(tonight);
    return html`<section aria-labelledby="tonight-title" class="official-part">
        <h2 id="tonight-title">${w.tonight}</h2>
        ${this.desk.page.units ? nothing : html`<p class="quiet-text">${w.lookOn}</p>`}
        ${tonight.length ? html`<ol class="card-list">${repeat(tonight, (one) => one.id, (one) =>
          this.#pledge(state, one))}</ol>`
        : html`<div class="empty">${icon("pledge")}<p
        class="empty-title">${w.noneTonight}</p><p>${w.noneTonightMore}</p></div>`}
      </section>
      ${this.#earlier(state)}`;
  }

  #pledge(state, pledge) {
    const asked = question(state, pledge.question);
    const missing = pledge.missing ?? [];
    return html`<li class="card pledge official-pledge ${pledge.confirmation === "asked" ? "is-asked" : ""}">
      <header class="card-head">${badge(pledge.confirmation)}<span>${unitName(state, pledge.lead_unit)}</span></header>
      ${pledge.withdrawn ? html`<p class="quiet-text">${shared.withdrawn}</p>`
        : html`<p class="official-spoken">${pledge.spoken}</p>`}
      <dl class="facts">
        ${pledge.action ? html`<dt>${labelOf("element", "action")}</dt><dd>${pledge.action}</dd>` : nothing}
        ${pledge.object ? html`<dt>${labelOf("element", "object")}</dt><dd>${pledge.object}</dd>` : nothing}
        ${pledge.officer ? html`<dt>${labelOf("element", "officer")}</dt><dd>${pledge.officer}</dd>` : nothing}
        <dt>${labelOf("element", "due_on")}</dt><dd>${pledge.due_on
          ? html`<strong>${format.dateOf(pledge.due_on)}</strong>`
          : html`<strong class="official-no">${w.noDue}</strong>`}</dd>
      </dl>
      ${missing.length ? html`<p class="quiet-text">${w.missing(missing.map((name) => labelOf("element", name)))}</p>`
        : nothing}
      ${asked ? html`<p class="quiet-text small">${short(asked.text, 60)}</p>` : nothing}
      ${pledge.dispute ? html`<div
        class="notice warning">${icon("disputed")}<p><strong>${w.yourWords}</strong><br>${pledge.dispute}</p></div>`
          : nothing}
      ${this.desk.page.units ? this.#acts(pledge) : nothing}
    </li>`;
  }

  #acts(pledge) {
    const off = !this.desk.live;
    const busy = this.desk.isPending(`pledge:${pledge.id}`);
    if (this.disputing === pledge.id) return this.#disputeForm(pledge, off, busy);
    if (pledge.withdrawn || !OPEN_TO_WORDS.includes(pledge.confirmation)) return nothing;
    const asked = pledge.confirmation === "asked";
    return html`${asked ? html`<p class="small quiet-text">${w.by(format.dateTime(pledge.confirmation_due_at))}</p>`
      : nothing}
      <div class="official-acts">
        ${holdButton({ label: w.confirm, held: () => this.confirm(pledge), symbol: "check", kind: "large",
          disabled: off, busy })}
        ${asked ? button({ label: w.dispute, run: () => this.dispute(pledge), symbol: "disputed", kind: "large",
          disabled: off || busy }) : nothing}</div>`;
  }

  #disputeForm(pledge, off, busy) {
    return html`<div class="field"><label for="dispute">${w.disputeTitle}</label>
        <textarea class="input" id="dispute" rows="3" maxlength="1000" .value=${live(this.text)}
          @input=${(event) => this.#typed(pledge, event.target.value)}></textarea>
        <span class="field-hint">${w.disputeMore}</span></div>
      <div class="official-acts">
        ${button({ label: w.send, run: () => this.send(pledge), symbol: "send", kind: "large primary", disabled: off,
          busy })}
        ${button({ label: w.cancel, run: () => this.leave(), kind: "large" })}</div>`;
  }

  #earlier(state) {
    const { earlier } = this.desk.page;
    const open = earlier.filter((one) => one.state !== "kept");
    const late = open.filter((one) => one.timing === "overdue").length;
    return html`<section aria-labelledby="earlier-title" class="official-part">
      <h2 id="earlier-title">${w.earlier}</h2>
      ${earlier.length ? html`<p class="quiet-text">${w.openCount(open.length, late)}</p>
        <ol class="official-earlier">${earlier.map((one) => this.#old(state, one))}</ol>`
          : html`<p class="quiet-text">${w.noneEarlier}</p>`}
    </section>`;
  }

  #old(state, pledge) {
    const late = pledge.timing === "overdue";
    return html`<li class=${late ? "is-overdue" : ""}>
      <p class="row">${late || pledge.timing === "due_soon" ? badge(pledge.timing, pledge.told)
        : nothing}${badge(pledge.state)}
        <span class="num">${pledge.due_on ? format.dateOf(pledge.due_on) : w.noDue}</span>${pledge.extended
          ? html`<span>${w.was} <s class="num">${format.dateOf(pledge.first_due_on)}</s></span>` : nothing}</p>
      <p><a href="/pledges/${pledge.id}">${pledge.action ? `${pledge.action}${pledge.object ? `：${pledge.object}` : ""}`
        : pledge.withdrawn ? shared.withdrawn : pledge.spoken}</a></p>
      <p class="quiet-text small">${unitName(state, pledge.lead_unit)} · ${pledge.session}${pledge.officer
        ? ` · ${pledge.officer}` : ""}</p></li>`;
  }
}
