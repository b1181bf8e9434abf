import type { Call } from '../services.ts'

/**
 * A key for the next message of a call: an event that is delivered again sends each of its messages once, for the n-th
 * has the same key as the first time.
 */
export async function nextKey(call: Call): Promise<string> {
  call.sent.count += 1
  const name = new TextEncoder().encode(`${call.id}\n${call.sent.count}`)
  const digest = await crypto.subtle.digest('SHA-256', name)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
