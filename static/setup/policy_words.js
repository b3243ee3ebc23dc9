/** What the editor of the slot policy says by script. */
export const words = {
  zh: {
    fields: {
      minutes: "会议总时长（分钟）", opening_s: "开场（秒）", closing_s: "总结（秒）", reserve_s: "机动（秒）",
      interruptions_s: "插话提问（秒）", silent_after: "几次未发言即点名", name: "环节名称", name_en: "英文名称",
      pick: "选谁发言", group: "对比组", count: "人数（擂台为对数）", base_s: "基础时长（秒）",
      per_point_s: "每分加时（秒）", shortest_s: "最短（秒）", longest_s: "最长（秒）", at_zero: "时间到时",
      grace_s: "宽限（秒）", units: "单位（每行一个）",
    },
    unnamed: "未命名环节",
    add: "添加环节",
    up: (title) => `“${title}”上移`,
    down: (title) => `“${title}”下移`,
    remove: (title) => `删除“${title}”`,
    removed: (title) => `已删除“${title}”`,
    moved: (title, place) => `“${title}”现为第 ${place} 个环节`,
    unreadable: "这段 JSON 有误，改正后才能按表单编辑。",
    unreachable: "连接不上服务器，请稍后再试。",
  },
  en: {
    fields: {
      minutes: "Minutes", opening_s: "Opening (s)", closing_s: "Closing (s)", reserve_s: "Reserve (s)",
      interruptions_s: "Questions from above (s)", silent_after: "Silent after (meetings)", name: "Name",
      name_en: "Name in English", pick: "Who is picked", group: "Peer group", count: "How many (pairs of a duel)",
      base_s: "Base (s)", per_point_s: "For each point (s)", shortest_s: "Shortest (s)", longest_s: "Longest (s)",
      at_zero: "When the time is up", grace_s: "Grace (s)", units: "Units, one a line",
    },
    unnamed: "segment without a name",
    add: "Add a segment",
    up: (title) => `Move “${title}” up`,
    down: (title) => `Move “${title}” down`,
    remove: (title) => `Remove “${title}”`,
    removed: (title) => `“${title}” was removed`,
    moved: (title, place) => `“${title}” is now segment ${place}`,
    unreadable: "This JSON cannot be read. It can be edited as a form once that is mended.",
    unreachable: "The server cannot be reached. Please try again in a moment.",
  },
};
