/** The whole picture: a title, a line below, an address to scan. `{title, title_en, subtitle, subtitle_en, qr}` */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, icon } from "./parts.js";

export class FullFrame extends Layer {
  draw(data) {
    return html`<section class="full-frame"><div class="full-words">
        ${icon("mark")}
        ${fitted(this.said(data, "title"), "title", [128, 56, 470])}
        ${fitted(this.said(data, "subtitle"), "subtitle", [56, 36, 345])}
      </div>${data.qr ? html`<img class="qr" src=${data.qr} alt="">` : nothing}</section>`;
  }
}

customElements.define("inquiry-full-frame", FullFrame);
