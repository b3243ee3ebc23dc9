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

form?.addEventListener("submit", async (event) => {
  const field = form.elements.namedItem("text");
  const text = field.value.trim();
  event.preventDefault();
  if (!text) return;
  field.value = "";
  const taken = await send(text);
  refused.hidden = taken;
  if (taken) {
    const line = document.createElement("li");
    line.textContent = text;
    written.prepend(line);
  } else if (!field.value) {
    field.value = text;
  }
});
