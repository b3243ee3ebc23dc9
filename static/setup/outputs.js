/** Copying an address that is shown once; over plain HTTP browsers have no clipboard but the old one. */
import { announce } from "../base/toast.js";
import { say } from "../base/words.js";

const w = say({ zh: { copied: "已复制" }, en: { copied: "Copied" } });

document.addEventListener("click", ({ target }) => {
  const field = target.matches("[data-copies]") ? document.getElementById(target.dataset.copies)
    : target.closest("[data-copied]");
  field?.select();
  if (!target.matches("[data-copies]")) return;
  if (document.execCommand("copy")) {
    target.textContent = w.copied;
    announce(w.copied);
  }
});
