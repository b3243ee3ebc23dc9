// The moderator's lane: it stays still while questions pour in. What was decided keeps its place until it is cleared
// away.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { badge, icon, stateWord } from "../base/badges.js";
import { keyOf } from "../base/keys.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { emptyRow, format } from "../desk/desk.js";
import { Lane, Order } from "../desk/lane.js";
import { Search } from "../desk/search.js";
import { question, rows, unitName } from "../link/state.js";
import { isKnown, isWhole, windowOf } from "../link/windows.js";
import { words } from "./words.js";

const w = say(words);
const PAGE = 60;
const LISTS = ["waiting", "approved", "refused", "merged"];
// Everything after approval stands in the list of the approved.
const LIST_OF = { waiting: "waiting", refused: "refused", merged: "merged" };

export class ModerateLane {
  constructor(desk, root, { decisions, holds }) {
    Object.assign(this, { desk, decisions, holds, list: "waiting", search: "", current: null, order: new Order() });
    this.found = new Search(desk, "search", () => this.desk.redraw());
    render(html`<header class="pane-head lane-head"></header>
      <div class="pane-body flush"><ol class="lane" aria-label=${w.listsLabel}></ol></div>`, root);
    this.head = root.querySelector(".lane-head");
    this.lane = new Lane(root.querySelector(".pane-body"), root.querySelector(".lane"), {
      draw: (id, at, of) => this.#row(id, at, of),
      keyOf: (id) => id,
      more: () => this.#more,
      nearEnd: () => this.#load(),
      empty: () => this.#emptyRow(),
    });
  }

  draw(state) {
    const all = rows(state, "question");
    const isWhole = this.#isWhole;
    this.order.hear(this.#wanted(all).map((one) => one.id));
    if (!isWhole || !this.wasWhole) this.order.lengthen(); // more of the list was loaded
    this.wasWhole = isWhole;
    if (this.#followsTheEnd) this.order.append();
    this.#pin(state);
    if (this.current === null || !question(state, this.current)) {
      this.current = this.#next(-1, 1) ?? this.order.ids[0] ?? null;
    }
    render(this.#headOf(), this.head);
    this.lane.show(this.order.ids);
  }

  #wanted(all) {
    const up = this.list === "waiting" ? 1 : -1;
    const wanted = this.search.toLowerCase().replace(/^#/, "");
    if (this.found.query) return this.found.ids.map((id) => question(this.desk.state, id)).filter((one) =>
      this.#stands(one));
    const window = windowOf(this.desk.state, "question", this.list);
    return all
      .filter((one) => isKnown(window, one))
      .filter((one) => (LIST_OF[this.decisions.stateOf(one)] ?? "approved") === this.list)
      .filter((one) => !wanted || one.text.toLowerCase().includes(wanted) || String(one.number) === wanted)
      .sort((a, b) => up * (a.number - b.number));
  }

  /** Whether every row of the list is here, be it by a search among the others. */
  get #isWhole() {
    return isWhole(this.desk.state, "question", this.list);
  }

  /** How many rows of the list are not here yet. */
  get #more() {
    if (this.found.query) return Math.max(0, this.found.total - this.found.ids.length);
    if (this.#isWhole) return 0;
    return Math.max(0, this.#counts()[this.list] - this.#standing);
  }

  /** How many rows of the lane stand in its list still. */
  get #standing() {
    return this.order.ids.filter((id) => this.#stands(question(this.desk.state, id))).length;
  }

  #load() {
    if (this.found.query) return this.found.more();
    const wanted = PAGE + this.#standing;
    const { size, edge } = windowOf(this.desk.state, "question", this.list);
    if (edge !== null && size < wanted) this.desk.link.want("question", this.list, wanted);
    return undefined;
  }

  /** What stands in the lane stays loaded, whatever became of it, and so does what is told beside it. */
  #pin(state) {
    const { ids } = this.order;
    const at = question(state, this.current);
    const around = [this.current, at?.root, at?.rewording_of, ...(this.list === "merged"
      ? ids.map((id) => question(state, id)?.root) : [])];
    this.desk.link.store.pin("lane", "question", ids);
    this.desk.link.store.pin("around", "question", around);
  }

  /** New questions enter by themselves only behind the last row one can see. */
  get #followsTheEnd() {
    return this.list === "waiting" && (this.lane.atEnd || this.#next(this.order.ids.indexOf(this.current), 1) === null);
  }

  /** Whether a row still stands in the list it is shown in. */
  #stands(one) {
    return one && (LIST_OF[this.decisions.stateOf(one)] ?? "approved") === this.list;
  }

  // --- moving ------------------------------------------------------------------------------------------------------

  /** The next row that can be worked on, from a place in the lane; null if there is none that way. */
  #next(from, step) {
    const ids = this.order.ids;
    for (let at = from + step; at >= 0 && at < ids.length; at += step) {
      if (this.#stands(question(this.desk.state, ids[at])) && !(this.list === "waiting" && this.holds.other(ids[at])))
        return ids[at];
    }
    return null;
  }

  move(step) {
    const next = this.#next(this.order.ids.indexOf(this.current), step);
    if (next !== null) this.choose(next);
    else if (step > 0) this.#load();
  }

  /** After a decision: the next one down, or else the first that is left. */
  goOn() {
    const next = this.#next(this.order.ids.indexOf(this.current), 1) ?? this.#next(-1, 1);
    if (next !== null) this.choose(next);
    else this.desk.redraw();
  }

  choose(id) {
    this.current = id;
    this.lane.reveal(Math.max(0, this.order.ids.indexOf(id)));
    this.desk.redraw();
  }

  /** Bring a question under the eye, whatever list it stands in by now. */
  async show(id) {
    const { state, link } = this.desk;
    if (!question(state, id)) await link.look("live.rows", { view: "staff", of: "question", ids: [id] }, () =>
      link.pin("shown", "question", [id]));
    const one = question(this.desk.state, id);
    if (!one) return;
    if (!this.order.known.has(id)) this.open(LIST_OF[one.state] ?? "approved");
    if (!this.order.known.has(id)) this.order.insertAfter(id, this.current);
    this.choose(id);
  }

  open(list) {
    Object.assign(this, { list, search: "", current: null });
    this.desk.link.want("question", list, PAGE);
    this.found.clear();
    this.#anew();
    const field = this.head.querySelector("input");
    if (field) field.value = "";
  }

  nextList() {
    this.open(LISTS[(LISTS.indexOf(this.list) + 1) % LISTS.length]);
  }

  #anew() {
    this.order.clear();
    this.order.hear(this.#wanted(rows(this.desk.state, "question")).map((one) => one.id));
    this.lane.scroller.scrollTop = 0;
    this.desk.redraw();
  }

  /** Let the new ones in and clear the decided ones away; the current row stays exactly where it is. */
  letIn() {
    const offset = this.lane.offsetOf(this.order.ids.indexOf(this.current));
    const kept = question(this.desk.state, this.current);
    this.order.renew();
    if (kept && !this.order.known.has(kept.id)) this.#keepCurrent(kept);
    this.lane.show(this.order.ids);
    this.lane.keepAt(this.order.ids.indexOf(this.current), offset);
    this.desk.redraw();
  }

  #keepCurrent(kept) {
    const before = this.order.ids.filter((id) => question(this.desk.state, id)?.number < kept.number).at(-1);
    this.order.insertAfter(kept.id, before);
  }

  focusSearch() {
    this.head.querySelector("input")?.select(); // nothing is there before the first drawing
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  #emptyRow() {
    if (this.found.looking) return emptyRow(w.looking, "", "search");
    if (this.search) return emptyRow(w.nothingFound, w.nothingFoundMore, "search");
    return emptyRow(w.empty[this.list], w.emptyMore[this.list], "check");
  }

  #headOf() {
    const counts = this.#counts();
    const tab = (list) => html`<button type="button" aria-pressed=${String(list === this.list)}
      @click=${() => this.open(list)}>${stateWord(list)} <span class="count">${format.number(counts[list]
        ?? 0)}</span></button>`;
    return html`<div class="tabs" role="group" aria-label=${w.listsLabel}>${LISTS.map(tab)}</div>
      <label class="search-box"><span class="visually-hidden">${w.search}</span>${icon("search")}
        <input class="input" type="search" placeholder=${w.search}
          @input=${(event) => this.#find(event.target.value.trim())}
            @keydown=${(event) => this.#searchKey(event)}></label>
      ${this.#chip()}`;
  }

  #counts() {
    const totals = rows(this.desk.state, "totals")[0];
    return { ...totals, refused: Object.values(totals?.refused ?? {}).reduce((sum, n) => sum + n, 0) };
  }

  #find(search) {
    Object.assign(this, { search, current: null });
    if (search && !this.#isWhole) this.found.begin({ list: this.list, text: search });
    else this.found.clear();
    this.#anew();
  }

  #searchKey(event) {
    const key = keyOf(event);
    if (!["Escape", "Enter", "ArrowDown"].includes(key)) return;
    event.preventDefault();
    if (key === "Escape") {
      event.target.value = "";
      this.#find("");
    }
    event.target.blur();
  }

  #chip() {
    const coming = this.order.arrivals;
    const gone = this.order.ids.reduce((sum, id) => sum + (this.#stands(question(this.desk.state, id)) ? 0 : 1), 0);
    const say = coming ? html`${w.fresh(coming)} · ${w.letIn} <kbd aria-hidden="true">N</kbd>` : gone
      ? html`${w.tidy(gone)} <kbd aria-hidden="true">N</kbd>` : w.noFresh;
    return html`<button class="lane-new ${coming ? "" : "is-quiet"}" type="button" ?disabled=${!coming && !gone}
      @click=${() => this.letIn()}>${say}</button>`;
  }

  #row(id, at, of) {
    const one = question(this.desk.state, id);
    if (!one) return html`<li class="lane-row is-gone"></li>`;
    const stands = this.#stands(one);
    const state = this.decisions.stateOf(one);
    const other = this.holds.other(id);
    const root = state === "merged" ? question(this.desk.state, one.root) : null;
    return html`<li class="lane-row ${stands ? "" : "is-gone"} ${other && stands ? "is-busy" : ""}"
      aria-current=${id === this.current ? "true" : nothing} aria-setsize=${of} aria-posinset=${at + 1}>
      <button class="row-open" type="button" @click=${() => this.choose(id)}
        aria-label=${`${w.number(one.number)} ${one.text}`}></button>
      <span class="lane-lead"><strong>${one.number}</strong><time
        datetime=${new Date(one.asked_at).toISOString()}>${format.short(one.asked_at,
          this.desk.link.now())}</time></span>
      <div><p class="lane-text typeset" dir="auto">${typeset(one.text)}</p>
        <span class="lane-note">${other && stands ? html`<strong>${w.heldBy(other.name)}</strong>`
          : html`${unitName(this.desk.state, one.unit) || w.noUnit}${one.votes ? html` · ${w.supporters(one.votes)}`
          : nothing}${root && root.id !== one.id ? html` · ${w.mergedInto(root.number)}` : nothing}`}</span></div>
      <span class="lane-side">${this.decisions.underWay(id) ? html`<span class="spin">${icon("spinner")}</span>`
        : stands && this.list === state ? nothing : badge(state)}</span>
    </li>`;
  }
}
