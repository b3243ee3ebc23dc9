/** Who is seen. `{name, title, title_en, unit, unit_en}` */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Layer } from "./layer.js";
import { fitted, roleOf } from "./parts.js";

export class LowerThird extends Layer {
  draw(person) {
    const role = roleOf(this, person);
    return html`<div class="plate lower-third">
      <div class="who">${fitted(person.name, "name", [76, 56, 206])}</div>
      ${role ? html`<div class="role">${fitted(role, "", [42, 36, 250])}</div>` : nothing}
    </div>`;
  }
}

customElements.define("inquiry-lower-third", LowerThird);
