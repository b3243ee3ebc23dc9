// What is said of the network: whether the stage's server answers, and how well what one sends gets through.

import { say } from "../base/words.js";
import { StageLink } from "./janus.js";
import { quality } from "./quality.js";
import { words } from "./words.js";

const w = say(words);

export class Network {
  said = "";
  #isMeasured = false;
  #reported = null;

  /** `ontold()` is called when something new is said. */
  constructor(page, link, ontold) {
    Object.assign(this, { page, link, ontold });
  }

  async check() {
    this.#say(w.checking);
    this.#say((await StageLink.reaches(this.page)) ? w.netGood : w.netBad);
  }

  /** While one sends to the room of `own`, the network is looked at by itself, on the way that picture and sound
   *  take. */
  async measure(own) {
    const report = own ? await this.link.report(own) : null;
    const found = report && quality(report, this.#reported);
    this.#reported = report;
    if (found) this.#say(w.through(w.lines[found.level], found), true);
    else if (!report && this.#isMeasured) this.#say("");
  }

  #say(what, isMeasured = false) {
    [this.said, this.#isMeasured] = [what, isMeasured];
    this.ontold();
  }
}
