// The layers over the picture, each a custom element with the life cycle of EBU OGraf v1, kept at what the state says:
// the outputs show them so, and the director's desk its preview and its programme.
//
//   const stack = new Stack(place, { clock });
//   stack.show({ logo: { content, revision, taken, is_cut } });    every layer that may be shown; the others leave
//   stack.shown()                                                  {layer: revision} of what really stands there

/** From the lowest to the highest. */
export const LAYERS = ["logo", "ticker", "speaker_queue", "lower_third", "question_card", "pledge_card",
  "earlier_pledge", "verdict", "countdown", "full_frame"];
export const WIDTH = 1920;
export const HEIGHT = 1080;
const REALTIME = { renderType: "realtime", renderCharacteristics: { resolution: { width: WIDTH, height: HEIGHT } } };

const tagOf = (name) => `inquiry-${name.replaceAll("_", "-")}`;
const loading = {};
/** The module that draws a layer; one that could not be had is asked for again with the next word of the server. */
const defined = (name) => (loading[name] ??= import(new URL(`./layers/${name}.js`, import.meta.url).href)
  .catch((problem) => {
    delete loading[name];
    throw problem;
  }));

/** What a layer shows, with the row that counts in the place of its name (`slot:3`). */
export function resolved(content, state) {
  if (typeof content?.timer !== "string") return content;
  const [of, id] = content.timer.split(":");
  return { ...content, timer: state[of]?.[id] ?? null };
}

/** The rows of a state by their layers. */
export const byLayer = (state) => Object.fromEntries(Object.values(state.onairlayer ?? {}).map((row) => [row.layer,
  { ...row, content: resolved(row.content, state) }]));

export class Stack {
  /** `attributes` are those of every element (`lang`, `safe`, `position`); `changed()` is told after each change. */
  constructor(place, { clock = null, attributes = {}, changed = () => {} } = {}) {
    Object.assign(this, { place, clock, attributes, changed });
    this.isFirst = true;
    this.layers = new Map(LAYERS.map((name) => {
      const slot = place.appendChild(Object.assign(document.createElement("div"), { className: "stack-layer" }));
      return [name, { slot, element: null, revision: 0, taken: 0, data: "", wanted: null, turn: null }];
    }));
  }

  /** What stands there from now on; what was there when the page came does not come in again. */
  show(rows) {
    for (const [name, layer] of this.layers) {
      layer.wanted = { content: null, revision: 0, taken: 0, is_cut: true, ...rows[name], isFirst: this.isFirst };
      if (!layer.wanted.content && layer.wanted.is_cut) this.#remove(layer);
      layer.turn ??= this.#follow(name, layer).finally(() => (layer.turn = null));
    }
    this.isFirst = false;
  }

  shown() {
    const there = [...this.layers].filter(([, layer]) => layer.element?.isConnected);
    return Object.fromEntries(there.map(([name, layer]) => [name, layer.revision]));
  }

  /** One step at a time, always to the newest that is wanted. */
  async #follow(name, layer) {
    for (let wanted = null; wanted !== layer.wanted;) {
      wanted = layer.wanted;
      try {
        await this.#step(name, layer, wanted);
      } catch (problem) {
        this.#remove(layer); // the others stay, and the next take begins anew
        console.warn(`the layer ${name} could not be drawn`, problem);
      }
      this.changed();
    }
  }

  async #step(name, layer, { content, revision, taken, is_cut, isFirst }) {
    const data = JSON.stringify(content);
    if (!content) return this.#leave(layer, is_cut);
    if (layer.element && layer.taken === taken) {
      if (layer.data !== data) await layer.element.updateAction({ data: content, skipAnimation: true });
      return void Object.assign(layer, { revision, data });
    }
    await defined(name);
    const element = Object.assign(document.createElement(tagOf(name)), { clock: this.clock });
    for (const [key, value] of Object.entries(this.attributes)) element.setAttribute(key, value);
    layer.slot.append(element);
    await element.load({ data: content, ...REALTIME });
    if (!layer.wanted.content && layer.wanted.is_cut) return void element.remove(); // panic came meanwhile
    this.#leave(layer, false);
    Object.assign(layer, { element, revision, taken, data });
    element.playAction({ skipAnimation: isFirst });
  }

  /** Its exit goes on by itself: what comes next does not wait for it. */
  #leave(layer, isCut) {
    const { element } = layer;
    if (!element) return undefined;
    if (isCut) return this.#remove(layer);
    layer.element = null;
    const gone = () => (element.remove(), element.dispose?.());
    return void element.stopAction({ skipAnimation: false }).then(gone, gone);
  }

  #remove(layer) {
    layer.slot.replaceChildren();
    layer.element?.dispose?.();
    layer.element = null;
  }
}
