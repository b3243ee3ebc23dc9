/** Supporting: felt at once, counted once. What is pressed last is what counts, however slow the line is. */
import { html } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { refuse, toast } from "../base/toast.js";
import { formats } from "../base/format.js";
import { say } from "../base/words.js";
import { Refused } from "../link/link.js";
import { words } from "./words.js";

const w = say(words);
const when = formats();

/** What this device wishes and what the server last said, of every question seen; "change" when one of them moves. */
export class Supports extends EventTarget {
  constructor(link) {
    super();
    this.link = link;
    this.known = new Map(); // question id → {votes, supported, wish, sending, before, told}
    link.addEventListener("tick", ({ detail }) => this.#tallies(detail.tallies ?? {}));
  }

  /** Rows as a query gave them: newer than what is known; of a press that is under way they only tell the number. */
  learn(rows) {
    for (const { id, votes, supported } of rows) {
      const one = this.known.get(id);
      if (one?.sending) this.#count(one, votes);
      else this.known.set(id, { votes, supported: Boolean(supported), wish: Boolean(supported), sending: false });
    }
  }

  /** `{votes, supported}` as they are shown, the press under way included. */
  of(row) {
    const one = this.known.get(row.id);
    if (!one) return { votes: row.votes, supported: Boolean(row.supported) };
    return { votes: one.wish === one.supported ? one.votes : withMine(one, one.wish), supported: one.wish };
  }

  /** Returns whether the press made this phone a supporter, once the server has said so. */
  async press(row) {
    if (!this.known.has(row.id)) this.learn([row]);
    const one = this.known.get(row.id);
    one.wish = !one.wish;
    if (!one.sending) this.#expect(one);
    this.#changed();
    if (one.sending) return false;
    one.sending = true;
    try {
      while (one.wish !== one.supported) await this.#send(row.id, one);
      return one.supported;
    } catch (problem) {
      one.wish = one.supported;
      if (problem instanceof Refused) refuse(problem);
      else toast(w.voteUnsent, { kind: "refusal" });
      return false;
    } finally {
      one.sending = false;
      this.#changed();
    }
  }

  async #send(id, one) {
    const verb = one.wish ? "questions.support" : "questions.withdraw_support";
    const { supported } = await this.link.call(verb, { question: id }, { forMs: 12_000 });
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
  const { votes, supported } = supports.of(row);
  const press = async () => {
    if (await supports.press(row)) after(row);
  };
  return html`<button class="support" type="button" aria-pressed=${supported} @click=${press}>
    ${icon("support")}<span class="support-word">${supported ? w.given : w.support}</span>
    <span class="support-count">${when.number(votes)}</span><span
      class="visually-hidden"> ${w.number(row.number)}</span>
  </button>`;
}
