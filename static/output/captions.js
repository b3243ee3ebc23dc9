// The last lines of what is said, as ticks bring them, at the foot of the picture.

/** So long a line stands after it was heard, and so many stand at once. */
const STANDS_MS = 6000;
const LINES = 2;
/** More than that does not stand on a picture that is still to be seen: the last line alone then, and smaller. */
const MOST_SIGNS = 80;
const USUAL_SAFE = 5;

export class Captions {
  /** `safe` is the margin that stays free, in percent. */
  constructor(stage, link, safe = USUAL_SAFE) {
    this.link = link;
    this.told = [];
    this.place = stage.appendChild(document.createElement("p"));
    Object.assign(this.place, { className: "output-captions", hidden: true });
    this.place.style.setProperty("--safe", `${safe}%`);
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
    if (words.join("").length > MOST_SIGNS) words = words.slice(-1);
    this.place.classList.toggle("is-long", (words[0] ?? "").length > MOST_SIGNS);
    if (this.shown === words.join("\n")) return;
    this.shown = words.join("\n");
    this.place.replaceChildren(...words.map((one) => {
      return Object.assign(document.createElement("span"), { textContent: one });
    }));
    this.place.hidden = !words.length;
  }
}
