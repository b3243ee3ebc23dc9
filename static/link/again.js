// A form that a whole hall sends in the same minute: whoever finds no room, or no link, is tried for again, calmly and
// at a moment of their own, until they are in. Where there is no script the browser sends it by itself.

const FIRST_MS = 1000;
const SLOWEST_MS = 15_000;
const PATIENCE_MS = 15_000;
/** No room, or nobody there to say so. */
const FULL = [429, 502, 503, 504];

/** How long to wait before the next attempt: from half of it to one and a half, so that no two come together again. */
export const pause = (failures, askedMs = 0) =>
  Math.max(askedMs, Math.min(SLOWEST_MS, FIRST_MS * 2 ** failures)) * (0.5 + Math.random());

/** "in", "elsewhere" (the browser has to show what the server says), or how many milliseconds the server asks for. */
async function attempt(form) {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: abort.signal });
    if (answer.type === "opaqueredirect") return "in";
    return FULL.includes(answer.status) ? Number(answer.headers.get("Retry-After") ?? 0) * 1000 : "elsewhere";
  } catch {
    return 0;
  }
}

export class Again {
  constructor(form) {
    this.form = form;
    this.runs = false;
    form.querySelector("[data-by-itself]").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#shown(false));
    if (form.dataset.again === "now") this.run(pause(0));
  }

  /** Once, however often it is pressed. */
  async run(wait = 0) {
    if (this.runs) return;
    this.runs = true;
    if (wait) await this.#wait(wait);
    for (let failures = 0; ; failures += 1) {
      const outcome = await attempt(this.form);
      if (outcome === "in") return location.assign(this.#place());
      if (outcome === "elsewhere") return this.form.submit();
      await this.#wait(pause(failures, outcome));
    }
  }

  #wait(ms) {
    this.#shown(true);
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** The button waits as well: pressing it would change nothing. */
  #shown(isWaiting) {
    this.form.querySelector("[data-waiting]").hidden = !isWaiting;
    this.form.querySelector("button").disabled = isWaiting;
    this.runs &&= isWaiting;
  }

  #place() {
    const { code, next } = this.form.elements;
    const signs = (code?.value ?? "").normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
    if (signs) return `/s/${signs}`;
    const wish = new URL(next?.value ?? "/", location.href);
    return wish.origin === location.origin ? wish.href : "/";
  }
}

const form = document.querySelector("form[data-again]");
if (form) new Again(form);
