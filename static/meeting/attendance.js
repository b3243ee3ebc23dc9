// Attendance in figures, by level: of how many expected so many are there.

import { html } from "../vendor/lit-html/lit-html.js";
import { labelOf } from "../base/labels.js";
import { say } from "../base/words.js";
import { unsaid } from "./standing.js";
import { words } from "./words.js";

const w = say(words);
const LEVELS = ["city", "district", "department", "street", "all"];
const COLUMNS = ["expected", "present", "left", "absent"].map((name) => [name, labelOf("presence", name)]);

/** `counts` are those of the `exam` row. */
export function attendanceTable(counts) {
  const shown = LEVELS.filter((level) => counts[level]);
  return html`<table class="table dense attendance"><thead><tr><td></td>${COLUMNS.map(([, word]) =>
      html`<th scope="col" class="num">${word}</th>`)}<th scope="col" class="num">${w.unsaid}</th></tr></thead>
    <tbody>${shown.map((level) => html`<tr class=${level === "all" ? "is-sum" : ""}>
      <th scope="row">${level === "all" ? w.all : labelOf("unit_kind", level)}</th>
      ${COLUMNS.map(([name]) => html`<td class="num">${counts[level][name]}</td>`)}<td
        class="num"><strong>${unsaid(counts[level])}</strong></td></tr>`)}</tbody></table>`;
}
