/** States of questions, pledges and sessions as badges, for parts drawn by lit-html. */
import { html } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "./labels.js";

export const stateWord = (state) => labelOf("state", state);

const ICONS = new URL("icons.svg", import.meta.url).pathname;

export const icon = (name) =>
  html`<svg class="icon" aria-hidden="true"><use href="${ICONS}#${name}"></use></svg>`;

/** `words` say more than the state's own: how many days it is overdue. */
export const badge = (state, words = stateWord(state)) =>
  html`<span class="state" data-state=${state}>${icon(labelOf("state_icon", state))}${words}</span>`;
