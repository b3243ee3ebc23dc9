/** Verdicts in the live state, and how a count is drawn: the same on the phone, the host's desk and the screen. */
import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { row, rows } from "../link/state.js";
import { words } from "./words.js";

const w = say(words);
/** A result stays on the phone for a while after the close. */
const LINGER_MS = 60_000;

/** The verdict that is open; null when there is none. */
export const openVerdict = (state) => rows(state, "verdict").find((one) => one.closed_at === null) ?? null;

/** All of the evening, the newest first. */
export const verdicts = (state) => rows(state, "verdict").sort((a, b) => b.id - a.id);

/** What the screens show, if it is a result. */
export const shownResult = (state, session) => (session.screen === "verdict"
  ? row(state, "verdict", session.screen_verdict) : null);

/** The one a phone is to show now: open, just called off, on the screen, or just closed. */
export function current(state, session, now) {
  const [newest] = verdicts(state);
  const fresh = newest && (newest.closed_at === null || now - newest.closed_at < LINGER_MS) ? newest : null;
  return fresh?.closed_at === null || fresh?.called_off ? fresh : (shownResult(state, session) ?? fresh);
}

/** Whole seconds left in which to press, 0 when the time is up. */
export const secondsLeft = (verdict, now) => Math.max(0, Math.ceil((verdict.ends_at - now) / 1000));

const tenths = (value) => value.toFixed(1).replace(/\.0$/, "");

/** `{votes, share}` of a count; the share in percent as it is shown, null where nobody voted. */
export function summed({ satisfied, not_satisfied: not }) {
  const votes = satisfied + not;
  return { votes, share: votes ? tenths((100 * satisfied) / votes) : null };
}

/** The share as a bar, and how far it can be trusted as a bracket over it. */
export function bar(count) {
  const { votes } = summed(count);
  if (!votes) return nothing;
  const share = (100 * count.satisfied) / votes;
  return html`<svg class="verdict-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="verdict-ground" x="0" y="3" width="100" height="7"></rect>
    <rect class="verdict-share" x="0" y="3" width=${share} height="7"></rect>${svg`
    <rect class="verdict-reach" x=${count.low} y="0.7" width=${count.high - count.low} height="0.9"></rect>
    <rect class="verdict-reach" x=${count.low} y="0" width="0.4" height="10"></rect>
    <rect class="verdict-reach" x=${count.high - 0.4} y="0" width="0.4" height="10"></rect>`}</svg>`;
}

/** One body's result in words and as a bar: its number and interval stand with it, always. */
export function body(name, count) {
  const { votes, share } = summed(count);
  return html`<div class="verdict-body"><dt>${name}</dt>
    <dd>${votes ? html`<strong class="num">${w.percent(share)}</strong> <span class="num">${w.ofAll(count.satisfied,
      votes)}</span>${bar(count)}<span class="verdict-interval num">${w.interval(tenths(count.low),
      tenths(count.high))}</span>` : w.nobody}</dd></div>`;
}

/** Both bodies beside each other, and what was set aside. */
export const result = (verdict) => html`<dl class="verdict-result">${body(w.panel, verdict.panel)}${body(w.viewers,
  verdict.viewers)}</dl>${verdict.set_aside ? html`<p class="verdict-aside num">${w.setAside(verdict.set_aside)}</p>`
  : nothing}`;

/** The two faces, told apart by their outlines too. */
export const face = (satisfied) => icon(satisfied ? "satisfied" : "not-satisfied");
export const wordOf = (satisfied) => (satisfied ? w.satisfied : w.notSatisfied);
export const figures = (count) => ({ ...summed(count), low: tenths(count.low ?? 0), high: tenths(count.high ?? 0) });
