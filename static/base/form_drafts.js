/**
 * Drafts of plain forms. What is typed into one is kept until the server has carried it out (it names the `client_id`
 * of such a form in a cookie), and stands in it again whenever its page is opened: after a sign-in that ended, a lost
 * connection, a closed window. Nothing is ever sent by itself. A form with `data-draft="own"` looks after itself.
 */
import { draftOf, dropDraft, dropTaken, forgetDrafts, keepDraft } from "./drafts.js";
import { formats } from "./format.js";
import { say, words } from "./words.js";

const FORMS = 'form[method="post"]:not([data-draft="own"], [action^="/sign-"], [action="/join"])';
/** Hidden fields that do not say which form it is. */
const AROUND = ["csrf_token", "client_id", "next", "back", "done", "seen", "command"];
const NOT_TYPED = ["hidden", "password", "file", "submit", "button"];

/** Which form it is: where it goes and what about. Pages repeat one for each of many things, told apart by a digest. */
function nameOf(form) {
  const about = [...form.elements].filter(({ type, name }) => type === "hidden" && !AROUND.includes(name));
  return `form:${form.getAttribute("action")}#${digest(about.map(({ name, value }) => `${name}=${value}`).join("&"))}`;
}

/** FNV-1a: what a form is about may be a receipt number, which nobody is to read here. */
function digest(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  return (hash >>> 0).toString(16);
}

const typedIn = (form) => [...form.elements].filter(({ name, type, disabled }) => name && type && !disabled
  && !NOT_TYPED.includes(type));

const isChoice = ({ type }) => type === "checkbox" || type === "radio";

function isChanged(field) {
  if (isChoice(field)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

/** What a refused form was filled with by the server is somebody's words too. */
function keep(form) {
  const isRefused = "refused" in form.dataset;
  const changed = typedIn(form).filter((field) => isRefused || isChanged(field));
  const fields = changed.map((field) => [field.name, isChoice(field) ? field.value : null,
    isChoice(field) ? field.checked : field.value]);
  keepDraft(nameOf(form), fields.length ? { fields, client: form.elements.client_id?.value ?? "" } : null);
}

function layIn(form, { at, value }) {
  let laid = false;
  for (const field of typedIn(form)) {
    const found = value.fields.find(([name, choice]) => name === field.name && (choice === null
      || choice === field.value));
    if (!found) continue;
    if (isChoice(field)) field.checked = found[2];
    else field.value = found[2];
    laid ||= isChanged(field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (laid) tell(form, at);
}

/** Says that the words are of another time, and offers to begin anew. */
function tell(form, at) {
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const away = document.createElement("button");
  Object.assign(away, { type: "button", className: "button small quiet", textContent: say(words).draftAway });
  const line = document.createElement("p");
  Object.assign(line, { className: "draft-notice", role: "status" });
  line.append(say(words).draftBack(formats().short(at)), " ", away);
  away.addEventListener("click", () => (form.reset(), line.remove()));
  form.prepend(line);
}

document.addEventListener("input", ({ target, isTrusted }) => isTrusted && target.form?.matches(FORMS)
  && keep(target.form));
document.addEventListener("change", ({ target, isTrusted }) => isTrusted && target.form?.matches(FORMS)
  && keep(target.form));
document.addEventListener("reset", ({ target }) => target.matches(FORMS) && dropDraft(nameOf(target)));
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") === "/sign-out") forgetDrafts();
  else if (target.matches(FORMS)) keep(target);
});

const taken = /(?:^|; )taken=([\w-]+)/.exec(document.cookie)?.[1];
if (taken) {
  dropTaken(taken);
  document.cookie = "taken=; path=/; max-age=0";
}
for (const form of document.querySelectorAll(FORMS)) {
  const draft = "refused" in form.dataset ? null : draftOf(nameOf(form));
  if (draft) layIn(form, draft);
}
