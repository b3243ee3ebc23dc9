/** All questions: what can be supported, in three orders. Nothing moves while it is read: news wait behind a button. */
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { labelOf } from "../base/labels.js";
import { badge, icon } from "../base/badges.js";
import { daysBetween, formats } from "../base/format.js";
import { say } from "../base/words.js";
import { session, unitName } from "../link/state.js";
import { isOpen, supportButton } from "./support.js";
import { words } from "./words.js";

const w = say(words);
const when = formats();
/** Entries after which a question is in the list that was not, or is there in another place. */
const MAKES_NEW = ["questions.approved", "questions.taken_back", "questions.unmerged", "questions.reworded",
  "questions.carried_over"];
/** Entries after which a question can no longer be supported here, and what it is then. */
const LEAVES = {
  "questions.merged": "merged", "questions.reworded": "merged", "questions.refused": "refused",
  "questions.handed": "handed", "questions.deferred": "deferred",
};
const byId = (id) => document.getElementById(id);

export class List {
  /** `first` is the list that the page was painted with, as `questions.listing` answers, with its `sort`. */
  constructor({ link, supports, first }) {
    const { questions: rows, page, pages, sort } = first;
    Object.assign(this, { link, supports, rows, page, pages, sort, isPainted: true });
    supports.learn(rows);
    this.fresh = new Set();
    this.left = new Map(); // question id → state, for rows that are no longer what they were when the list was drawn
    supports.addEventListener("change", () => this.#draw());
    link.addEventListener("state", () => this.#draw());
    link.addEventListener("entry", ({ detail }) => this.#entry(detail));
    link.addEventListener("status", () => link.reachable && this.#arrived());
    link.addEventListener("skipped", () => this.#lost());
    byId("sorts").addEventListener("click", (event) => this.#sorted(event));
    byId("fresh").addEventListener("click", () => this.load({ page: 1, scroll: true }));
  }

  /** The link goes on from what the page was painted with; when it comes back later, the list may be an old one. */
  #arrived() {
    if (this.isPainted) this.isPainted = false;
    else this.#lost();
  }

  /** What came while the link was lost is not known one by one: the list is asked for again if it is in view's top. */
  #lost() {
    this.isPainted = false;
    if (scrollY < 200) this.due ??= setTimeout(() => ((this.due = null), this.load()));
  }

  /** With `asOf` the list goes on in the order of that moment, so that no question is missed while votes come in. */
  async load({ sort = this.sort, page = this.page, scroll = false, asOf } = {}) {
    const mine = (this.loads = (this.loads ?? 0) + 1);
    byId("list").setAttribute("aria-busy", "true");
    try {
      const at = asOf ? { as_of: asOf } : {};
      const answer = await this.link.call("questions.listing", { session: this.link.session, sort, page, ...at },
        { forMs: 8000 });
      if (mine !== this.loads) return;
      this.supports.learn(answer.questions);
      Object.assign(this, { asOf: answer.as_of, sort, page: answer.page, pages: answer.pages, rows: answer.questions });
      this.fresh.clear();
      this.left.clear();
      this.failed = false;
      this.#draw();
      this.#address();
      if (scroll) byId("questions").scrollIntoView({ block: "start" });
    } catch {
      this.failed = true;
      this.#draw();
    } finally {
      if (mine === this.loads) byId("list").removeAttribute("aria-busy");
    }
  }

  /** So that a reload, or the way back, shows the same list. */
  #address() {
    const here = new URL(location.href);
    for (const [name, value, usual] of [["sort", this.sort, "supported"], ["page", this.page, 1]]) {
      if (value === usual) here.searchParams.delete(name);
      else here.searchParams.set(name, value);
    }
    history.replaceState(null, "", here);
  }

  #sorted(event) {
    const tab = event.target.closest("a[data-sort]");
    if (!tab) return;
    event.preventDefault();
    for (const one of byId("sorts").querySelectorAll("a")) one.toggleAttribute("aria-current", one === tab);
    tab.setAttribute("aria-current", "true");
    this.load({ sort: tab.dataset.sort, page: 1 });
  }

  #entry({ kind, payload, state }) {
    if (!kind.startsWith("questions.")) return;
    const about = Object.keys(state.question ?? {}).map(Number);
    if (MAKES_NEW.includes(kind)) {
      for (const id of kind === "questions.reworded" ? [payload.version] : about) {
        if (!this.rows.some((row) => row.id === id)) this.fresh.add(id);
        this.left.delete(id);
      }
    }
    for (const id of LEAVES[kind] ? (payload.questions ?? [payload.question]) : []) {
      this.left.set(id, LEAVES[kind]);
      this.fresh.delete(id);
    }
  }

  #draw() {
    if (!this.link.ready) return;
    const fresh = byId("fresh");
    fresh.disabled = !this.fresh.size;
    fresh.textContent = this.fresh.size ? w.fresh(this.fresh.size) : this.failed ? w.unreachable : w.upToDate;
    drawTotals(this.link.state.totals?.[this.link.session]);
    drawAired(this.link);
    const { state, called_off: why } = session(this.link.state);
    const closed = state === "closed";
    byId("over").hidden = !closed || why !== null;
    byId("called-off").hidden = why === null;
    byId("called-off-why").textContent = why ?? "";
    byId("afterwards").hidden = !closed;
    for (const id of ["sorts", "fresh"]) byId(id).hidden = closed && !this.rows.length;
    const cards = repeat(this.rows, (row) => row.id, (row) => this.#card(row));
    draw(byId("list"), this.rows.length ? html`<ul class="card-list">${cards}</ul>` : closed ? nothing : nobody());
    draw(byId("pager"), this.pages > 1 ? this.#pager() : nothing);
  }

  #card(row) {
    const state = this.left.get(row.id) ?? this.link.state.question?.[row.id]?.state ?? row.state;
    const unit = unitName(this.link.state, row.unit);
    const supporters = w.supporters(this.supports.of(row).votes);
    const open = isOpen({ state });
    return html`<li class="card question ${open ? "" : "is-gone"}">
      <div class="card-head">
        <span class="num">${w.number(row.number)}</span>
        ${unit ? html`<span class="meta">${icon("unit")}<span>${unit}</span></span>` : nothing}
        <span class="card-time">${state === "approved" ? timeOf(row.approved_at) : badge(state)}</span>
      </div>
      <p class="question-body clamp" dir="auto"><a href="/questions/${row.id}">${row.text}</a></p>
      <div class="card-foot">
        ${open ? supportButton(this.supports, row) : html`<span>${w.gone[state] ?? supporters}</span>`}
        ${row.asker ? html`<span class="meta">${icon("person")}<span>${row.asker}</span></span>` : nothing}
      </div>
    </li>`;
  }

  #pager() {
    const turn = (page, label) => {
      const there = page >= 1 && page <= this.pages;
      return html`<button class="button" type="button" ?disabled=${!there}
        @click=${() => this.load({ page, scroll: true, asOf: this.asOf })}>
        ${label}</button>`;
    };
    return html`
      ${turn(this.page - 1, w.previous)}
      <span class="num">${w.pageOf(this.page, this.pages)}</span>
      ${turn(this.page + 1, w.next)}`;
  }
}

/** The server painted these places first; lit-html would add to that. */
const taken = new WeakSet();
export function draw(place, content) {
  if (!taken.has(place)) place.replaceChildren();
  taken.add(place);
  render(content, place);
}

/** When something happened, as cards show it: the time if it was today, else the day. */
export const timeOf = (at) => html`<time datetime=${new Date(at).toISOString()}>${shortly(at)}</time>`;

function shortly(at) {
  const today = daysBetween(Date.now(), at, document.documentElement.dataset.zone) === 0;
  return today ? when.time(at) : when.date(at).replace(/^\d+年| \d{4}$/, "");
}

const nobody = () => html`<div class="empty">
  ${icon("question")}<p class="empty-title">${w.noneTitle}</p><p>${w.noneText}</p>
</div>`;

/** received = waiting + approved + merged + refused, always. */
function drawTotals(totals) {
  if (!totals) return;
  const refused = Object.values(totals.refused).reduce((sum, one) => sum + one, 0);
  for (const [name, number] of Object.entries({ ...totals, refused })) {
    const place = byId(`total-${name}`);
    if (place && place.textContent !== when.number(number)) place.textContent = when.number(number);
  }
  const why = Object.entries(totals.refused).map(
    ([reason, n]) => html`<li>${labelOf("reason_told", reason)} <span class="num">${when.number(n)}</span></li>`,
  );
  draw(byId("refused-why"), html`${why}`);
}

/** What was brought before the officials, latest first. */
function drawAired(link) {
  const aired = Object.values(link.state.question ?? {}).filter(({ state }) => state !== "on_air");
  aired.sort((a, b) => b.on_air_at - a.on_air_at);
  byId("aired").hidden = !aired.length;
  draw(byId("aired-list"), html`${repeat(aired, ({ id }) => id, (row) => html`<li>
    <span class="row"><span class="num quiet-text">${w.number(row.number)}</span>${badge(row.state)}
      <span class="num small quiet-text">${w.supporters(row.votes)}</span></span>
    <p class="question-body clamp" dir="auto"><a href="/questions/${row.id}">${row.text}</a></p></li>`)}`);
}
