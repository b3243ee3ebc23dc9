// What stands beside the own picture: the others on the stage, and which camera, microphone and loudspeaker are used.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { button, nameOf } from "./crew.js";
import { tone } from "./devices.js";
import { words } from "./words.js";

const w = say(words);

/** Each with a place for the picture, which the page puts in. */
export const others = (list) => html`<h2>${w.others}</h2><ul class="stage-list">${list.map((one) => html`<li>
  <video autoplay playsinline data-of=${one.id} .muted=${one.muted} aria-label=${nameOf(one)}></video>
  <p>${nameOf(one)} · ${labelOf("stage_part", one.part)}${one.camera === "sign" ? ` · ${w.signs}` : ""}
    ${one.muted ? html`<span class="meta">${icon("mute")}${w.isMuted}</span>` : ""}</p></li>`)}</ul>`;

/** `isFirst`: this is what to press first. */
export function deviceChoices({ devices, network, choose, tryDevices, canCheck, isFirst, isSigning }) {
  const select = (kind, label, of = kind) => html`<label class="field"><span class="field-label">${label}</span>
    <select class="input" ?disabled=${!devices.stream} @change=${({ target }) => choose(kind, target.value)}>
      <option value="">${w.usual}</option>${devices.of(of).map((one) => html`<option value=${one.deviceId}
        ?selected=${devices.chosen[kind] === one.deviceId}>${one.label}</option>`)}</select></label>`;
  return html`<h2>${w.devices}</h2>
    ${button(w.test, tryDevices, { kind: isFirst ? "primary" : "", symbol: "mic" })}
    ${select("videoinput", w.camera)}${isSigning ? select("sign", w.signCamera, "videoinput")
      : nothing}${select("audioinput", w.microphone)}
    ${select("audiooutput", w.speaker)}
    <p class="button-row">${button(w.tone, () => tone(devices.chosen.audiooutput), { symbol: "sound" })}
    ${canCheck ? button(w.check, () => network.check(), { symbol: "link" }) : nothing}</p>
    <p class="small" role=${canCheck ? "status" : nothing} id="net">${network.said}</p>`;
}
