const HOUR_MS = 3_600_000
const TEHRAN_OFFSET_MS = 3.5 * HOUR_MS
const DAY_MS = 24 * HOUR_MS

/** Offered days and hours, in Tehran. */
const OFFERED = [
  { inDays: 1, hour: 17 },
  { inDays: 2, hour: 11 },
  { inDays: 3, hour: 18 },
]

/** Three times for a visit in the days after `now` (milliseconds since 1970), as ISO 8601. */
export function proposeTimes(now: number): string[] {
  const midnight = Math.floor((now + TEHRAN_OFFSET_MS) / DAY_MS) * DAY_MS - TEHRAN_OFFSET_MS
  return OFFERED.map(({ inDays, hour }) =>
    new Date(midnight + inDays * DAY_MS + hour * HOUR_MS).toISOString(),
  )
}

const FORMAT = new Intl.DateTimeFormat('fa-IR', {
  timeZone: 'Asia/Tehran',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: 'numeric',
})

/** `دوشنبه ۲ آذر، ساعت ۱۷`. */
export function timeInWords(iso: string): string {
  const parts = FORMAT.formatToParts(new Date(iso))
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')}، ساعت ${part('hour')}`
}
