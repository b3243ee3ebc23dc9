// A layer whose own module cannot be had: its words on a dark ground, so that something true is on air.

const WORDS = ["label", "name", "title", "number", "text", "unit", "officer", "due_on", "state"];

class Plain extends HTMLElement {
  async load({ data }) {
    this.className = "plain-layer";
    this.#draw(data);
  }

  async playAction() {
    this.hidden = false;
  }

  async updateAction({ data }) {
    this.#draw(data);
  }

  async stopAction() {
    this.hidden = true;
  }

  async dispose() {
    this.textContent = "";
  }

  #draw(data) {
    const words = WORDS.map((name) => data[name]).filter(Boolean);
    this.textContent = [...words, ...(data.lines ?? []).map((line) => line.text)].join(" · ");
  }
}

/** Let an element of this name be drawn plainly. */
export const plain = (tag) => customElements.get(tag) || customElements.define(tag, class extends Plain {});
