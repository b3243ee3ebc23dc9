/** What a form says of a line of the rundown, and what the line says by now. */
const NOTE = "note_";

/** The value that a field would have for a row as it is told. */
function valueOf(name, row) {
  if (name.startsWith(NOTE)) return row.notes[name.slice(NOTE.length)] ?? "";
  if (name === "planned_minutes") return Math.floor(row.planned_ms / 60_000);
  if (name === "planned_seconds") return Math.floor(row.planned_ms / 1000) % 60;
  if (name === "grace_seconds") return row.grace_ms ? row.grace_ms / 1000 : null;
  return row[name] ?? "";
}

/** `[label, value]` of the fields in which the row is not what the form says. */
export function differences(form, row) {
  return [...form.elements].flatMap((field) => {
    if (!field.name || field.type === "hidden" || field.type === "submit") return [];
    const now = valueOf(field.name, row);
    if (now === null || String(now) === field.value) return [];
    const option = field.options && [...field.options].find((one) => one.value === String(now));
    return [[field.labels[0]?.firstChild.textContent.trim() ?? field.name, option ? option.textContent : String(now)]];
  });
}
