/** The button that calls off the verdict that is open, on the desks of whoever may. */
import { nothing } from "../vendor/lit-html/lit-html.js";
import { say } from "../base/words.js";
import { holdButton } from "../desk/desk.js";
import { openVerdict } from "./parts.js";
import { words } from "./words.js";

export function callOff(desk, kind) {
  const open = openVerdict(desk.state);
  if (!open) return nothing;
  return holdButton({ label: say(words).host.callOff, kind, disabled: !desk.live || desk.isPending("verdict"),
    held: () => desk.press("verdict", "verdicts.call_off", { verdict: open.id }) });
}
