/** What a field of day and time holds, as RFC 3339; empty for what is none. */
export function instantOf(local: string): string {
  if (local === '') return ''
  const moment = new Date(local)
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString()
}
