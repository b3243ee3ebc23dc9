/** What stays on this phone whatever happens to the page: small JSON values, by name, in localStorage. */
const inMemory = new Map(); // for browsers that refuse storage: then it lasts as long as the page

export function keep(name, value) {
  const written = JSON.stringify(value);
  inMemory.set(name, written);
  try {
    localStorage.setItem(name, written);
  } catch {
    // Full or forbidden: memory has it.
  }
}

export function kept(name, otherwise) {
  let written = inMemory.get(name);
  try {
    written = localStorage.getItem(name) ?? written;
  } catch {
    // Forbidden: memory it is.
  }
  try {
    return written === undefined ? otherwise : JSON.parse(written);
  } catch {
    return otherwise;
  }
}
