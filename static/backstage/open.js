// What was said behind the scenes and waits to be acknowledged.

import { rows } from "../link/state.js";

/** What waits for somebody, oldest first. */
export const openTo = (state, to) =>
  rows(state, "backstagemessage").filter((one) => one.state === "open" && one.to === to).sort((a, b) => a.id - b.id);
