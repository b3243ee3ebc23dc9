// What a moderator decides: shown at once, mended when refused, taken back with one key.

import { refuse, toast } from "../base/toast.js";
import { stateWord } from "../base/badges.js";
import { say } from "../base/words.js";
import { question } from "../link/state.js";
import { Refused } from "../link/link.js";
import { words } from "./words.js";

const w = say(words);
const KEPT = 50;

/** The state in which a decision leaves a question. */
const LEADS_TO = { approve: "approved", refuse: "refused", merge: "merged", reword: "merged" };

export class Decisions {
  /** `onShow(id)` brings a question back under the moderator's eye. */
  constructor(desk, { onShow }) {
    Object.assign(this, { desk, onShow, ahead: new Map(), done: [] });
  }

  /** Where a question stands, our own decision that is still under way included. */
  stateOf(one) {
    return this.ahead.get(one.id) ?? one.state;
  }

  underWay(id) {
    return this.ahead.has(id);
  }

  /** Decide; the promise tells whether it was done, but nobody needs to wait for it. */
  decide(verb, one, data = {}, sentence = w.done[verb](one.number)) {
    if (!this.desk.live) return this.desk.tell(w.offline, { kind: "info" });
    if (this.underWay(one.id)) return null;
    this.ahead.set(one.id, LEADS_TO[verb] ?? one.state);
    const answer = this.#send(verb, one, data);
    const step = { id: one.id, done: answer };
    this.done = [...this.done, step].slice(-KEPT);
    answer.then((was) => {
      this.ahead.delete(one.id);
      if (was) this.#tell(sentence, true);
      else this.done = this.done.filter((other) => other !== step);
      this.desk.redraw();
    });
    this.desk.redraw();
    return answer;
  }

  #send(verb, one, data) {
    return this.desk.press(`question:${one.id}`, `questions.${verb}`, { question: one.id, seen: one.rev, ...data }, {
      told: (problem) => this.#refused(problem, one),
      settled: () => this.desk.until(() => (question(this.desk.state, one.id)?.rev ?? Infinity) > one.rev),
    });
  }

  /** Undo the last decision of this moderator at this desk. */
  async undo() {
    const last = this.done.pop();
    if (!last) return this.desk.tell(w.nothingToUndo, { kind: "info" });
    if (!(await last.done)) return this.undo();
    return this.takeBack(last.id);
  }

  async takeBack(id) {
    const one = question(this.desk.state, id);
    if (!one || !(await this.#send("undo", one, {}))) return;
    this.done = this.done.filter((step) => step.id !== id);
    this.#tell(w.done.undo(one.number), false);
    this.onShow(id);
  }

  /** Somebody else was faster: say what became of it, and offer to look. */
  #refused(problem, one) {
    if (!(problem instanceof Refused)) return false;
    if (problem.code !== "STALE" && problem.code !== "WRONG_STATE") {
      refuse({ message: `${w.number(one.number)}：${problem.message}` });
      return true;
    }
    const state = problem.data.now?.state ?? problem.data.state ?? one.state;
    toast(w.stale(one.number, stateWord(state)),
      { kind: "refusal", action: { label: w.show, run: () => this.onShow(one.id) } });
    return true;
  }

  #tell(sentence, undoable) {
    this.desk.tell(sentence, { action: undoable ? { label: `${w.undo} Z`, run: () => this.undo() } : null });
  }
}
