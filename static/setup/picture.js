/** The producer's page of the picture: how it is, who sends and what is missing stays true while the page is open. */
import "./outputs.js";

const EVERY_MS = 3000;
const LIVE = ["picture-state", "picture-missing", "picture-sender"];

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of LIVE) {
      const [shown, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (shown && now && !shown.isEqualNode(now)) shown.replaceChildren(...now.childNodes);
    }
  } catch {
    // the next look says more
  }
}

setInterval(look, EVERY_MS);
