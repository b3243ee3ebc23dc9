/**
 * What somebody has typed and nobody has taken yet: small JSON values, kept in this browser by name and person, so
 * that a sign-in that ended, a dead tab or a wrong key loses nothing. The person is that of <body data-person>. A
 * machine may be shared: signing out forgets the drafts of everybody.
 */
const PREFIX = "inquiry.draft";
const MOST = 40;
const LONGEST = 20_000; // characters
const LASTS_MS = 7 * 86_400_000;

const whole = (name) => `${PREFIX}:${document.body.dataset.person ?? ""}:${name}`;

/** Runs on storage that may be forbidden or full: then there are no drafts, and nothing else is harmed. */
function stored(run) {
  try {
    return run(localStorage);
  } catch {
    return null;
  }
}

const names = (storage) => Object.keys(storage).filter((key) => key.startsWith(`${PREFIX}:`));

const read = (storage, key) => {
  try {
    return JSON.parse(storage.getItem(key)) ?? { at: 0 };
  } catch {
    return { at: 0 };
  }
};

/** `{at, value}` of a draft that is young enough; null without one. */
export function draftOf(name) {
  const found = stored((storage) => read(storage, whole(name)));
  return found && Date.now() - found.at < LASTS_MS ? found : null;
}

/** Keeps a value in the place of the one before; null lets it go. The oldest give way to the newest. */
export function keepDraft(name, value) {
  if (value === null) return dropDraft(name);
  const written = JSON.stringify({ at: Date.now(), value });
  if (written.length > LONGEST) return null;
  return stored((storage) => {
    storage.setItem(whole(name), written);
    const all = names(storage);
    if (all.length > MOST) {
      all.sort((a, b) => read(storage, b).at - read(storage, a).at);
      all.slice(MOST).forEach((key) => storage.removeItem(key));
    }
  });
}

/** The server has it, or nobody wants it. */
export const dropDraft = (name) => stored((storage) => storage.removeItem(whole(name)));

/** The server has carried out the form of this `client_id`, wherever its draft was begun. */
export const dropTaken = (client) => client && stored((storage) => names(storage).filter((key) =>
  read(storage, key).value?.client === client).forEach((key) => storage.removeItem(key)));

/** Whoever comes next at this machine finds nothing: neither drafts of forms nor that of the audience's phone page. */
export const forgetDrafts = () => stored((storage) =>
  Object.keys(storage).filter((key) => key.startsWith(PREFIX)).forEach((key) => storage.removeItem(key)));
