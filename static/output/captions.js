// The last lines of what is said, as ticks bring them, at the foot of the picture.

/** So long a line stands after it was heard, and so many stand at once. */
const STANDS_MS = 6000;
const LINES = 2;
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
    const words = this.told.filter(stands).slice(-LINES).map((one) => one.text);
    if (this.shown === words.join("\n")) return;
    this.shown = words.join("\n");
    this.place.replaceChildren(...words.map((one) => {
      return Object.assign(document.createElement("span"), { textContent: one });
    }));
    this.place.hidden = !words.length;
  }
}
