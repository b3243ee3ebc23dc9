/** A verdict on the studio screen: that it is open, calmly and without a count; its result when the host shows it. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { unitName } from "../link/state.js";
import { bar, face, figures, openVerdict, secondsLeft, shownResult } from "../verdict/parts.js";
import { words } from "../verdict/words.js";
import { everySecond, head } from "./parts.js";

const w = say(words);

/** Which view of a verdict there is to show, if any: the open one belongs to the programme, a result is switched to. */
export function verdictView(state, session) {
  if (session.screen === "verdict") return shownResult(state, session)?.panel ? "verdictResult" : null;
  return session.state === "live" && openVerdict(state) ? "verdictOpen" : null;
}

export const verdictViews = { verdictOpen, verdictResult };

function verdictOpen({ state, session }, link) {
  const verdict = openVerdict(state);
  const left = () => (link.isFresh ? String(secondsLeft(verdict, link.now())) : "–");
  return html`${head(session, link)}
    <section class="screen-body screen-verdict">
      <p class="screen-label">${w.openOnScreen}<span class="aside">${unitName(state, verdict.unit)}</span></p>
      <div class="screen-verdict-ask">
        <h2 data-fit>${w.ask}</h2>
        <p class="screen-verdict-faces"><span>${face(true)}${w.satisfied}</span><span>${face(false)}${
          w.notSatisfied}</span></p>
      </div>
    </section>
    <footer class="screen-lower screen-verdict-foot">
      <div class="screen-verdict-join"><img src="/qr/${session.code}.svg" alt=""><span>${w.joinOnScreen}</span><span
        class="screen-code">${session.code}</span></div>
      <p class="screen-verdict-left num"><span ${everySecond(left, "verdict")}></span><small>${w.seconds}</small></p>
    </footer>`;
}

function verdictResult({ state, session }, link) {
  const verdict = shownResult(state, session);
  const one = (name, count) => {
    const { votes, share, low, high } = figures(count);
    return html`<div class="screen-verdict-body"><h2>${name}</h2>
      ${votes ? html`<p class="screen-verdict-share num">${share}<small>%</small></p>
        ${bar(count)}
        <p class="num">${w.ofAll(count.satisfied, votes)}</p><p class="num screen-verdict-more">${w.interval(low,
          high)}</p>` : html`<p class="screen-verdict-none">${w.nobody}</p>`}</div>`;
  };
  return html`${head(session, link)}
    <section class="screen-body screen-verdict">
      <p class="screen-label">${labelOf("item_kind", "verdict")} · ${w.satisfied}<span class="aside">${unitName(state,
        verdict.unit)}</span></p>
      <div class="screen-verdict-two">${one(w.panel, verdict.panel)}${one(w.viewers, verdict.viewers)}</div>
      <p class="screen-verdict-apart num">${w.apart}${verdict.set_aside ? html` · ${w.setAside(verdict.set_aside)}`
        : nothing}</p>
    </section>`;
}
