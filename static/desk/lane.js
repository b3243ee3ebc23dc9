// A list that stays still under the eye, and draws only the rows that can be seen.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { say } from "../base/words.js";
import { words } from "./words.js";

const SPARE = 6;
const w = say(words);

/**
 * Which things stand in a list, and in which order. What stands there keeps its place until somebody asks for the
 * list anew: newcomers are only counted, and what left its state stays, to be shown as gone.
 */
export class Order {
  constructor() {
    this.clear();
  }

  clear() {
    this.ids = [];
    this.known = new Set();
    this.fresh = [];
  }

  /** Hear how the list would stand now; an empty list takes it over at once. */
  hear(fresh) {
    this.fresh = fresh;
    if (!this.ids.length) this.renew();
  }

  /** How many would come in. */
  get arrivals() {
    return this.fresh.reduce((sum, id) => sum + (this.known.has(id) ? 0 : 1), 0);
  }

  /** Whether those that stand here would now stand in another order. */
  get moved() {
    const staying = new Set(this.fresh);
    const here = this.ids.filter((id) => staying.has(id));
    const there = this.fresh.filter((id) => this.known.has(id));
    return here.some((id, at) => id !== there[at]);
  }

  /** Take over the list as it would stand now. */
  renew() {
    this.ids = [...this.fresh];
    this.known = new Set(this.ids);
  }

  /** Let newcomers in at the end; nothing that stands here moves. */
  append() {
    const coming = this.fresh.filter((id) => !this.known.has(id));
    this.ids.push(...coming);
    coming.forEach((id) => this.known.add(id));
  }

  /** Let in what comes behind the last that stands here. */
  lengthen() {
    const last = this.fresh.findLastIndex((id) => this.known.has(id));
    const behind = this.fresh.slice(last + 1);
    this.ids.push(...behind);
    behind.forEach((id) => this.known.add(id));
  }

  /** Put one thing right behind another. */
  insertAfter(id, other) {
    if (this.known.has(id)) return;
    this.ids.splice(this.ids.indexOf(other) + 1, 0, id);
    this.known.add(id);
  }
}

/**
 * Draws `items` into `list` (an `<ol class="lane">` inside the scrolling `scroller`), only those in sight.
 * `draw(item, index)` gives one `<li class="lane-row">`; every row has the same height. `nearEnd()` is called when the
 * last
 * rows come into sight, and `more()` says how many others there are, which a line at the end tells.
 */
export class Lane {
  constructor(scroller, list, { draw, keyOf = (item) => item.id, empty = () => nothing, more = () => 0, nearEnd = () =>
    {} }) {
    Object.assign(this, { scroller, list, draw, keyOf, empty, more, nearEnd, items: [], height: 76 });
    scroller.addEventListener("scroll", () => this.#paint(), { passive: true });
    new ResizeObserver(() => this.#paint()).observe(scroller);
  }

  show(items) {
    this.items = items;
    this.#paint();
  }

  get atEnd() {
    return this.scroller.scrollTop + this.scroller.clientHeight >= this.scroller.scrollHeight - this.height / 2;
  }

  /** Where row `index` begins, from the top of what is seen. */
  offsetOf(index) {
    return index * this.height - this.scroller.scrollTop;
  }

  /** Scroll so that row `index` begins `offset` pixels below the top: what is read stays where it is. */
  keepAt(index, offset) {
    this.scroller.scrollTop = index * this.height - offset;
    this.#paint();
  }

  /** Scroll as little as possible until row `index` and one neighbour on each side are seen. */
  reveal(index) {
    const top = (index - 1) * this.height;
    const bottom = (index + 2) * this.height - this.scroller.clientHeight;
    const to = Math.max(0, Math.min(Math.max(this.scroller.scrollTop, bottom), top));
    if (to !== this.scroller.scrollTop) this.scroller.scrollTop = to;
    this.#paint();
  }

  #paint() {
    const seen = this.scroller.clientHeight || innerHeight;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - SPARE);
    const last = Math.min(this.items.length, first + Math.ceil(seen / this.height) + 2 * SPARE);
    const shown = this.items.slice(first, last).map((item, at) => ({ item, index: first + at }));
    const rows = repeat(shown, ({ item }) => this.keyOf(item), ({ item, index }) =>
      this.draw(item, index, this.items.length));
    const more = this.items.length && last === this.items.length ? this.more() : 0;
    const line = more ? html`<li class="lane-more">${w.moreRows(more)}</li>` : nothing;
    render(this.items.length ? html`${rows}${line}` : this.empty(), this.list);
    this.list.style.paddingTop = `${first * this.height}px`;
    this.list.style.paddingBottom = `${(this.items.length - last) * this.height}px`;
    this.#measure();
    if (more) this.nearEnd();
  }

  /** A row's height depends on the reader's font size: look at a real one. */
  #measure() {
    const real = this.list.querySelector(".lane-row")?.getBoundingClientRect().height;
    if (!real || Math.abs(real - this.height) < 0.5) return;
    this.height = real;
    this.#paint();
  }
}
