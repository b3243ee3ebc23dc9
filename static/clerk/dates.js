// Dates as a clerk types them while somebody speaks: +7, 10个工作日, 下周五, 月底, 12-31, end of year. Days are ISO dates.

const DAY_MS = 86_400_000;
const DIGITS = { 零: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const WEEKDAYS = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 日: 7, 天: 7 };
const WEEKDAYS_EN = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS_EN = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

// --- arithmetic in days ---------------------------------------------------------------------------------------------

const at = (iso) => new Date(`${iso}T00:00:00Z`);
const isoOf = (date) => date.toISOString().slice(0, 10);
const plusDays = (iso, days) => isoOf(new Date(at(iso).getTime() + days * DAY_MS));
const weekdayOf = (iso) => ((at(iso).getUTCDay() + 6) % 7) + 1;

/** The day with this number; null when the month is not that long. */
function day(year, month, number) {
  const date = new Date(Date.UTC(year, month - 1, number));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 ? isoOf(date) : null;
}

/** The last day of a month; months run on beyond twelve. */
const monthEnd = (year, month) => isoOf(new Date(Date.UTC(year, month, 0)));

/** The last day of a month that somebody named: null when there is none of that number. */
const endOfNamed = (year, month) => (day(year, month, 1) ? monthEnd(year, month) : null);

function plusMonths(iso, months) {
  const from = at(iso);
  const last = monthEnd(from.getUTCFullYear(), from.getUTCMonth() + 1 + months);
  return plusDays(last, Math.min(0, from.getUTCDate() - Number(last.slice(8))));
}

// --- working days ---------------------------------------------------------------------------------------------------

/**
 * How a day counts, given `{off, on, known_to}`: "workday", "made_up", "weekend" or "holiday"; `known` as announced.
 */
export function kindOfDay(iso, calendar) {
  const weekend = weekdayOf(iso) > 5;
  const kind = weekend ? (calendar.on.includes(iso) ? "made_up" : "weekend") : calendar.off.includes(iso) ? "holiday"
    : "workday";
  return { kind, known: iso <= calendar.known_to };
}

function plusWorkdays(iso, number, calendar) {
  for (let left = number; left > 0; ) {
    iso = plusDays(iso, 1);
    if (["workday", "made_up"].includes(kindOfDay(iso, calendar).kind)) left -= 1;
  }
  return iso;
}

// --- reading --------------------------------------------------------------------------------------------------------

/** 十二 → 12, 半 → 0.5, "30" → 30. */
function number(said) {
  if (/^\d+$/.test(said)) return Number(said);
  if (said === "半") return 0.5;
  const [, tens, , ones] = /^([一二两三四五六七八九])?(十)?([一二两三四五六七八九])?$/.exec(said) ?? [];
  if (!said.includes("十")) return DIGITS[said] ?? NaN;
  return 10 * (DIGITS[tens] ?? 1) + (DIGITS[ones] ?? 0);
}

const N = "(\\d{1,3}|半|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])";

/** What can be typed, in the order in which it is tried; each gives the ISO day, or null. */
const FORMS = [
  [/^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$/, ({ $ }) => day(+$[1], +$[2], +$[3])],
  [/^(\d{1,2})[-/.月](\d{1,2})[日号]?$/, ({ $, today }) => coming(today, (year) => day(year, +$[1], +$[2]))],
  [/^(\d{4})年(\d{1,2})月底?$/, ({ $ }) => endOfNamed(+$[1], +$[2])],
  [new RegExp(`^\\+?${N}(?:个)?(?:工作日|wd)$`), ({ $, today, calendar }) => plusWorkdays(today, number($[1]), calendar)],
  [new RegExp(`^\\+?${N}(?:天|自然日|d|days?)?$`), ({ $, today }) => after(today, number($[1]))],
  [new RegExp(`^\\+?${N}个?(?:周|星期|礼拜|w|weeks?)$`), ({ $, today }) => after(today, 7 * number($[1]))],
  [new RegExp(`^\\+?${N}(?:个月|m|months?)$`), ({ $, today }) => (number($[1]) === 0.5 ? after(today, 15)
    : plusMonths(today, number($[1])))],
  [new RegExp(`^\\+?${N}(?:年|y|years?)$`), ({ $, today }) => plusMonths(today, 12 * number($[1]))],
  [/^(今天|today)$/, ({ today }) => today],
  [/^(明天|tomorrow)$/, ({ today }) => plusDays(today, 1)],
  [/^后天$/, ({ today }) => plusDays(today, 2)],
  [/^(本|这|下|下下)?个?(?:周|星期|礼拜)([一二三四五六日天末])$/, ({ $, today }) => inWeek(today, $[1], $[2] === "末" ? 7 : WEEKDAYS[$[2]])],
  [/^(?:next )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*$/, ({ $, today }) =>
    coming(today, null, WEEKDAYS_EN.indexOf($[1]) + 1)],
  [/^(?:本|这个?)?(?:月[底末内]|month[ -]?end|end of (?:the )?month|eom)$/, ({ year, month }) => monthEnd(year, month)],
  [/^(?:下个?月[底末]?|end of next month)$/, ({ year, month }) => monthEnd(year, month + 1)],
  [/^(?:本|这个?)?(?:季度?[底末内]|quarter[ -]?end|eoq)$/, ({ year, month }) => monthEnd(year, 3 * Math.ceil(month / 3))],
  [/^(?:今|本)?(?:年[底末内]|year[ -]?end|end of (?:the )?year|eoy)$/, ({ year }) => day(year, 12, 31)],
  [/^明年[底末]$/, ({ year }) => day(year + 1, 12, 31)],
  [new RegExp(`^${N}月[底末份]?$`), ({ $, today }) => coming(today, (year) => endOfNamed(year, number($[1])))],
  [new RegExp(`^${N}月${N}[日号]$`), ({ $, today }) => coming(today, (year) => day(year, number($[1]), number($[2])))],
  [new RegExp(`^${N}[日号]$`), ({ $, today, year, month, within }) => (within ? after(today, number($[1]))
    : nextDayOfMonth(today, year, month, number($[1])))],
  [/^(\d{1,2}) ?([a-z]{3})[a-z]*$/, ({ $, today }) =>
    coming(today, (year) => day(year, MONTHS_EN.indexOf($[2]) + 1, +$[1]))],
  [/^([a-z]{3})[a-z]* ?(\d{1,2})$/, ({ $, today }) =>
    coming(today, (year) => day(year, MONTHS_EN.indexOf($[1]) + 1, +$[2]))],
];

const after = (today, days) => (Number.isFinite(days) && days >= 0 ? plusDays(today, Math.ceil(days)) : null);

/** The next time it comes round: this year or the next, or on which day of the week. */
function coming(today, inYear, weekday = null) {
  if (weekday) return plusDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1);
  const year = Number(today.slice(0, 4));
  const here = inYear(year);
  return here && here >= today ? here : inYear(year + 1);
}

function inWeek(today, which, weekday) {
  const monday = plusDays(today, 1 - weekdayOf(today));
  const weeks = { 下: 1, 下下: 2 }[which] ?? 0;
  const found = plusDays(monday, 7 * weeks + weekday - 1);
  return weeks === 0 && found < today ? plusDays(found, 7) : found;
}

function nextDayOfMonth(today, year, month, wanted) {
  const here = day(year, month, wanted);
  if (here && here >= today) return here;
  const next = new Date(Date.UTC(year, month, 1));
  return day(next.getUTCFullYear(), next.getUTCMonth() + 1, wanted);
}

/** The day somebody typed, as an ISO date; null when it cannot be read. `calendar.today` is the day it is typed on. */
export function parseDue(typed, calendar) {
  const said = typed.normalize("NFKC").trim().toLowerCase().replace(/\s+/g, " ");
  const text = said.replace(/(?:之前|以前|之内|以内|前|内)$/, "");
  if (!text) return null;
  const within = said.endsWith("内"); // 15日内 is a term, 15日 and 15日前 are a day
  const { today } = calendar;
  const [year, month] = today.split("-").map(Number);
  for (const [form, read] of FORMS) {
    const $ = form.exec(text);
    const found = $ && read({ $, today, year, month, within, calendar });
    if (found) return found;
  }
  return null;
}

const IN_SPEECH = new RegExp(
  [
    "\\d{4}年\\d{1,2}月(?:\\d{1,2}[日号]|底)?", `${N}月${N}[日号]`, `${N}月底`, `${N}个?工作日`, `${N}个?(?:天|日|周|星期|礼拜|个月|年)[之以]?内`,
    "下个?月底?", "[年月]底", "下?个?(?:周|星期|礼拜)[一二三四五六日天末]", "明天", "后天", "季度[底末]", "明年底",
  ].join("|"), "gu",
);

/** The last date that words seem to name, `{said, due}`; null without one. */
export function dueInSpeech(words, calendar) {
  const found = [...words.normalize("NFKC").matchAll(IN_SPEECH)].map(([said]) =>
    ({ said, due: parseDue(said, calendar) }));
  return found.filter((one) => one.due).at(-1) ?? null;
}

// --- the session's clock --------------------------------------------------------------------------------------------

/** "12:05" or "1:02:05" → milliseconds; null when empty, NaN when it cannot be read. */
export function parseClock(typed) {
  const text = typed.normalize("NFKC").trim();
  if (!text) return null;
  if (!/^\d{1,2}(:[0-5]?\d){1,2}$/.test(text)) return NaN;
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}
