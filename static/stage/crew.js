// The part of the stage's page that is for the crew: who is there, mute, and the city's own conference system.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { labelOf } from "../base/labels.js";
import { toast } from "../base/toast.js";
import { language, say } from "../base/words.js";
import { words } from "./words.js";

/** So wide is a screen on which two windows have room side by side. */
const BESIDE_FROM = 1200;
const PARTS = ["speaker", "leader", "host"];
const w = say(words);

export const nameOf = (one) => (language() === "en" ? one.unit_en || one.unit : one.unit) || one.name;

export const button = (label, run, { kind = "", symbol = "", pressed } = {}) => html`<button type="button"
  class="button ${kind}"
  aria-pressed=${pressed ?? nothing} @click=${run}>${symbol ? icon(symbol) : ""}<span>${label}</span></button>`;

export const way = (href, symbol, label) => html`<a class="button" href=${href}>${icon(symbol)}
  <span>${label}</span></a>`;

/** To another system, in a window of its own beside ours; on a small screen it is over it. */
export const wayBeside = (href, label, kind = "") => html`<a class="button ${kind}" href=${href} rel="noreferrer"
  target="_blank" @click=${openBeside}>${icon("external")}<span>${label}</span></a>`;

function openBeside(event) {
  if (screen.availWidth < BESIDE_FROM || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const half = Math.floor(screen.availWidth / 2);
  window.open(event.currentTarget.href, "_blank",
    `noopener,noreferrer,popup,left=${half},top=0,width=${half},height=${screen.availHeight}`);
}

/** A pane for whoever runs the session: who is on the stage or behind it, and how they are muted. */
export function crew(state, page, press) {
  const list = state?.publishers ?? [];
  return html`<div class="stage-head"><h2>${w.crew}</h2>${list.length ? button(w.muteOthers,
    () => press("media.mute_others", { session: page.session }), { kind: "small", symbol: "mute" }) : ""}</div>
  ${list.length ? html`<ul class="stage-people">${list.map((one) => html`<li data-publisher=${one.id}>
    <p><strong>${nameOf(one)}</strong> ${one.unit ? one.name : ""} · ${labelOf("stage_part", one.part)}
      ${one.camera === "sign" ? ` · ${w.signs}` : ""}</p>
    <p class="stage-marks"><span class="meta">${labelOf("stage_place", one.place)}</span>
      <span class="meta">${icon(one.joined ? "check" : "cross")}${one.joined ? w.joined : w.lost}</span>
      ${one.place === "green_room" ? html`<span class="meta">${icon(one.ready ? "check" : "clock")}
        ${one.ready ? w.isReady : w.isNotReady}</span>` : ""}
      ${one.muted ? html`<span class="meta">${icon("mute")}${w.isMuted}</span>` : ""}
      ${one.hand ? html`<span class="meta">${icon("hold")}${w.raised}</span>` : ""}</p>
    <div class="stage-does">${one.joined ? nothing : button(w.free,
      () => press("media.leave_stage", { publisher: one.id }), { kind: "small", symbol: "sign-out" })}
    ${one.camera === "sign" ? nothing : button(one.muted ? w.unmute : w.mute,
      () => press("media.mute", { publisher: one.id, muted: !one.muted }),
      { kind: "small", symbol: one.muted ? "sound" : "mute" })}</div></li>`)}</ul>`
    : html`<p class="quiet-text">${w.nobodyThere}</p>`}
  ${page.prepares && !state?.closed ? html`<details ?open=${state && !state.open}><summary>${w.conference}</summary>
    ${PARTS.map((part) => address(part, state, page, press))}</details>` : nothing}`;
}

function address(part, state, page, press) {
  return html`<form class="stage-address" @submit=${(event) => save(event, page, press)}><label class="field">
    <span class="field-label">${w.address(labelOf("stage_part", part))}</span>
    <input class="input" name="address" maxlength="500" inputmode="url" autocomplete="off"
      value=${state?.conference[part] ?? ""}></label>
    <input type="hidden" name="part" value=${part}><button class="button small">${w.save}</button></form>`;
}

async function save(event, page, press) {
  event.preventDefault();
  const { part, address } = Object.fromEntries(new FormData(event.target));
  if (await press("media.set_conference", { session: page.session, part, address })) toast(w.saved, { kind: "good" });
}
