/** The programme's mark and title. `{title, title_en}` */
import { html } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, icon } from "./parts.js";

export class Logo extends Layer {
  draw(data) {
    return html`<div class="plate logo">${icon("mark")}${fitted(this.said(data, "title"), "", [40, 36, 92])}</div>`;
  }
}

customElements.define("inquiry-logo", Logo);
