/** What the kinds of items of a rundown are called, the same on every surface; templates say it in live/_parts.html. */
export const kinds = {
  zh: { clip: "短片", question: "群众提问", slot: "发言", verdict: "满意度评议", break: "休息" },
  en: { clip: "Clip", question: "Question", slot: "Slot", verdict: "Verdict", break: "Break" },
};
