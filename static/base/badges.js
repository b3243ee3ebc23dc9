/** States of questions, pledges and sessions as badges, for parts drawn by lit-html. The same list as in templates/_macros.html. */
import { html } from "../vendor/lit-html/lit-html.js";
import { say } from "./words.js";

/** state → [icon, Chinese, English] */
export const STATES = {
  waiting: ["clock", "待审", "Waiting"],
  approved: ["check", "已通过", "Approved"],
  refused: ["ban", "未采用", "Refused"],
  merged: ["merge", "已合并", "Merged"],
  on_air: ["live", "台上", "On air"],
  aired: ["screen", "已播出", "Aired"],
  answered: ["reply", "已回应", "Answered"],
  evaded: ["evaded", "未正面回应", "Evaded"],
  deferred: ["deferred", "顺延", "Deferred"],
  handed: ["handed", "已转办", "Handed over"],
  reopened: ["reopened", "重办", "Reopened"],
  recorded: ["edit", "已记录", "Recorded"],
  confirmed: ["check", "已确认", "Confirmed"],
  disputed: ["disputed", "有异议", "Disputed"],
  in_progress: ["progress", "办理中", "In progress"],
  claimed_done: ["flag", "申报办结", "Claimed done"],
  kept: ["kept", "已兑现", "Kept"],
  returned: ["returned", "已退回", "Returned"],
  overdue: ["overdue", "逾期", "Overdue"],
  due_soon: ["due", "即将到期", "Due soon"],
  open: ["progress", "办理中", "In progress"],
  asked: ["clock", "待确认", "To be confirmed"],
  stands_as_spoken: ["sound", "以现场表述为准", "Stands as spoken"],
  superseded: ["next", "已更正", "Superseded"],
  planned: ["calendar", "未开始", "Planned"],
  live: ["live", "直播中", "Live"],
  closed: ["stop", "已结束", "Closed"],
  called_off: ["ban", "已取消", "Called off"],
};

export const stateWord = (state) => say({ zh: STATES[state][1], en: STATES[state][2] });

const ICONS = new URL("icons.svg", import.meta.url).pathname;

export const icon = (name) =>
  html`<svg class="icon" aria-hidden="true"><use href="${ICONS}#${name}"></use></svg>`;

export const badge = (state) =>
  html`<span class="state" data-state=${state}>${icon(STATES[state][0])}${stateWord(state)}</span>`;
