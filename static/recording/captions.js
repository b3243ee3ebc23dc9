/** The stenographer's desk: Enter sends the line and the next one can be typed at once. Without this each line loads
 * the page anew. */
const root = document.querySelector("[data-captions]");
const form = root?.querySelector("form");
const refused = root?.querySelector("[data-refused-line]");
const written = document.querySelector("[data-written]");

async function send(text) {
  const fields = new FormData(form);
  fields.set("text", text);
  fields.set("client_id", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    return answer.ok || answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}

/** The lines that are new, each as the page has it: a correction that is being typed in another one stays. */
async function addWritten() {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const lines = [...page.querySelectorAll("[data-written] > li")];
    written.prepend(...lines.filter((one) => !document.getElementById(one.id)));
    document.querySelector("[data-nothing-written]").hidden = true;
  } catch { /* they stand here after the next one */ }
}

form?.addEventListener("submit", async (event) => {
  const field = form.elements.namedItem("text");
  const text = field.value.trim();
  event.preventDefault();
  if (!text) return;
  field.value = "";
  const taken = await send(text);
  refused.hidden = taken;
  if (taken) await addWritten();
  else field.value = [text, field.value].filter(Boolean).join(" "); // before what was typed meanwhile
});
