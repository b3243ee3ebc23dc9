// The last lines of what is said, as ticks bring them: at the foot of an output's picture, and below a screen's.

/** So long a line stands after it was heard, and so many stand at once. */
const STANDS_MS = 6000;
const LINES = 2;

export class Captions {
  /** They are the last thing in `place`. Where a line has more than half of so many `signs` the last one stands alone,
   *  and one of more is written smaller. */
  constructor(place, link, className, signs) {
    Object.assign(this, { link, signs, told: [] });
    this.place = place.appendChild(document.createElement("p"));
    Object.assign(this.place, { className, hidden: true });
    link.addEventListener("tick", ({ detail }) => {
      this.told = detail.captions ?? [];
      this.draw();
    });
    setInterval(() => this.draw(), 500); // a line goes though nobody says anything
  }

  clear() {
    this.told = [];
    this.draw();
  }

  draw() {
    const stands = (one) => this.link.isFresh && this.link.now() - one.to < STANDS_MS;
    let words = this.told.filter(stands).slice(-LINES).map((one) => one.text);
    if (words.some((one) => wide(one) > this.signs / 2)) words = words.slice(-1);
    const signs = wide(words[0] ?? "");
    this.place.dataset.size = signs > 2 * this.signs ? "longest" : signs > this.signs ? "long" : "";
    if (this.shown === words.join("\n")) return;
    this.shown = words.join("\n");
    this.place.replaceChildren(...words.map((one) => {
      return Object.assign(document.createElement("span"), { textContent: one });
    }));
    this.place.hidden = !words.length;
  }
}

/** How wide words are, in Chinese signs: a letter is half of one. */
const wide = (words) => [...words].reduce((sum, sign) => sum + (sign < "\u2e80" ? 0.55 : 1), 0);
