// That nothing is recorded any more, in the foot of the desks of those who can still have something done about it.

import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../base/badges.js";
import { say } from "../base/words.js";
import { rows, session } from "../link/state.js";
import { format } from "./desk.js";
import { words } from "./recording_words.js";

const w = say(words);

export class RecordingAlarm {
  constructor(desk) {
    Object.assign(this, { desk, place: document.getElementById("recording-alarm"), told: null });
  }

  /** A sign for as long as that is so of a picture that is there; when it begins it is said once, too. */
  draw(state) {
    const [one] = rows(state, "programme");
    const isThere = session(state).state !== "closed" && one?.state === "on";
    const since = (isThere && one.recording_stopped_at) || null; // a process of the version before says nothing of it
    if (since !== null && since !== this.told) this.desk.tell(w.stoppedMore, { kind: "refusal" });
    this.told = since;
    render(since === null ? nothing : html`${icon("warning")} ${w.stopped(format.time(since))}`, this.place);
  }
}
