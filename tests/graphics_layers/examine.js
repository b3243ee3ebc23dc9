/**
 * What a person with a ruler would find on the stage, in its pixels: `plates` (boxes that are solid), and sentences about
 * what is wrong: `outside` the safe area or its plate, `clipped`, `overlapping`, `badStarts` of lines, words that are
 * `broken`, `small` type, `uneven` lines.
 */
({ safe, scale }) => {
  const NEVER_FIRST = /[、，。．；：？！…—～·）》」』】”’%％℃,.;:?!)\]}]/u;
  const found = { plates: [], outside: [], clipped: [], overlapping: [], badStarts: [], broken: [], small: [], uneven: [],
    sizes: {} };
  const LATIN = /[\p{Script=Latin}\p{N}]/u;
  const [sideX, sideY] = [19.2 * safe, 10.8 * safe];
  const boxOf = (rect) => ({ left: rect.left / scale, top: rect.top / scale, right: rect.right / scale,
    bottom: rect.bottom / scale });
  const within = (inner, outer, by = 1) => inner.left >= outer.left - by && inner.right <= outer.right + by
    && inner.top >= outer.top - by && inner.bottom <= outer.bottom + by;
  const safeArea = { left: sideX, top: sideY, right: 1920 - sideX, bottom: 1080 - sideY };
  const say = (list, what, text) => list.push(`${what}: ${text.trim().slice(0, 30)}`);

  for (const layer of document.getElementById("picture").children) {
    const root = layer.shadowRoot;
    const isMoving = (element) => element.closest(".window")?.dataset.way === "moving";
    for (const plate of root.querySelectorAll(".plate, .full-frame")) {
      const box = boxOf(plate.getBoundingClientRect());
      found.plates.push(box);
      const isGround = plate.matches(".full-frame");
      if (!isGround && !within(box, safeArea)) say(found.outside, JSON.stringify(box), plate.className);
    }
    const blocks = new Set();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true }) || isMoving(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const plate = boxOf(parent.closest(".plate, .full-frame").getBoundingClientRect());
      for (const rect of range.getClientRects()) {
        const box = boxOf(rect);
        if (!within(box, safeArea) || !within(box, plate, 0)) say(found.outside, JSON.stringify(box), node.data);
      }
      const size = parseFloat(getComputedStyle(parent).fontSize);
      if (size < 36) say(found.small, `${size} px`, node.data);
      let block = parent;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      blocks.add(block);
    }
    for (const block of blocks) {
      if (block.scrollHeight > block.clientHeight + 1 && block.clientHeight) {
        const hides = getComputedStyle(block).overflowY !== "visible";
        if (hides) say(found.clipped, `${block.scrollHeight} > ${block.clientHeight}`, block.textContent);
      }
      if (block.scrollWidth > block.clientWidth + 1 && block.clientWidth) {
        say(found.clipped, `wide ${block.scrollWidth} > ${block.clientWidth}`, block.textContent);
      }
    }
    for (const cut of root.querySelectorAll(".is-cut")) say(found.clipped, "cut", cut.textContent);
    const boxes = [...blocks].map((block) => [block, boxOf(block.getBoundingClientRect())]);
    boxes.forEach(([one, a], at) => {
      for (const [other, b] of boxes.slice(at + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
          && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) {
          say(found.overlapping, one.textContent.trim().slice(0, 12), other.textContent);
        }
      }
    });
    for (const words of root.querySelectorAll(".words")) {
      if (!words.checkVisibility({ visibilityProperty: true })) continue;
      const lines = linesOf(words);
      lines.slice(1).forEach((line, at) => {
        if (NEVER_FIRST.test(line.first)) say(found.badStarts, line.first, line.text);
        const before = [...lines[at].whole].at(-1);
        if (LATIN.test(before) && LATIN.test(line.first)) say(found.broken, `${before}|${line.first}`, line.text);
      });
      const size = parseFloat(getComputedStyle(words).fontSize);
      found.sizes[words.className] = Math.min(found.sizes[words.className] ?? Infinity, size);
      const widths = lines.map(({ left, right }) => right - left);
      if (lines.length > 1 && widths.at(-1) < 0.4 * Math.max(...widths)) {
        say(found.uneven, widths.map(Math.round).join(), words.textContent);
      }
    }
  }
  return found;

  function linesOf(element) {
    const lines = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const { data } = walker.currentNode;
      let at = 0;
      for (const character of data) {
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + character.length);
        at += character.length;
        const rect = range.getBoundingClientRect();
        const last = lines.at(-1);
        if (last && !character.trim()) last.whole += character;
        if (!rect.width || !character.trim()) continue;
        if (!last || rect.top > last.top + rect.height / 2) {
          lines.push({ first: character, text: character, whole: character, top: rect.top, left: rect.left, right: rect.right });
        } else {
          last.right = Math.max(last.right, rect.right);
          last.text += character;
          last.whole += character;
        }
      }
    }
    return lines;
  }
}
