import { createHmac, hkdfSync, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { ProofKey } from './authorize-query.ts'
import type { WayBack } from './redirect-back.ts'

/** Milliseconds in which the consent page can be answered. */
const TICKET_MS = 10 * 60 * 1000

/** Everything a consent page was about. */
export interface Consent extends WayBack {
  userId: string
  clientId: string
  /** As the app spelt them. */
  scopes: readonly string[]
  proofKey: ProofKey | null
}

export type OpenedTicket = { ok: true; consent: Consent } | { ok: false; why: 'altered' | 'expired' }

interface Content extends Consent {
  expiresAt: number
  nonce: string
}

/**
 * The consent page carries its request as a signed ticket, so the answer cannot be altered, belongs to one user,
 * and showing the page writes nothing. The authorization code is derived from the ticket: allowing twice gives the
 * same code, whose hash the database keeps unique, so a ticket is good for one consent.
 */
export class ConsentTickets {
  readonly #key: Buffer
  readonly #clock: Clock

  /** @param secret the instance's master secret. */
  constructor(secret: Buffer, clock: Clock) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'charsu consent tickets', 32))
    this.#clock = clock
  }

  issue(consent: Consent): string {
    const content: Content = { ...consent, expiresAt: this.#clock.now() + TICKET_MS, nonce: randomUUID() }
    const payload = Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${payload}.${this.#mac('ticket', payload).toString('base64url')}`
  }

  open(ticket: string): OpenedTicket {
    const [payload = '', mac = ''] = ticket.split('.')
    const given = Buffer.from(mac, 'base64url')
    const expected = this.#mac('ticket', payload)
    const genuine = given.length === expected.length && timingSafeEqual(given, expected)
    if (!genuine) return { ok: false, why: 'altered' }
    // Ours, for the signature holds: its shape needs no check.
    const {
      expiresAt,
      nonce: _,
      ...consent
    } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Content
    return expiresAt > this.#clock.now() ? { ok: true, consent } : { ok: false, why: 'expired' }
  }

  /** The code that a genuine ticket leads to. */
  codeFor(ticket: string): string {
    const [payload = ''] = ticket.split('.')
    return `cc_${this.#mac('code', payload).toString('base64url')}`
  }

  #mac(purpose: 'ticket' | 'code', payload: string): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose} ${payload}`).digest()
  }
}
