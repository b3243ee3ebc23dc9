/**
 * A layer as a graphic for the renderers of others (EBU OGraf v1): there its language, its place and its margin are
 * fields of its data, the picture has the renderer's size, and the renderer chooses the name of the element.
 */
const ATTRIBUTES = { language: "lang", position: "position", safe: "safe" };
const [WIDE, TALL] = [1920, 1080];

export const packaged = (Layer) => class extends Layer {
  async load({ data = {}, renderCharacteristics, ...others } = {}) {
    const { width = WIDE, height = TALL } = renderCharacteristics?.resolution ?? {};
    this.style.transformOrigin = "0 0";
    this.style.transform = `scale(${Math.min(width / WIDE, height / TALL)})`;
    this.#place(data);
    return super.load({ data, renderCharacteristics, ...others });
  }

  async updateAction(params = {}) {
    this.#place(params.data ?? {});
    return super.updateAction(params);
  }

  #place(data) {
    for (const [field, attribute] of Object.entries(ATTRIBUTES)) {
      if (data[field] !== undefined) this.setAttribute(attribute, data[field]);
    }
  }
};
