/** Words of the base helpers. The page's language is the `lang` of <html>. */
export const words = {
  zh: {
    hold: "按住以确认",
    again: "再按一次确认",
    close: "关闭",
    keys: "键盘快捷键",
    everywhere: "通用",
    showKeys: "打开或关闭本表",
    singleKeys: "启用单键快捷键",
    left: "剩余",
    soon: "即将到时",
    grace: "宽限",
    over: "超时",
    paused: "已暂停",
    interrupted: (time) => `已暂停 · 提问\u00a0${time}`,
    ready: "待开始",
    unknown: "等待同步",
    minutes: (n) => `${n}\u00a0分钟`,
    minutesMore: (n) => `${n}\u00a0分`,
    hours: (n) => `${n}\u00a0小时`,
    days: (n) => `${n}\u00a0天`,
    charactersLeft: (n) => `还可输入 ${n} 字`,
    charactersOver: (n) => `超出 ${n} 字`,
    draftBack: (when) => `这是您 ${when} 写下、尚未提交的内容。`,
    draftAway: "不要，重新填写",
  },
  en: {
    hold: "Hold to confirm",
    again: "Press again to confirm",
    close: "Close",
    keys: "Keyboard shortcuts",
    everywhere: "Everywhere",
    showKeys: "Open or close this list",
    singleKeys: "Use single-key shortcuts",
    left: "left",
    soon: "ending soon",
    grace: "grace",
    over: "over time",
    paused: "paused",
    interrupted: (time) => `paused · question\u00a0${time}`,
    ready: "ready",
    unknown: "out of step",
    minutes: (n) => `${n}\u00a0min`,
    minutesMore: (n) => `${n}\u00a0min`,
    hours: (n) => `${n}\u00a0h`,
    days: (n) => `${n}\u00a0${n === 1 ? "day" : "days"}`,
    charactersLeft: (n) => `${n} ${n === 1 ? "character" : "characters"} left`,
    charactersOver: (n) => `${n} ${n === 1 ? "character" : "characters"} too many`,
    draftBack: (when) => `You wrote this at ${when}; it has not been sent.`,
    draftAway: "Discard, begin anew",
  },
};

/** "zh" or "en": which of a `words` object's two languages this page speaks. */
export const language = () => (document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh" : "en");

/** The words of this page's language, out of `{zh, en}`. */
export const say = (both) => both[language()];
