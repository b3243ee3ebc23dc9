// The host's queue of approved questions: it stands still until it is asked for anew, and airs only on a second press.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { icon } from "../base/badges.js";
import { keyOf } from "../base/keys.js";
import { typeset } from "../base/typeset.js";
import { say } from "../base/words.js";
import { button, emptyRow, format, unitOptions } from "../desk/desk.js";
import { Lane, Order } from "../desk/lane.js";
import { floorItem, question, rows, session, unitName } from "../link/state.js";
import { words } from "../desk/words.js";
import { Search } from "../desk/search.js";
import { whatEnds } from "./stage.js";
import { isWhole } from "../link/windows.js";

const w = say(words);
const MINUTE_MS = 60_000;
const SORTS = ["supported", "newest", "needs"];

/** Votes per minute shown, smoothed as in `inquiry/questions/rules.py`, so that late questions have a chance. */
export function needsVotes(open, now) {
  const minutes = (one) => Math.max(0, now - (one.approved_at ?? now)) / MINUTE_MS;
  const votes = open.reduce((sum, one) => sum + one.votes, 0);
  const shown = open.reduce((sum, one) => sum + minutes(one), 0);
  const usual = shown ? votes / shown : 0;
  return (one) => (one.votes + 2 * Math.max(usual, 0.5)) / (minutes(one) + 2);
}

/** The approved questions in the order wanted, the best first. */
export function sorted(approved, sort, now) {
  const weight = {
    supported: (one) => one.votes,
    newest: (one) => one.approved_at ?? 0,
    needs: needsVotes(approved, now),
  }[sort];
  return approved
    .map((one) => [weight(one), one])
    .sort(([a, one], [b, other]) => b - a || one.number - other.number)
    .map(([, one]) => one);
}

export class HostQueue {
  constructor(desk, root, exam) {
    Object.assign(this, { desk, exam, sort: "supported", search: "", unit: null, selected: null, order: new Order() });
    this.found = new Search(desk, "found", (isFirst) => isFirst && this.#takeOver());
    render(html`<header class="pane-head queue-head"></header>
      <div class="pane-body flush"><ol class="lane" aria-labelledby="queue-title"></ol></div>
      <footer class="pane-foot queue-foot"></footer>`, root);
    this.head = root.querySelector(".queue-head");
    this.foot = root.querySelector(".queue-foot");
    this.lane = new Lane(root.querySelector(".pane-body"), root.querySelector(".lane"), {
      draw: (id, at, of) => this.#row(id, at, of),
      keyOf: (id) => id,
      more: () => (this.found.query ? this.found.total - this.found.ids.length : 0),
      nearEnd: () => this.found.more(),
      empty: () => this.#emptyRow(),
    });
  }

  draw(state) {
    const approved = rows(state, "question").filter((one) => one.state === "approved");
    this.number = rows(state, "lanes")[0]?.approved ?? approved.length;
    if (!this.found.query && !isWhole(state, "question", "approved")) this.#findAnew(0);
    this.order.hear(this.found.query ? this.#wantedOfFound(state)
      : sorted(approved, this.sort, this.desk.link.now()).filter((one) => this.#fits(one)).map((one) => one.id));
    if (this.found.query) this.order.lengthen();
    this.desk.link.store.pin("queue", "question", this.order.ids);
    const floor = floorItem(state)?.id ?? null;
    if (floor !== this.floorWas) this.#renew(); // a question has just left: the natural moment to look anew
    this.floorWas = floor;
    render(this.#headOf(state), this.head);
    this.lane.show(this.order.ids);
    render(this.#footOf(), this.foot);
  }

  /**
   * More is approved than is loaded: the list is the server's, in its order, and stands until it is asked for again.
   */
  #findAnew(waitMs, kept = false) {
    this.found.begin({ list: "open", text: this.search, sort: this.sort, ...(this.unit ? { unit: this.unit } : {}) },
      waitMs, kept);
  }

  #takeOver() {
    this.order.hear(this.#wantedOfFound(this.desk.state));
    this.order.renew();
    if (!this.order.known.has(this.selected)) this.selected = null;
  }

  #wantedOfFound(state) {
    return this.found.ids.filter((id) => question(state, id)?.state === "approved");
  }

  #fits(one) {
    if (this.unit && one.unit !== this.unit) return false;
    const wanted = this.search.toLowerCase();
    return !wanted || one.text.toLowerCase().includes(wanted) || String(one.number) === wanted.replace(/^#/, "");
  }

  // --- what the host does ------------------------------------------------------------------------------------------

  refresh() {
    if (this.found.query) return this.#findAnew(0, true);
    this.order.renew();
    this.desk.redraw();
  }

  #renew() {
    if (this.found.query) return this.#findAnew(0, true);
    this.order.renew();
    if (!this.order.known.has(this.selected)) this.selected = null;
  }

  #anew(changes) {
    Object.assign(this, changes);
    if (this.found.query) this.#findAnew(changes.search === undefined ? 0 : undefined);
    this.order.clear();
    this.lane.scroller.scrollTop = 0;
    this.desk.redraw();
  }

  move(steps) {
    const ids = this.order.ids;
    const at = ids.indexOf(this.selected);
    this.#select(at < 0 ? ids[0] : ids[Math.max(0, Math.min(ids.length - 1, at + steps))]);
  }

  #select(id) {
    if (id === undefined) return;
    this.selected = id;
    this.desk.disarm();
    this.lane.reveal(this.order.ids.indexOf(id));
    this.desk.redraw();
  }

  /** A row is chosen by a pointer; pressed by a key, the chosen one is put on air like with Enter. */
  #pressed(event, id) {
    if (event.detail === 0 && id === this.selected) this.enter();
    else this.#select(id);
  }

  /** Enter: arm the chosen question, or confirm it. */
  enter() {
    if (this.selected === null) this.move(0);
    else this.put(this.selected);
  }

  put(id) {
    const one = question(this.desk.state, id);
    if (one?.state !== "approved" || session(this.desk.state).state !== "live") return;
    this.selected = id;
    this.desk.arm(`put:${id}`, () => this.#air(id),
      [this.#confirms(one), this.#ends()].filter(Boolean).join(w.stop));
  }

  /** In a night exam a question interrupts whoever speaks: the slot is not ended. */
  #confirms(one) {
    return this.exam.interrupts(this.desk.state) ? this.exam.confirms(one) : w.confirmLine(one.number);
  }

  #ends() {
    return this.exam.interrupts(this.desk.state) ? "" : whatEnds(this.desk);
  }

  /** What was looked for has been found: the next one is chosen from the whole queue again. */
  async #air(id) {
    const aired = await (this.exam.interrupts(this.desk.state) ? this.exam.interrupt({ question: id })
      : this.desk.floor("questions.put_on_air", { question: id }));
    if (!aired || (!this.search && !this.unit)) return;
    this.head.querySelector("input").value = "";
    this.#anew({ search: "", unit: null });
  }

  focusSearch() {
    this.head.querySelector("input")?.select(); // nothing is there before the first drawing
  }

  // --- what is drawn -----------------------------------------------------------------------------------------------

  #emptyRow() {
    if (this.found.looking) return emptyRow(w.looking, "", "search");
    if (this.search || this.unit) return emptyRow(w.nothingFound, w.nothingFoundMore, "search");
    return emptyRow(w.emptyQueue, w.emptyQueueMore);
  }

  #headOf(state) {
    const arrivals = this.order.arrivals;
    const isPaged = this.found.query !== null; // who is beyond what is loaded cannot be told from here
    const { moved } = this.order;
    const refresh = html`${w.refresh} <kbd aria-hidden="true">R</kbd>`;
    const changed = arrivals || moved ? html`${w.fresh(arrivals, moved)} · ${refresh}` : w.noFresh;
    const tab = (sort) => html`<button type="button" aria-pressed=${String(this.sort === sort)}
      @click=${() => this.#anew({ sort })}>${labelOf("sort_key", sort)}</button>`;
    return html`<h2 id="queue-title">${w.queue} <span
      class="num quiet-text">${format.number(this.number)}</span></h2>
      <label class="search-box queue-search"><span class="visually-hidden">${w.search}</span>${icon("search")}
        <input class="input" type="search" placeholder=${w.search}
          @input=${(event) => this.#anew({ search: event.target.value.trim() })}
            @keydown=${(event) => this.#searchKey(event)}></label>
      <div class="tabs queue-sort" role="group" aria-label=${w.queue}>${SORTS.map(tab)}</div>
      <select class="input queue-unit" aria-label=${w.unit}
        @change=${(event) => this.#anew({ unit: Number(event.target.value) || null })}>${unitOptions(state, this.unit,
          w.allUnits)}</select>
      <button class="lane-new" type="button" ?disabled=${!arrivals && !moved && !isPaged}
        @click=${() => this.refresh()}>${isPaged ? refresh : changed}</button>`;
  }

  #searchKey(event) {
    const key = keyOf(event);
    if (!["Escape", "Enter", "ArrowDown"].includes(key)) return;
    event.preventDefault();
    if (key === "Escape") {
      event.target.value = "";
      this.#anew({ search: "" });
    } else this.#select(this.order.ids[0]);
    event.target.blur();
  }

  #row(id, at, of) {
    const one = question(this.desk.state, id);
    const here = one?.state === "approved";
    const armed = this.desk.isArmed(`put:${id}`);
    return html`<li class="lane-row ${here ? "" : "is-gone"} ${armed ? "is-armed" : ""}"
      aria-current=${id === this.selected ? "true" : nothing} aria-setsize=${of} aria-posinset=${at + 1}>
      <button class="row-open" type="button" @click=${(event) => this.#pressed(event, id)}
        aria-label=${`${one?.number ?? ""} ${one?.text ?? ""}`}></button>
      <span class="lane-lead"><strong>${one?.votes ?? 0}</strong><span>${icon("support")}</span></span>
      <div><p class="lane-text typeset" dir="auto">${typeset(one?.text ?? "")}</p>
        <span class="lane-note">${here
          ? html`<span class="num">${one.number}</span> · <time class="num"
          datetime=${new Date(one.asked_at).toISOString()}>${format.short(one.asked_at,
            this.desk.link.now())}</time> · ${unitName(this.desk.state, one.unit) || w.noUnit}` : w.left}</span></div>
      <span class="lane-side">${here ? button({
        label: armed ? w.confirmPut : this.exam.interrupts(this.desk.state) ? this.exam.putWord : w.putOnAir,
        run: () => this.put(id), kind: `small put ${armed ? "armed" : ""}`,
        disabled: !this.desk.live || this.desk.isPending("floor") || session(this.desk.state).state !== "live",
      }) : nothing}</span>
    </li>`;
  }

  #footOf() {
    const armed = [...this.order.ids].find((id) => this.desk.isArmed(`put:${id}`));
    const one = question(this.desk.state, armed);
    if (!this.desk.live) return html`<p class="queue-line">${icon("warning")}${w.offline}</p>`;
    if (!one) return html`<p class="queue-line quiet-text">${w.choose}</p>`;
    const ends = this.#ends();
    return html`<p class="queue-line is-armed">${icon("hold")}<span>${this.#confirms(one)}
      ${ends ? html`<strong class="armed-ends">${ends}</strong>` : nothing}</span>
      ${button({ label: w.cancel, run: () => this.desk.disarm(), kind: "small", key: "Esc" })}</p>`;
  }
}
