/**
 * One layer of the picture: a custom element with the life cycle of EBU OGraf v1, of one step and in real time. It is
 * drawn into a shadow root of its own, so that it looks the same on an output, on a desk and in a renderer of others.
 *
 * Its stage has 1920 × 1080 CSS pixels; whoever shows it scales it. Attributes: `lang`, `position` (where it stands, as
 * layers.css says for each), `safe` (the margin that stays free on each side, in percent of the picture, 5).
 *
 * A layer says how it is drawn (`draw`) and, where something of it changes by itself, how that begins (`drawn`).
 */
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { loadSigns } from "./parts.js";
import { setType } from "./type.js";
import { words } from "./words.js";

const LATE_MS = 3000;
const SAFE = 5;
const MOST_SAFE = 20;
const PUNCTUATION = "“”‘’—…·";

const OK = Object.freeze({ statusCode: 200 });
let prepared = null;

/** The sheets of all layers, once for the document, with the type that they need. */
function sheets() {
  prepared ??= Promise.all([
    loadSigns(),
    sheet(new URL("../../base/tokens.css", import.meta.url)),
    sheet(new URL("layers.css", import.meta.url)),
    sheet(new URL("cards.css", import.meta.url)),
    sheet(new URL("clocks.css", import.meta.url)),
  ]).then(async ([, tokens, ...own]) => {
    document.adoptedStyleSheets.push(facesOf(tokens));
    await Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 40px "Han Punctuation"`, PUNCTUATION)));
    return [tokens, ...own];
  }).catch((error) => {
    prepared = null; // the next one to load may have more luck
    throw error;
  });
  return prepared;
}

/** A font face counts in a sheet of the document only; all else of the page stays as it is. */
function facesOf(tokens) {
  const faces = new CSSStyleSheet();
  const found = [...tokens.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  faces.replaceSync(found.map((rule) => rule.cssText).join("\n"));
  return faces;
}

async function sheet(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const text = (await answer.text()).replaceAll(":root:lang(zh)", ":host(:lang(zh)), [lang]:lang(zh)")
    .replaceAll(":root", ":host, [lang]"); // each text has the type of its own language
  const made = new CSSStyleSheet();
  await made.replace(text);
  return made;
}

export class Layer extends HTMLElement {
  static observedAttributes = ["lang", "safe"];
  #stage = Object.assign(document.createElement("div"), { className: "stage is-still" });
  #data = null; // until it is loaded
  #step; // 0 while it is shown
  #end = null; // ends what changes by itself

  /** `{now(), isFresh}`: the server's milliseconds, and whether it is in step; without it this machine counts. */
  clock = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#stage);
  }

  // --- what a layer says of itself -----------------------------------------------------------------------------------

  /** The template of what it shows; `nothing` where there is nothing to show. */
  draw() {
    return nothing;
  }

  /** Once it is drawn and set: begins what changes by itself, and returns a function that ends that, or nothing. */
  drawn() {
    return null;
  }

  // --- the life cycle of OGraf ---------------------------------------------------------------------------------------

  async load({ data = {}, renderType = "realtime" } = {}) {
    if (renderType !== "realtime") return { statusCode: 400, statusMessage: "Only real time is supported" };
    this.shadowRoot.adoptedStyleSheets = await sheets();
    this.#data = { ...data };
    this.#show();
    await Promise.all([...this.#stage.querySelectorAll("img")].map((one) => one.decode().catch(() => null)));
    return OK;
  }

  /** Of a layer that is shown the next step is its end, as OGraf has it; `goto: 0` lets it stand. */
  async playAction({ delta = 1, goto = (this.#step ?? -1) + delta, skipAnimation = false } = {}) {
    if (this.#data === null) return { statusCode: 409, statusMessage: "Not loaded", currentStep: undefined };
    this.#step = goto === 0 ? 0 : undefined;
    await this.#move(skipAnimation);
    return { ...OK, currentStep: this.#step };
  }

  /** `data` may be a part; what is on air changes at once. */
  async updateAction({ data = {} } = {}) {
    if (this.#data === null) return { statusCode: 409, statusMessage: "Not loaded" };
    this.#data = { ...this.#data, ...data };
    this.#show();
    return OK;
  }

  async stopAction({ skipAnimation = false } = {}) {
    this.#step = undefined;
    await this.#move(skipAnimation);
    return OK;
  }

  async customAction({ id } = {}) {
    return { statusCode: 400, statusMessage: `There is no action ${id}` };
  }

  async dispose() {
    this.#quiet();
    this.#data = null;
    this.#step = undefined;
    this.#stage.classList.remove("is-in");
    render(nothing, this.#stage);
    return OK;
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  /** "zh" or "en". */
  get language() {
    const lang = this.closest("[lang]")?.lang || "zh-CN";
    return lang.toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  now() {
    return this.clock?.now() ?? Date.now();
  }

  get words() {
    return words[this.language];
  }

  /** A field in the language of the picture, where it is said in it. */
  said(row, field) {
    return (this.language === "en" && row[`${field}_en`]) || row[field] || "";
  }

  #show() {
    this.#quiet();
    const safe = Number.parseFloat(this.getAttribute("safe") ?? SAFE);
    this.style.setProperty("--safe", Math.min(MOST_SAFE, Math.max(0, Number.isNaN(safe) ? SAFE : safe)));
    render(html`${this.draw(this.#data)}`, this.#stage);
    setType(this.#stage);
    this.#end = this.drawn(this.#data, this.#stage) ?? null;
  }

  #quiet() {
    this.#end?.();
    this.#end = null;
  }

  async #move(skipAnimation) {
    this.#stage.classList.toggle("is-still", skipAnimation);
    this.#stage.classList.toggle("is-in", this.#step === 0);
    // A source that is not shown has no frames, so its transition would never end.
    const late = new Promise((resolve) => { setTimeout(resolve, LATE_MS); });
    const moved = this.#stage.getAnimations().map((one) => one.finished.catch(() => null));
    await Promise.race([Promise.all(moved), late]);
  }

  // --- the element ---------------------------------------------------------------------------------------------------

  attributeChangedCallback(_name, before, after) {
    if (this.#data !== null && before !== after) this.#show();
  }

  connectedCallback() {
    if (this.#data !== null) this.#show();
  }

  disconnectedCallback() {
    this.#quiet();
  }
}
