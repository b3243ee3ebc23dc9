/**
 * Questions on their way. Each is kept in this browser with the key made when it was sent first, and is sent with
 * that same key until the server answers: so it arrives once, through reloads, dead spots and two open tabs.
 *
 * Events: "change"; "sent" with `{letter, answer}`; "refused" with `{letter, refusal}` once, when the server says no.
 */
import { clientId, Refused } from "../link/link.js";
import { keep, kept } from "./kept.js";

const RETRY_MS = 4000;
const RECEIPTS_KEPT = 20;
/** Refusals that say "not now" rather than "no". */
const LATER = { TOO_MANY: 30, BUSY: 5, BROKEN: 20 };

export class Outbox extends EventTarget {
  constructor(link) {
    super();
    this.link = link;
    this.name = `inquiry.outbox.${link.session}`;
    this.receiptsName = `inquiry.receipts.${link.session}`;
    this.how = new Map(); // key → {sending} | {retryAt, tooMany} | {refusal}, for as long as the page is open
    this.busy = false;
    link.addEventListener("status", () => link.reachable && this.#afresh());
    addEventListener("online", () => this.#afresh());
    addEventListener("storage", ({ key }) => key === this.name && this.#changed());
    setInterval(() => this.deliver(), RETRY_MS);
  }

  /** `[{key, text, unit, asker, at, how}]`, oldest first. */
  get letters() {
    return kept(this.name, []).map((letter) => ({ ...letter, how: this.how.get(letter.key) ?? {} }));
  }

  get(key) {
    return this.letters.find((letter) => letter.key === key);
  }

  /** `{question, number, receipt, state, text}` of a letter that arrived, whichever tab had sent it. */
  receipt(key) {
    return kept(this.receiptsName, {})[key];
  }

  /** Returns the key under which the question now travels. */
  add({ text, unit, asker }) {
    const key = clientId();
    this.put({ key, text, unit, asker, at: Date.now() });
    this.deliver();
    return key;
  }

  /** Puts a letter (back) in. */
  put({ how, ...letter }) {
    keep(this.name, [...kept(this.name, []).filter(({ key }) => key !== letter.key), letter]);
    if (how?.refusal) this.how.set(letter.key, how);
    this.#changed();
  }

  remove(key) {
    keep(this.name, kept(this.name, []).filter((letter) => letter.key !== key));
    this.how.delete(key);
    this.#changed();
  }

  /** The line is another one now: what it refused to carry before is tried at once. */
  #afresh() {
    for (const how of this.how.values()) delete how.triedAt;
    this.deliver();
  }

  /** One after the other: the order in which they were written is the order of their numbers. */
  async deliver() {
    if (this.busy || !this.link.reachable) return;
    this.busy = true;
    try {
      for (let letter; (letter = this.letters.find(isDue)) && this.link.reachable;) await this.#send(letter);
    } finally {
      this.busy = false;
    }
  }

  async #send(letter) {
    this.#goes(letter.key, { sending: true });
    const { key, text, unit, asker } = letter;
    const message = { session: this.link.session, text, ...(unit ? { unit } : {}), ...(asker ? { asker } : {}) };
    try {
      const answer = await this.link.call("questions.ask", message, { key, forMs: 6000 });
      const receipts = Object.entries(kept(this.receiptsName, {})).slice(-RECEIPTS_KEPT);
      keep(this.receiptsName, Object.fromEntries([...receipts, [key, { ...answer, text }]]));
      this.remove(key);
      this.#tell("sent", { letter, answer });
    } catch (problem) {
      if (!(problem instanceof Refused)) this.#goes(key, { triedAt: Date.now() });
      else if (problem.code in LATER) this.#goes(key, later(problem));
      else {
        this.#goes(key, { refusal: { code: problem.code, message: problem.message, data: problem.data } });
        this.#tell("refused", { letter, refusal: problem });
      }
    }
  }

  #goes(key, how) {
    this.how.set(key, how);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function later({ code, data }) {
  const seconds = data.retry_after ?? LATER[code];
  return { retryAt: Date.now() + 1000 * seconds, tooMany: code === "TOO_MANY" };
}

const isDue = ({ how }) => !how.refusal && (how.retryAt ?? 0) <= Date.now()
  && Date.now() - (how.triedAt ?? -Infinity) >= RETRY_MS;
