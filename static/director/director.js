/** The director's desk: preview and programme side by side, layers, cards, and what each output says that it shows. */
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { caps } from "../base/keys.js";
import { labelOf } from "../base/labels.js";
import { language, say } from "../base/words.js";
import { Messages } from "../backstage/messages.js";
import { Timers } from "../backstage/timers.js";
import { words as backstageWords } from "../backstage/words.js";
import { Desk, button, emptyRow, holdButton, intoSight } from "../desk/desk.js";
import { filmLine, paintFilm } from "../desk/film.js";
import { RecordingAlarm } from "../desk/recording.js";
import { LAYERS, Stack, WIDTH, byLayer, resolved } from "../graphics/stack.js";
import { endingLine, followFloor, rundownList } from "../host/rundown.js";
import { Steps } from "../host/steps.js";
import { words as stepWords } from "../host/steps_words.js";
import { floorItem, row as rowOf, rows, session, short } from "../link/state.js";
import { words as deskWords } from "../desk/words.js";
import { callOff } from "../verdict/call_off.js";
import { StagePeople } from "../stage/people.js";
import { CardForm, TYPED, cardWords, isNamed } from "./card_form.js";
import { faultsOf, heard, missed, reach } from "./confession.js";
import { DirectorFilm } from "./film.js";
import { Keymap } from "./keymap.js";
import { words } from "./words.js";

const w = say(words);
const dw = say(deskWords);
const bw = say(backstageWords);
const sw = say(stepWords);
/** Longer than a stray press, and no longer: everything leaves the air when it is over. */
const PANIC_HOLD_MS = 500;
const FILL_AFTER_MS = 120;
/** What changes what the floor has for a layer: of questions all but that more are asked, which goes on all evening. */
const FILLS = new RegExp("^(live|exam|pledges|verdicts)\\.|^graphics\\.(held|released)|^questions\\.(?!asked$)");

const pane = (id) => document.getElementById(id);
let filled = {}; // by layer, what the floor has for it
let filledCard = {}; // by its id, what the chosen card shows of the record: null where that may not go on air
let chosen = null; // the layer
let card = null; // its card; null: what the floor has
let reports = [];
let known = {}; // whoever reported lately, also if it does not any more
const changedAt = new Map(); // when a layer was seen to change, by its revision

const desk = new Desk({ view: "staff", draw });
const form = new CardForm(desk);
const messages = new Messages(desk);
const timers = new Timers(desk);
const steps = new Steps(desk);
const people = new StagePeople(desk);
const alarm = new RecordingAlarm(desk);
const clock = { now: () => desk.link.now(), get isFresh() { return desk.link.isFresh; } };
const attributes = { lang: language() === "en" ? "en" : "zh-CN" };
const preview = new Stack(pane("preview"), { clock, attributes });
const programme = new Stack(pane("programme"), { clock, attributes });
const film = new DirectorFilm(desk.link, pane("programme"), pane("preview"));

const resized = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) =>
  (target.firstElementChild.style.transform = `scale(${contentRect.width / WIDTH})`)));
document.querySelectorAll(".director-frame").forEach((frame) => resized.observe(frame));

desk.link.addEventListener("tick", ({ detail }) => {
  if (!detail.outputs) return;
  reports = detail.outputs;
  known = heard(known, reports, performance.now());
});
desk.link.addEventListener("entry", ({ detail }) => FILLS.test(detail.kind) && fillSoon());
desk.link.addEventListener("skipped", fillSoon);
setInterval(() => desk.link.ready && desk.redraw(), 1000); // a fault shows when it has lasted, a time as it runs

let filling = null;
function fillSoon() {
  filling ??= setTimeout(fill, FILL_AFTER_MS);
}

async function fill() {
  filling = null;
  const asked = card;
  try {
    const found = await desk.link.call("graphics.see_filled", { session: desk.page.session, card: asked },
      { forMs: 4000 });
    [filled, filledCard] = [found.layers, { [asked]: found.card }];
  } catch {
    return void setTimeout(fillSoon, 1000);
  }
  return desk.redraw();
}

// --- what is chosen, and what it would look like ---------------------------------------------------------------------

const onAir = () => byLayer(desk.state);
const cardsOf = (layer) => rows(desk.state, "graphiccard").filter((one) => one.layer === layer);
const theCard = () => (card === null ? null : rowOf(desk.state, "graphiccard", card));
const revision = (layer) => onAir()[layer]?.revision ?? 0;
const keyShown = (name) => caps(keymap.keyOf(name)).join("+");

/** What a take would put on air: `{content, message}`; null when there is nothing. */
function wanted() {
  const prepared = theCard();
  if (prepared) return { content: isNamed(prepared) ? filledCard[prepared.id] : prepared.content,
    message: { card: prepared.id, rev: prepared.rev } };
  const found = chosen && filled[chosen];
  return found ? { content: found.content, message: { layer: chosen, digest: found.digest } } : null;
}

/** What the floor has for a layer (`id` null), or a card: of the record it is asked for. */
function toPreview(layer, id) {
  [chosen, card] = [layer, id];
  if (theCard() && isNamed(theCard())) fillSoon();
  drawChosen();
}

/** By a key something else was chosen in a list, which may be longer than its pane. */
function drawChosen() {
  desk.redraw();
  requestAnimationFrame(() => document.querySelectorAll(".pane-body [aria-current=true]").forEach(intoSight));
}

/** A layer: what the floor has for it, and pressed again its cards one after the other. */
function choose(layer) {
  const steps = [...(filled[layer] ? [null] : []), ...cardsOf(layer).map((one) => one.id)];
  const next = chosen === layer ? steps[(steps.indexOf(card) + 1) % Math.max(1, steps.length)] : steps[0];
  toPreview(layer, next ?? null);
}

function step(by) {
  const all = LAYERS.flatMap(cardsOf);
  if (!all.length) return;
  const at = all.findIndex((one) => one.id === card);
  const next = all[(at + by + all.length) % all.length] ?? all[0];
  toPreview(next.layer, next.id);
}

function leave() {
  [chosen, card] = [null, null];
  desk.redraw();
}

// --- presses ---------------------------------------------------------------------------------------------------------

const press = (name, data, how = {}) => desk.press("air", `graphics.${name}`, { session: desk.page.session, ...data },
  how);

/** What was seen is not what there is any more: the preview is filled again, and the presser told as ever. */
function staleIsFilled({ code }) {
  if (code === "STALE") fillSoon();
  return false;
}

function take() {
  const what = wanted();
  if (!chosen) return null;
  return what ? press("take", { ...what.message, seen: revision(chosen) }, { told: staleIsFilled })
    : desk.tell(w.nothingToShow, { kind: "info" });
}

function clear(layer = chosen) {
  return layer && onAir()[layer]?.content ? press("clear", { layer, seen: revision(layer) }) : null;
}

function update() {
  const there = chosen && rows(desk.state, "onairlayer").find((one) => one.layer === chosen);
  if (!there?.content) return null;
  return TYPED.includes(chosen) ? form.correct(there) : press("update_on_air", { layer: chosen, seen: there.revision });
}

function hold(layer = chosen) {
  return layer ? press(onAir()[layer]?.held ? "release" : "hold", { layer }) : null;
}

/** It is sent at once, whatever else is under way. */
const panic = () => desk.press("panic", "graphics.panic", { session: desk.page.session });

function openTimers() {
  pane("timers").showModal();
  desk.redraw();
}

function chooseTimer(by) {
  timers.choose(by);
  drawChosen();
}

const ofOutput = (name, id) => desk.press(`${name}:${id}`, `graphics.${name}_output`, { output: id });
const identifyAll = () => rows(desk.state, "output").forEach(({ id }) => ofOutput("identify", id));

const keymap = new Keymap(desk, {
  take: { key: "Enter", label: w.keys.take, group: w.groups.air, run: take },
  clear: { key: "c", label: w.keys.clear, group: w.groups.air, run: () => clear() },
  update: { key: "u", label: w.keys.update, group: w.groups.air, run: update },
  panic: { key: "p", label: w.keys.panic, group: w.groups.air, hold: () => pane("panic") },
  hold: { key: "h", label: w.keys.hold, group: w.groups.air, run: () => hold() },
  ...Object.fromEntries(LAYERS.map((layer, at) => [`layer ${layer}`, { key: String((at + 1) % 10),
    group: w.groups.choose, label: w.keys.layer(labelOf("layer", layer)), run: () => choose(layer) }])),
  next: { key: "j", label: w.keys.next, group: w.groups.choose, run: () => step(1), repeat: true },
  previous: { key: "k", label: w.keys.previous, group: w.groups.choose, run: () => step(-1), repeat: true },
  leave: { key: "Escape", label: w.keys.leave, group: w.groups.choose, run: leave },
  "next timer": { key: ".", label: w.keys.nextTimer, group: bw.timers, run: () => chooseTimer(1), repeat: true },
  "previous timer": { key: ",", label: w.keys.previousTimer, group: bw.timers, run: () => chooseTimer(-1),
    repeat: true },
  "start timer": { key: "s", label: w.keys.startTimer, group: bw.timers, run: () => timers.startOrPause() },
  "reset timer": { key: "r", label: w.keys.resetTimer, group: bw.timers, run: () => timers.reset() },
  "all timers": { key: "t", label: w.keys.allTimers, group: bw.timers, run: openTimers },
  undo: { key: "Ctrl+z", label: sw.keys.undo, group: dw.rundown, run: () => steps.undo() },
  redo: { key: "Ctrl+Shift+z", label: sw.keys.redo, group: dw.rundown, run: () => steps.redo() },
  message: { key: "m", label: w.keys.message, group: w.groups.rest, run: () => desk.focusDrawn("message-text") },
  prepare: { key: "n", label: w.keys.prepare, group: w.groups.rest, run: () => form.prepare(chosen ?? undefined) },
  identify: { key: "i", label: w.keys.identify, group: w.groups.rest, run: identifyAll },
});
keymap.changed = () => desk.redraw();

// --- drawing ---------------------------------------------------------------------------------------------------------

function draw(state) {
  const air = onAir();
  for (const one of Object.values(air)) {
    if (changedAt.get(one.layer)?.revision !== one.revision) changedAt.set(one.layer, { revision: one.revision,
      at: performance.now() });
  }
  for (const of of ["question", "pledge"]) {
    desk.link.store.pin(`cards: ${of}`, of, rows(state, "graphiccard").map((one) => one[of]));
  }
  if (card !== null && !theCard()) chosen = card = null; // discarded: not the floor's in its place
  programme.show(air);
  film.follow(state);
  const what = wanted();
  preview.show(chosen && what?.content ? { ...air, [chosen]: { content: resolved(what.content, state), revision: 0,
    taken: `${card}`, is_cut: false } } : air);
  render(html`<strong>${w.preview}</strong> ${chosen ? html`${labelOf("layer", chosen)} · ${what?.content === null
    ? w.notApproved : what ? (card === null ? w.fromFloor : w.fromCard) : w.nothingToShow}`
    : w.nothingChosen}`, pane("preview-words"));
  const shown = Object.values(air).filter((one) => one.content);
  render(html`<strong>${w.programme}</strong> ${shown.map((one) => labelOf("layer", one.layer)).join(" · ")
    || w.onAirNothing}`, pane("programme-words"));
  const outputs = rows(state, "output").sort((a, b) => a.id - b.id);
  render(layerList(air, reach(outputs, reports, Object.values(air))), pane("layers"));
  render(presses(air), pane("presses"));
  render(html`${rundownPane(state)}${timersPane(state)}`, pane("rundown"));
  followFloor(pane("rundown"), floorItem(state)?.id);
  paintFilm(desk);
  alarm.draw(state);
  const below = html`${cardsPane()}${outputsPane(outputs, Object.values(air))}${messagesPane(state)}`;
  render(html`${people.pane(state)}${below}`, pane("side"));
  if (pane("timers").open) render(html`${timers.everybody(state)}${timers.list(state)}`, pane("timers-body"));
}

function rundownPane(state) {
  const now = desk.link.now();
  return html`<header class="pane-head"><h2 id="rundown-title">${dw.rundown}</h2>${steps.draw()}${endingLine(state,
      now)}</header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="rundown-title">${rundownList(state,
      now, { role: "producer", more: (item) => people.mark(state, item) })}</div>`;
}

function timersPane(state) {
  return html`<header class="pane-head"><h2 id="timers-title">${bw.timers}</h2><span class="push">${button({
      label: bw.allTimers, run: openTimers, symbol: "clock", kind: "small",
      key: keyShown("all timers") })}</span></header>
    <div class="pane-body flush" tabindex="0" role="region"
      aria-labelledby="timers-title">${filmLine(state)}${timers.lines(state)}</div>`;
}

function messagesPane(state) {
  return html`<header class="pane-head"><h2 id="messages-title">${bw.messages}</h2></header>
    <div class="pane-body" tabindex="0" role="region" aria-labelledby="messages-title">${messages.list(state)}</div>
    <footer class="pane-foot">${messages.compose()}</footer>`;
}

/** The uppermost layer first, as they lie over the picture. */
function layerList(air, reached) {
  return html`<h2 class="visually-hidden" id="layers-title">${w.layers}</h2><ol class="director-layers">
    ${LAYERS.toReversed().map((layer) => layerRow(layer, air[layer], reached[layer]))}</ol>`;
}

function layerRow(layer, there, reached) {
  const isOn = Boolean(there?.content);
  const cards = cardsOf(layer).length;
  const has = [filled[layer] && !there?.held && w.fills, there?.held && w.held, cards && w.cards(cards)];
  return html`<li class=${isOn ? "is-on" : ""} aria-current=${chosen === layer ? "true" : nothing}>
    <button class="row-open" type="button" aria-label=${w.keys.layer(labelOf("layer", layer))}
      @click=${() => choose(layer)}></button>
    <kbd aria-hidden="true">${keyShown(`layer ${layer}`)}</kbd>
    <span class="director-layer-name"><strong>${labelOf("layer", layer)}</strong><small>${has.filter(Boolean)
      .join(" · ")}</small></span>
    <span class="director-layer-state">${isOn ? html`${icon("live")} <strong>${w.onAir}</strong>` : w.off}
      <small class=${isOn && reached && reached.on < reached.of ? "is-missing" : ""}>${isOn ? (reached?.of
        ? w.onAirOn(reached.on, reached.of) : w.noOutput) : ""}</small></span>
    <span class="lane-side">${layer === "verdict" ? callOff(desk, "small") : nothing}${isOn
      ? button({ label: w.clear, run: () => clear(layer), kind: "small", disabled: !desk.live })
      : nothing}${button({ label: there?.held ? w.release : w.hold, run: () => hold(layer), kind: "small quiet",
        disabled: !desk.live, pressed: Boolean(there?.held) })}</span>
  </li>`;
}

function presses(air) {
  const there = chosen ? air[chosen] : null;
  const off = !desk.live;
  return html`${button({ label: w.take, run: take, symbol: "live", kind: "primary", key: keyShown("take"),
      disabled: off || !wanted(), busy: desk.isPending("air") })}
    ${button({ label: w.clear, run: () => clear(), symbol: "cross", key: keyShown("clear"),
      disabled: off || !there?.content })}
    ${button({ label: w.update, run: update, symbol: "edit", key: keyShown("update"),
      disabled: off || !there?.content })}
    ${holdButton({ label: w.panic, held: panic, symbol: "ban", key: keyShown("panic"), disabled: off, id: "panic",
      ms: PANIC_HOLD_MS })}`;
}

function cardsPane() {
  const all = LAYERS.flatMap(cardsOf);
  return html`<header class="pane-head"><h2 id="cards-title">${w.cardsTitle}</h2><span class="push">${button({
      label: w.prepare, run: () => form.prepare(chosen ?? undefined), symbol: "plus", kind: "small",
      key: keyShown("prepare"), disabled: !desk.live })}</span></header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="cards-title"><ol class="lane">${all.length
      ? all.map(cardRow) : emptyRow(w.noCards, w.noCardsMore, "plus")}</ol></div>`;
}

function cardRow(one) {
  const said = cardWords(desk.state, one);
  const there = rows(desk.state, "onairlayer").find((row) => row.card === one.id && row.content);
  return html`<li class="lane-row" aria-current=${card === one.id ? "true" : nothing}>
    <button class="row-open" type="button" aria-label=${short(said, 40)}
      @click=${() => toPreview(one.layer, one.id)}></button>
    <span class="lane-lead">${there ? icon("live") : nothing}</span>
    <div><p class="lane-text">${short(said, 60)}</p><span class="lane-note">${labelOf("layer", one.layer)}${there
      ? ` · ${w.onAir}` : ""}</span></div>
    <span class="lane-side">${isNamed(one) ? nothing : button({ label: w.edit, kind: "small quiet",
      run: () => form.change(one), disabled: !desk.live })}${button({ label: w.discard, kind: "small quiet",
        run: () => desk.press("card", "graphics.discard_card", { card: one.id }), disabled: !desk.live })}</span>
  </li>`;
}

function outputsPane(outputs, air) {
  const { code } = session(desk.state);
  return html`<header class="pane-head"><h2 id="outputs-title">${w.outputs}</h2><a class="push"
      href="/sessions/${code}/outputs">${w.outputsPage}</a></header>
    <div class="pane-body flush" tabindex="0" role="region" aria-labelledby="outputs-title"><ol
      class="lane">${outputs.length ? outputs.map((one) => outputRow(one, air)) : emptyRow(w.noOutputs,
        w.noOutputsMore, "screen")}</ol></div>`;
}

function outputRow(output, air) {
  const pages = reports.filter((one) => one.output === output.id);
  const since = (layer) => performance.now() - (changedAt.get(layer)?.at ?? 0);
  const faults = [...new Set(pages.flatMap((one) => faultsOf(one, air, desk.page.build, since)))];
  const lost = missed(known, reports, output.id);
  const wrong = [...faults.map((fault) => w.faults[fault]), lost && w.lost(lost)].filter(Boolean).join(" · ");
  const plays = pages.some(({ film }) => film === "plays");
  const said = wrong || (plays ? w.filmPlays : pages.length ? w.inStep : w.notOpen);
  const sign = wrong === w.faults.mute ? "mute" : wrong || !pages.length ? "warning" : plays ? "play" : "check";
  return html`<li class="lane-row" data-output=${output.id} data-sign=${sign}>
    <span class="lane-lead">${icon(sign)}</span>
    <div><p class="lane-text">${output.name}</p><span class="lane-note"><span
      class=${wrong ? "is-missing" : ""}>${said}</span>${pages.length
      ? html`<br>${w.windows(pages.length)} · ${pages.map(({ width, height, fps }) => w.size(width, height,
        fps)).join("; ")}` : nothing}</span></div>
    <span class="lane-side">${button({ label: w.identify, kind: "small quiet", disabled: !desk.live,
      run: () => ofOutput("identify", output.id) })}${button({ label: w.reload, kind: "small quiet",
        run: () => ofOutput("reload", output.id), disabled: !desk.live })}</span>
  </li>`;
}

desk.link.addEventListener("status", () => desk.link.reachable && fillSoon());
