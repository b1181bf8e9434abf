const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const WEBHOOK_ID = /^evt_[\w-]{27}$/

export const isConversationId = (text: string): boolean => UUID.test(text)
export const isWebhookId = (text: string): boolean => WEBHOOK_ID.test(text)

const two = (value: number): string => String(value).padStart(2, '0')

/** A moment as a field of date and time holds it, at the reader's place; empty for what is none. */
export function localTime(moment: string): string {
  const at = new Date(moment)
  if (moment === '' || Number.isNaN(at.getTime())) return ''
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** What such a field holds, as RFC 3339; empty for what is none. */
export function momentOf(local: string): string {
  const at = new Date(local)
  return local === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
