// What stands in the address of an output, each within bounds; what cannot be used is left out.

const FEEDS = ["picture", "fill", "key"];

function number(value, least, most, otherwise) {
  const found = value === null || value === "" ? NaN : Number(value);
  return Number.isFinite(found) ? Math.min(most, Math.max(least, found)) : otherwise;
}

/**
 * `{x, y, scale, background, feed, film, captions, attributes}` of the part of an address behind "?": `x` and `y` move
 * the picture by pixels of 1920×1080, `scale` makes it larger, `background` is a colour to key out (six hex digits),
 * `feed` is `picture`, `fill` (on black) or `key` (white where anything stands), `film=1` plays the film on air below
 * the layers, `captions=1` shows at its foot what is said, `safe` is the margin in percent, `position` where a layer
 * stands.
 */
export function settingsOf(search) {
  const asked = new URLSearchParams(search);
  const colour = /^#?([0-9a-f]{6})$/i.exec(asked.get("background") ?? "");
  const attributes = {};
  if (asked.has("safe")) attributes.safe = number(asked.get("safe"), 0, 20, 5);
  if (/^[a-z-]{1,20}$/.test(asked.get("position") ?? "")) attributes.position = asked.get("position");
  return {
    x: number(asked.get("x"), -1920, 1920, 0), y: number(asked.get("y"), -1080, 1080, 0),
    scale: number(asked.get("scale"), 0.1, 4, 1), background: colour ? `#${colour[1]}` : "",
    feed: FEEDS.includes(asked.get("feed")) ? asked.get("feed") : "picture", film: asked.get("film") === "1",
    captions: asked.get("captions") === "1", attributes,
  };
}
