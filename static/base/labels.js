/**
 * The words for values (states, kinds, reasons, roles) in the page's language, as `inquiry/<package>/labels.py` says
 * them:
 * a page hands the groups that its scripts need in <script type="application/json" id="labels">.
 */
const told = JSON.parse(document.getElementById("labels")?.textContent ?? "{}");

/** The word for a value; a value that nobody says stands for itself. */
export const labelOf = (group, value) => told[group]?.[value] ?? value;
