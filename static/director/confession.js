// What outputs say of themselves, read: pure functions over their rows and what ticks carry.

/** An output is told of a change within this time, and says so in its next report. */
const PATIENCE_MS = 3000;
const LEAST_FPS = 20;
/** So long a page is missed that said what it shows and says nothing any more. */
const MISSED_MS = 60_000;

/**
 * What is wrong with one page: `hidden`, `slow`, `older`, `build`, and of the film that it should play `mute`,
 * `stalled`, `network`, `broken` or `unreadable`; `changed(layer)`: how long ago a layer changed.
 */
export function faultsOf(report, onAir, build, changed) {
  const settled = onAir.filter((row) => changed(row.layer) > PATIENCE_MS);
  const older = settled.some((row) => report.layers[row.layer] !== undefined && report.layers[row.layer] < row.revision)
    || settled.some((row) => !row.content && report.layers[row.layer] !== undefined);
  return [report.film !== "plays" && report.film, !report.visible && "hidden",
    report.visible && report.fps > 0 && report.fps < LEAST_FPS && "slow", older && "older",
    report.build !== build && "build"].filter(Boolean);
}

/** `{layer: {on, of}}`: on how many pages of outputs what is on air there really stands. */
export function reach(outputs, reports, onAir) {
  const found = {};
  for (const row of onAir.filter((one) => one.content)) {
    const showing = outputs.filter((one) => one.layers.includes(row.layer)).map((one) => one.id);
    const pages = reports.filter((one) => showing.includes(one.output));
    found[row.layer] = { of: pages.length,
      on: pages.filter((one) => one.visible && one.layers[row.layer] === row.revision).length };
  }
  return found;
}

/** `{page: {output, at}}` of those that report (`at` now) and of those that did within the last minute. */
export function heard(before, reports, now) {
  const lately = Object.entries(before).filter(([, { at }]) => now - at < MISSED_MS);
  return { ...Object.fromEntries(lately), ...Object.fromEntries(reports.map(({ page, output }) => [page,
    { output, at: now }])) };
}

/** How many pages of an output are missed: cut off, or closed a moment ago. */
export const missed = (known, reports, output) => Object.entries(known).filter(([page, one]) => one.output === output
  && !reports.some((report) => report.page === page)).length;
