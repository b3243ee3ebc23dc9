// What a page lives on while its socket is refused or dead: the snapshot over plain HTTP, asked for again and again,
// and commands by POST. Any cache on the way may answer; who has the newest already is sent nothing.

const EVERY_MS = 1000;
const SLOWEST_MS = 16_000;
const PATIENCE_MS = 8000;

function patience(ms) {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), ms);
  return abort.signal;
}

/** How long to wait before the next question: one to two seconds, and longer the more often it failed. */
const pause = (failures) => Math.min(SLOWEST_MS, EVERY_MS * 2 ** failures) * (1 + Math.random());

/**
 * Asks for the snapshot of a session for as long as it runs. `heard(snapshot, isOld)` is told of each answer, null when
 * there was nothing new; it is old when a cache answered because no server did. `turnedAway()` is called when this
 * reader may not see it any more.
 */
export class Plain {
  constructor({ address, heard, turnedAway, headers = {} }) {
    Object.assign(this, { address, heard, turnedAway, headers });
    this.tag = null;
    this.failures = 0;
    this.timer = null;
  }

  get runs() {
    return this.timer !== null;
  }

  start() {
    if (this.runs) return;
    this.tag = null;
    this.failures = 0;
    // Whoever lost the link in the same moment does not ask in the same moment.
    this.#later(EVERY_MS * Math.random());
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  #later(ms) {
    const timer = setTimeout(async () => {
      if (!document.hidden) await this.#ask(() => this.timer === timer);
      if (this.timer === timer) this.#later(pause(this.failures));
    }, ms);
    this.timer = timer;
  }

  async #ask(isWanted) {
    try {
      const headers = { ...this.headers, ...(this.tag ? { "If-None-Match": this.tag } : {}) };
      const answer = await fetch(this.address, { headers, cache: "no-store", signal: patience(PATIENCE_MS) });
      if (await isNoMore(answer) && isWanted()) this.turnedAway();
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.statusText);
      const snapshot = answer.status === 304 ? null : await answer.json();
      if (!isWanted()) return;
      if (snapshot) this.tag = answer.headers.get("ETag");
      // UPDATING: somebody else is being waited for, and what came of it shows with the next question.
      const kept = answer.headers.get("X-Snapshot");
      this.failures = kept === "STALE" ? Math.min(this.failures + 1, 2) : 0;
      this.heard(snapshot, kept === "STALE" || kept === "UPDATING");
    } catch {
      this.failures += 1;
    }
  }
}

/**
 * Whether this reader may not follow any more, or there is nothing to follow: by the word of the server, for a proxy
 * that does not know the address answers 404 as well.
 */
async function isNoMore(answer) {
  if ([401, 403].includes(answer.status)) return true;
  return answer.status === 404 && (await answer.json().catch(() => null))?.error?.code === "NOT_FOUND";
}

/** The acknowledgement of a command or query; null when none came, and it is unknown whether it was done. */
export async function post(name, data, ms, headers = {}) {
  try {
    const answer = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(data),
      signal: patience(ms),
    });
    const acknowledged = await answer.json();
    return typeof acknowledged?.ok === "boolean" ? acknowledged : null;
  } catch {
    return null;
  }
}
