import type { Locale } from '../http/page.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TEHRAN_OFFSET_MS = 3.5 * HOUR_MS

/** Days and hours in Tehran, two at a time. */
const OFFERED = [
  { inDays: 1, hour: 17 },
  { inDays: 2, hour: 11 },
  { inDays: 3, hour: 18 },
  { inDays: 4, hour: 10 },
] as const

/**
 * Two times for a visit in the days after `now` (milliseconds since 1970), as ISO 8601; `later` are others.
 */
export function proposeTimes(now: number, later = false): string[] {
  const midnight = Math.floor((now + TEHRAN_OFFSET_MS) / DAY_MS) * DAY_MS - TEHRAN_OFFSET_MS
  const offered = later ? OFFERED.slice(2) : OFFERED.slice(0, 2)
  return offered.map(({ inDays, hour }) =>
    new Date(midnight + inDays * DAY_MS + hour * HOUR_MS).toISOString(),
  )
}

const parts = (locale: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, {
    timeZone: 'Asia/Tehran',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h23',
  })

const FORMATS = { fa: parts('fa-IR'), en: parts('en-GB') } as const

/** `دوشنبه ۲ آذر، ساعت ۱۷:۰۰`, or `Monday 23 November at 17:00`; in Tehran. */
export function timeInWords(iso: string, language: Locale): string {
  const found = new Map(
    FORMATS[language].formatToParts(new Date(iso)).map(({ type, value }) => [type, value]),
  )
  const day = [found.get('weekday'), found.get('day'), found.get('month')].join(' ')
  const clock = `${found.get('hour')}:${found.get('minute')}`
  return language === 'fa' ? `${day}، ساعت ${clock}` : `${day} at ${clock}`
}
