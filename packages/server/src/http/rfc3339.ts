const RFC_3339 = /^(?!0000)(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** A point in time written as RFC 3339 has it, kept to the millisecond; null for anything else. */
export function parseTime(text: string): Date | null {
  const match = RFC_3339.exec(text)
  if (!match) return null
  const [, year, month, day] = match.map(Number)
  // Date itself reads 30 February as 2 March.
  const daysInMonth = new Date(Date.UTC(year!, month!, 0)).getUTCDate()
  if (day! > daysInMonth) return null
  const time = new Date(text.toUpperCase())
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 ? null : time
}
