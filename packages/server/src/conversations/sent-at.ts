/** A message's time as RFC 3339 with all its microseconds, such as 2026-03-21T08:30:00.123456Z. */
export function sentAtText(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000)
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}
