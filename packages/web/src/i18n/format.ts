import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

type Moment = string | number | Date

/** Numbers, times and days as the reader's language writes them: Persian digits and calendar, or Latin and Gregorian. */
export interface Format {
  number(value: number): string
  percent(share: number): string
  /** A number of bytes in the largest unit that is at least one. */
  bytes(value: number): string
  /** Milliseconds, or seconds with one decimal from a second on. */
  duration(ms: number): string
  /** Minutes and seconds of a recording. */
  clock(seconds: number): string
  /** Hour and minute. */
  time(moment: Moment): string
  date(moment: Moment): string
  dateTime(moment: Moment): string
  /** Today, yesterday, the weekday within a week, else the date. */
  day(moment: Moment, now?: Moment): string
  /** `3 minutes ago`. */
  ago(moment: Moment, now?: Moment): string
  /** The same text for all moments of one day at the reader's place. */
  dayKey(moment: Moment): string
}

const DAY_MS = 86_400_000
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const AGO: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

export function createFormat(language: string): Format {
  const tag = language === 'fa' ? 'fa-IR-u-ca-persian' : 'en-GB'
  const at = (moment: Moment): Date => new Date(moment)
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, options)
    return (moment: Moment): string => format.format(at(moment))
  }
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  const two = new Intl.NumberFormat(tag, { minimumIntegerDigits: 2, useGrouping: false })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const unit = (value: number, name: string, digits: number): string =>
    new Intl.NumberFormat(tag, {
      style: 'unit',
      unit: name,
      unitDisplay: language === 'fa' ? 'short' : 'narrow',
      maximumFractionDigits: digits,
    }).format(value)
  const time = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const date = formatter({ day: 'numeric', month: 'long', year: 'numeric' })
  const weekday = formatter({ weekday: 'long' })
  const dayOf = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' })
  const dayKey = (moment: Moment): string => dayOf.format(at(moment))
  const daysBetween = (moment: Moment, now: Moment): number =>
    Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(moment))) / DAY_MS)
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes(value) {
      const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)))
      return unit(value / 1000 ** power, BYTE_UNITS[power]!, power === 0 ? 0 : 1)
    },
    duration: (ms) => (ms < 1000 ? unit(Math.round(ms), 'millisecond', 0) : unit(ms / 1000, 'second', 1)),
    clock: (seconds) => `${number.format(Math.floor(seconds / 60))}:${two.format(Math.floor(seconds % 60))}`,
    time,
    date,
    dateTime: formatter({
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
    day(moment, now = Date.now()) {
      const days = daysBetween(moment, now)
      if (days === 0 || days === 1) return relative.format(-days, 'day')
      return days > 1 && days < 7 ? weekday(moment) : date(moment)
    },
    ago(moment, now = Date.now()) {
      const passed = Math.max(0, at(now).getTime() - at(moment).getTime())
      const [name, ms] = AGO.find(([, each]) => passed >= each) ?? (['second', 1_000] as const)
      return relative.format(-Math.floor(passed / ms), name)
    },
    dayKey,
  }
}

export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}
