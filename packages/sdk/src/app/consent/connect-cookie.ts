import { sameSecret } from '../same-secret.ts'

/** What the browser that was sent to the consent page keeps until it is back. */
export interface Journey {
  state: string
  codeVerifier: string
  /** As it was sealed. */
  ticket: string
}

export interface CookiePlace {
  /** Path of the callback as browsers see it. */
  path: string
  secure: boolean
}

/** As long as a person may take to read the consent page, beside the ticket's own time. */
const SECONDS = 1200

/** Browsers keep cookies of up to 4096 bytes; the rest is for names and attributes. */
export const MAX_TICKET_LENGTH = 3500

/** Several connections may be under way in one browser: each has a cookie of its own. */
const nameOf = (state: string): string => `charsu_connect_${state.slice(0, 8)}`

export function setCookie(journey: Journey, place: CookiePlace): string {
  const value = `${journey.state}.${journey.codeVerifier}.${journey.ticket}`
  return cookie(journey.state, value, SECONDS, place)
}

export const clearCookie = (state: string, place: CookiePlace): string => cookie(state, '', 0, place)

function cookie(state: string, value: string, seconds: number, { path, secure }: CookiePlace): string {
  const end = secure ? '; Secure' : ''
  return `${nameOf(state)}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${end}`
}

/** The journey that this browser began with this state, or undefined: then the answer is somebody else's. */
export async function readCookie(header: string | null, state: string): Promise<Journey | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(state)) return undefined
  const wanted = `${nameOf(state)}=`
  const value = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(wanted))
    ?.slice(wanted.length)
  const [held = '', codeVerifier = '', ...ticket] = (value ?? '').split('.')
  return (await sameSecret(held, state)) ? { state, codeVerifier, ticket: ticket.join('.') } : undefined
}
