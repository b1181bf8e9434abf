import { isJsonObject } from '@charsu/protocol/json-object'
import type { ConnectRequest } from '../services.ts'

/** What is asked for, until when. */
export interface Ticket extends ConnectRequest {
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** How long a link to the consent page is good. */
export const TICKET_MS = 10 * 60_000

/** A ticket as text that only this app can make: nobody else can have people asked in its name for what they like. */
export async function sealTicket(secret: string, ticket: Ticket): Promise<string> {
  const payload = base64url(new TextEncoder().encode(JSON.stringify(ticket)))
  const signature = await crypto.subtle.sign('HMAC', await hmacKey(secret), new TextEncoder().encode(payload))
  return `${payload}.${base64url(new Uint8Array(signature))}`
}

/** The ticket, or why it is none. */
export async function openTicket(
  secret: string,
  text: string,
  now: number,
): Promise<Ticket | 'forged' | 'expired'> {
  const [payload = '', signature = ''] = text.split('.')
  const bytes = fromBase64url(signature)
  if (bytes === undefined) return 'forged'
  const data = new TextEncoder().encode(payload)
  // Compares in constant time.
  if (!(await crypto.subtle.verify('HMAC', await hmacKey(secret), bytes, data))) return 'forged'
  const json = fromBase64url(payload)
  const ticket: unknown = json && JSON.parse(new TextDecoder().decode(json))
  if (!isJsonObject(ticket) || typeof ticket.expiresAt !== 'number') return 'forged'
  return ticket.expiresAt < now ? 'expired' : (ticket as unknown as Ticket)
}

/** The purpose is part of the key, so that nothing else the secret signs can pass for a ticket. */
const hmacKey = (secret: string) =>
  crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(`charsu connect ticket\n${secret}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )

export function base64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
