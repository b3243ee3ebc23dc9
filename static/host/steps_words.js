/** What was done to a rundown off air, to be undone or done again. */
export const words = {
  zh: {
    undo: (what, title, n) => (n > 1 ? `撤销：${what} ${n} 行` : `撤销：${what}“${title}”`),
    redo: (what, title, n) => (n > 1 ? `重做：${what} ${n} 行` : `重做：${what}“${title}”`),
    nothing: { undo: ["撤销", "没有可撤销的操作"], redo: ["重做", "没有可重做的操作"] },
    undone: (title, n) => (n > 1 ? `已撤销 ${n} 行的改动` : `已撤销对“${title}”的改动`),
    redone: (title, n) => (n > 1 ? `已重做 ${n} 行的改动` : `已重做对“${title}”的改动`),
    keys: { undo: "撤销我的上一步", redo: "重做" },
  },
  en: {
    undo: (what, title, n) => (n > 1 ? `Undo: ${n} lines ${what}` : `Undo: “${title}” ${what}`),
    redo: (what, title, n) => (n > 1 ? `Again: ${n} lines ${what}` : `Again: “${title}” ${what}`),
    nothing: { undo: ["Undo", "Nothing to undo"], redo: ["Redo", "Nothing to do again"] },
    undone: (title, n) => (n > 1 ? `The change of ${n} lines was undone` : `The change of “${title}” was undone`),
    redone: (title, n) => (n > 1 ? `The change of ${n} lines was done again`
      : `The change of “${title}” was done again`),
    keys: { undo: "Undo my last step", redo: "Do it again" },
  },
};
