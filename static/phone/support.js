/** Supporting: felt at once, counted once. What is pressed last is what counts, however slow the line is. */
import { html } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { refuse, toast } from "../base/toast.js";
import { formats } from "../base/format.js";
import { say } from "../base/words.js";
import { Refused } from "../link/link.js";
import { keep, kept } from "./kept.js";
import { words } from "./words.js";

const w = say(words);
const when = formats();

const RETRY_MS = 4000;
/** A second tap within this time is the same press: nobody gives a vote and takes it back in half a second. */
const SAME_PRESS_MS = 600;
const MOST_WAITING = 200;
/** Refusals that say "not now" rather than "no". */
const LATER = { TOO_MANY: 30, BUSY: 5, BROKEN: 20 };

/**
 * What this device wishes and what the server last said, of every question seen; "change" when one of them moves. A
 * wish that has not arrived is kept in this browser and sent again until it has, through dead spots and reloads.
 */
export class Supports extends EventTarget {
  constructor(link) {
    super();
    this.link = link;
    this.name = `inquiry.votes.${link.session}`;
    this.known = new Map(); // question id → {votes, supported, wish, sending, before, told, pressedAt, retryAt}
    link.addEventListener("tick", ({ detail }) => this.#tallies(detail.tallies ?? {}));
    link.addEventListener("status", () => link.reachable && this.deliver());
    addEventListener("online", () => this.deliver());
    setInterval(() => this.deliver(), RETRY_MS);
  }

  /** `{question id: wish}` of those that have not arrived. */
  get #waiting() {
    return kept(this.name, {});
  }

  #wishes(id, wish) {
    const { [id]: _before, ...others } = this.#waiting;
    const all = Object.entries(others).slice(1 - MOST_WAITING);
    keep(this.name, Object.fromEntries(wish === null ? all : [...all, [id, wish]]));
  }

  /** Rows as a query gave them: newer than what is known; of a press that is under way they only tell the number. */
  learn(rows) {
    const waiting = this.#waiting;
    for (const { id, votes, supported } of rows) {
      const one = this.known.get(id);
      if (one?.sending) this.#count(one, votes);
      else this.#set(id, votes, Boolean(supported), waiting[id], one);
    }
  }

  #set(id, votes, supported, waits, before) {
    const one = { ...before, votes, supported, wish: waits ?? supported, sending: false };
    this.#expect(one);
    this.known.set(id, one);
    if (waits === supported) this.#wishes(id, null);
  }

  /** `{votes, supported, waits}` as they are shown, a press under way included; one that cannot be sent now `waits`. */
  of(row) {
    const one = this.known.get(row.id);
    if (!one) return { votes: row.votes, supported: Boolean(row.supported), waits: false };
    const moved = one.wish !== one.supported;
    return { votes: moved ? withMine(one, one.wish) : one.votes, supported: one.wish, waits: moved && !one.sending };
  }

  /** Returns whether the press made this phone a supporter, once the server has said so. */
  async press(row) {
    if (!this.known.has(row.id)) this.learn([row]);
    const one = this.known.get(row.id);
    if (performance.now() - (one.pressedAt ?? -Infinity) < SAME_PRESS_MS) return false;
    one.pressedAt = performance.now();
    one.retryAt = null;
    one.wish = !one.wish;
    this.#wishes(row.id, one.wish);
    if (!one.sending) this.#expect(one);
    if (!this.link.reachable && one.wish !== one.supported) toast(w.voteLater);
    const arrived = await this.#bring(row.id, one);
    return arrived && one.supported;
  }

  /** Whatever waits and may be sent now. */
  deliver() {
    for (const [key, wish] of Object.entries(this.#waiting)) {
      const id = Number(key);
      if (!this.known.has(id)) this.#set(id, 0, !wish, wish);
      const one = this.known.get(id);
      if ((one.retryAt ?? 0) <= Date.now()) this.#bring(id, one);
    }
  }

  /** Send until what was wished last is what the server has. Returns whether that is so, to the one who began it. */
  async #bring(id, one) {
    if (!one.sending && this.link.reachable) {
      one.sending = true;
      this.#changed();
      try {
        while (one.wish !== one.supported) await this.#send(id, one);
        this.#wishes(id, null);
        return true;
      } catch (problem) {
        this.#failed(id, one, problem);
      } finally {
        one.sending = false;
      }
    }
    this.#changed();
    return false;
  }

  /** Without an answer, or with one that says "not now", the wish stays; a "no" takes it back and is told. */
  #failed(id, one, problem) {
    if (!(problem instanceof Refused)) return;
    if (problem.code in LATER) {
      one.retryAt = Date.now() + 1000 * (problem.data.retry_after ?? LATER[problem.code]);
    } else {
      one.wish = one.supported;
      this.#wishes(id, null);
    }
    refuse(problem);
  }

  async #send(id, one) {
    const verb = one.wish ? "questions.support" : "questions.withdraw_support";
    const { supported } = await this.link.call(verb, { question: id }, { forMs: 6000 });
    one.supported = supported;
    if (!one.told) one.votes = withMine(one, supported);
    this.#expect(one);
  }

  /** From here on a number that is told may have counted the press that is under way. */
  #expect(one) {
    one.before = one.votes;
    one.told = false;
  }

  #count(one, votes) {
    const moved = one.votes !== votes;
    one.votes = votes;
    one.told = true;
    return moved;
  }

  #tallies(tallies) {
    let moved = false;
    for (const [id, votes] of Object.entries(tallies)) {
      const one = this.known.get(Number(id));
      if (one && this.#count(one, votes)) moved = true;
    }
    if (moved) this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The number to show while a press is under way: a tick may have counted it already. */
export const withMine = ({ votes, before }, supports) => (supports ? Math.max(votes, before + 1)
  : Math.min(votes, before - 1));

export const isOpen = ({ state }) => state === "approved" || state === "on_air";

/** The button; `after` is told when a press has made this phone a supporter. */
export function supportButton(supports, row, { after = () => {} } = {}) {
  const { votes, supported, waits } = supports.of(row);
  const press = async () => {
    if (await supports.press(row)) after(row);
  };
  return html`<button class="support" type="button" aria-pressed=${supported} @click=${press}>
    ${icon("support")}<span class="support-word">${waits ? w.voteWaits : supported
      ? w.given : w.support}</span>
    <span class="support-count">${when.number(votes)}</span><span
      class="visually-hidden"> ${w.number(row.number)}</span>
  </button>`;
}
