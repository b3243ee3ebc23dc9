/** The recording: chapters are followed and chosen without a reload, and keys move through them. Without this the page
 * works by its links. */
const root = document.querySelector("[data-recording]");
const video = root?.querySelector("video");
const making = document.querySelector("[data-making]");
const STEP_SECONDS = 10;
const LOOK_EVERY_MS = 1000;
/** A ticket is good for some minutes: whoever pauses for longer is given another one, and not again and again. */
const AGAIN_AFTER_MS = 20_000;

function begin() {
  const list = root.querySelector("[data-chapters]");
  const links = [...root.querySelectorAll("[data-start]")];
  const startOf = (link) => Number(link.dataset.start) / 1000;
  const current = () => links.findLastIndex((link) => startOf(link) <= video.currentTime + 0.2);
  let shown = links.findIndex((link) => link.hasAttribute("aria-current"));
  let again = 0;

  /** The list shows it; the page stays where it is, and so does the list under a hand that looks for something. */
  const bring = (link) => {
    if (!link || list.matches(":hover")) return;
    const isAbove = link.offsetTop < list.scrollTop;
    const isBelow = link.offsetTop + link.offsetHeight > list.scrollTop + list.clientHeight;
    if (isAbove || isBelow) list.scrollTop = link.offsetTop - list.clientHeight / 3;
  };
  const follow = () => {
    const now = current();
    if (now === shown) return;
    links[shown]?.removeAttribute("aria-current");
    links[now]?.setAttribute("aria-current", "true");
    shown = now;
    bring(links[now]);
  };
  const go = (link) => {
    if (!link) return;
    video.currentTime = startOf(link);
    history.replaceState(null, "", link.getAttribute("href"));
  };
  const keys = {
    j: () => (video.currentTime = Math.max(0, video.currentTime - STEP_SECONDS)),
    l: () => (video.currentTime += STEP_SECONDS),
    k: () => (video.paused ? video.play() : video.pause()),
    ArrowUp: () => go(links[Math.max(0, current() - 1)]),
    ArrowDown: () => go(links[current() + 1]),
  };

  bring(links[shown]);
  root.querySelector("[data-with-script]").hidden = false;
  for (const button of document.querySelectorAll("[data-here]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = button.form.elements.namedItem(button.dataset.here);
      field.value = button.dataset.here === "to_s" ? Math.ceil(video.currentTime) : Math.floor(video.currentTime);
    });
  }
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  video.addEventListener("error", () => {
    if (Date.now() - again < AGAIN_AFTER_MS) return;
    again = Date.now();
    const [at, wasPlaying] = [video.currentTime, !video.paused];
    video.addEventListener("loadedmetadata", () => {
      video.currentTime = at;
      if (wasPlaying) video.play();
    }, { once: true });
    video.load();
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-start]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, video, summary, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

/** How far it is made: asked again and again, until the page has something else to show. */
async function follow() {
  try {
    const answer = await fetch(location.pathname);
    const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-making]");
    if (answer.ok && !there) return location.replace(location.pathname);
    if (there) making.replaceChildren(...there.childNodes);
  } catch { /* asked again */ }
  return setTimeout(follow, LOOK_EVERY_MS);
}

if (video) begin();
if (making) follow();
