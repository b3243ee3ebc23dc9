/**
 * Times in the city's zone, durations, numbers: the same on every surface, whatever zone the reader's machine is in.
 * The zone is an IANA name; it and the language come from <html data-zone lang>.
 */
import { language, say, words } from "./words.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Formats for one zone and language. Every `at` is a Date, milliseconds since 1970, or an ISO 8601 string with an
 * offset.
 */
export function formats({
  zone = document.documentElement.dataset.zone || "Asia/Shanghai",
  locale = language() === "zh" ? "zh-CN" : "en-GB",
} = {}) {
  const zh = locale.startsWith("zh");
  const intl = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options });
  const clock = intl({ hour: "2-digit", minute: "2-digit" });
  const seconds = intl({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = intl({ month: zh ? "long" : "short", day: "numeric" });
  const weekday = intl({ weekday: "short" });
  const year = intl({ year: "numeric", month: zh ? "long" : "short", day: "numeric" });
  // A day of the calendar is no instant and lies in no zone: "2031-05-08" is read as UTC and written as UTC.
  const dayOfCalendar = intl({ year: "numeric", month: zh ? "long" : "short", day: "numeric", timeZone: "UTC" });
  const weekdayOfCalendar = intl({ weekday: "short", timeZone: "UTC" });
  const iso = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1,
    maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  const date = (at) => year.format(instant(at));
  const time = (at) => clock.format(instant(at));
  return {
    /** 20:05 */
    time,
    /** 20:05:09 */
    timeToSecond: (at) => seconds.format(instant(at)),
    /** 2031年5月8日 · 8 May 2031 */
    date,
    /** The same for a day of the calendar as rows have it, "2031-05-08", in whatever zone the city lies */
    dateOf: (iso) => dayOfCalendar.format(new Date(iso)),
    /** 周四 · Thu, of such a day */
    weekdayOf: (iso) => weekdayOfCalendar.format(new Date(iso)),
    /** 5月8日 周四 · Thu, 8 May */
    day: (at) => (zh ? `${day.format(instant(at))} ${weekday.format(instant(at))}`
      : `${weekday.format(instant(at))}, ${day.format(instant(at))}`),
    /** 2031年5月8日 20:05 · 8 May 2031, 20:05 */
    dateTime: (at) => `${date(at)}${zh ? " " : ", "}${time(at)}`,
    /** For rows: 20:05 of today, 05-08 20:05 of another day this year, 2019-02-14 of another year */
    short: (at, now = Date.now()) => {
      const [then, today] = [iso.format(instant(at)), iso.format(instant(now))];
      if (then === today) return time(at);
      return then.slice(0, 4) === today.slice(0, 4) ? `${then.slice(5)} ${time(at)}` : then;
    },
    /** 今天, 明天, 3天后 · today, tomorrow, in 3 days: counted in the city's calendar days, not in 24 hours */
    relativeDay: (at, now = Date.now()) => relative.format(daysBetween(now, at, zone), "day"),
    number: (n) => numbers.format(n),
    /** 0.875 → 87.5% */
    percent: (share) => percents.format(share),
  };
}

const instant = (at) => (at instanceof Date ? at : new Date(at));

/** Calendar days from `from` to `to` in `zone`; negative when `to` lies before. */
export function daysBetween(from, to, zone) {
  const dayNumber = (at) => {
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit",
      day: "2-digit" }).format(instant(at));
    return Date.parse(`${parts}T00:00:00Z`) / DAY_MS;
  };
  return Math.round(dayNumber(to) - dayNumber(from));
}

/** A length: 240000 → "4:00", 3725000 → "1:02:05". Rounded down to the second; a negative length has a minus sign. */
export function duration(ms) {
  const whole = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  const sign = ms <= -1000 ? "−" : "";
  return sign + (hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`);
}

/**
 * Time left as a countdown shows it: rounded up, so that 0:00 is really the end; over time counts up with a plus sign.
 */
export function countdown(ms) {
  return ms > 0 ? duration(Math.ceil(ms / 1000) * 1000) : `+${duration(Math.abs(ms))}`;
}

/**
 * A length in words, rounded down, in its two largest units: 4 分钟, 2 小时 5 分, 6 天 23 小时. The twin of the macro `span`
 * in templates/sessions/_parts.html.
 */
export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const said = say(words);
  if (days) return [said.days(days), hours ? said.hours(hours) : ""].filter(Boolean).join(" ");
  if (hours) return [said.hours(hours), rest ? said.minutesMore(rest) : ""].filter(Boolean).join(" ");
  return said.minutes(rest);
}

/** How far from the plan: "+1:20" late, "−0:15" early, "0:00"; from an hour on in words, "+2 小时 5 分". */
export function drift(ms) {
  if (Math.abs(ms) >= HOUR_MS) return `${ms > 0 ? "+" : "−"}${span(ms)}`;
  return ms >= 1000 ? `+${duration(ms)}` : duration(ms);
}
