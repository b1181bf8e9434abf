import { parseScopeList } from '@charsu/protocol/scopes'
import { urlFault } from '@charsu/protocol/web-link'
import type { OAuth } from '../../oauth/oauth.ts'
import { pkcePair } from '../../oauth/pkce.ts'
import { scope } from '../../oauth/scope.ts'
import type { Grant } from '../../stores/grant-store.ts'
import { CallRefusedError, HandlerError, UsageError } from '../app-errors.ts'
import type { CheckedSettings } from '../app-settings.ts'
import { ConnectedContext, DeniedContext } from '../contexts/connected-context.ts'
import type { ConnectRequest } from '../services.ts'
import {
  type CookiePlace,
  clearCookie,
  type Journey,
  MAX_TICKET_LENGTH,
  readCookie,
  setCookie,
} from './connect-cookie.ts'
import { type ConsentText, consentPage } from './consent-pages.ts'
import { base64url, openTicket, sealTicket, TICKET_MS, type Ticket } from './ticket.ts'

/** What a handler of a consent may answer: a response of its own, or nothing for the usual one. */
export type ConsentHandler<C> = (ctx: C) => unknown

export interface ConsentHandlers {
  connected: ConsentHandler<ConnectedContext> | undefined
  denied: ConsentHandler<DeniedContext> | undefined
}

export interface ConsentDeps {
  settings: CheckedSettings
  oauth: OAuth
  handlers: ConsentHandlers
  subscribe(grant: Grant): Promise<void>
  caught(error: HandlerError): Promise<boolean>
  report(error: unknown): void
}

interface GivenAnswer {
  answer: Promise<Response>
  /** Milliseconds since 1970. */
  until: number
}

/** How long a browser may ask again with the cookie that the answer takes from it. */
const ASKED_AGAIN_MS = 60_000

/** Sends people to the consent page and takes them back (wire contract §7). */
export class ConsentDesk {
  readonly #deps: ConsentDeps
  readonly #place: CookiePlace
  /** By state, the oldest first. */
  readonly #answers = new Map<string, GivenAnswer>()

  constructor(deps: ConsentDeps) {
    this.#deps = deps
    const { publicUrl, basePath } = deps.settings
    const url = new URL(`${publicUrl}${basePath}/callback`)
    this.#place = { path: url.pathname, secure: url.protocol === 'https:' }
  }

  /** @throws UsageError for what nobody could be asked for. */
  async connectUrl(request: ConnectRequest): Promise<string> {
    checkRequest(request)
    const { clientSecret, publicUrl, basePath, time } = this.#deps.settings
    const { scopes, side, userId, note, returnTo } = request
    const expiresAt = time.now() + TICKET_MS
    const ticket = await sealTicket(clientSecret, { scopes, side, userId, note, returnTo, expiresAt })
    if (ticket.length > MAX_TICKET_LENGTH) {
      throw new UsageError(
        'connectUrl: scopes, note and returnTo together are too long for a browser to keep',
        'ask for fewer scopes at once, or shorten the note',
      )
    }
    return `${publicUrl}${basePath}/connect?ticket=${ticket}`
  }

  /** The page of a connect link: it binds the answer to this browser and goes on to the consent page. */
  async connect(request: Request): Promise<Response> {
    const { settings, oauth } = this.#deps
    const text = new URL(request.url).searchParams.get('ticket') ?? ''
    const ticket = await openTicket(settings.clientSecret, text, settings.time.now())
    if (ticket === 'forged' || ticket === 'expired') return this.#page(request, 'stale', 400)
    const state = base64url(crypto.getRandomValues(new Uint8Array(32)))
    const { codeVerifier, codeChallenge } = await pkcePair()
    return new Response(null, {
      status: 303,
      headers: {
        location: oauth.consentUrl({ scopes: ticket.scopes, state, codeChallenge }),
        'set-cookie': setCookie({ state, codeVerifier, ticket: text }, this.#place),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
    })
  }

  /** Where the consent page sends the browser back to. */
  async callback(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams
    const state = query.get('state') ?? ''
    const journey = await readCookie(request.headers.get('cookie'), state)
    if (journey === undefined) return this.#page(request, 'foreign', 400)
    // A browser that asks twice gets one answer twice: a code works once, and a second try revokes what it gave.
    const now = this.#deps.settings.time.now()
    for (const [older, { until }] of this.#answers) {
      if (until > now) break
      this.#answers.delete(older)
    }
    const given = this.#answers.get(state)
    if (given !== undefined) return (await given.answer).clone()
    const answer = this.#takeBack(request, query, journey)
    this.#answers.set(state, { answer, until: now + ASKED_AGAIN_MS })
    try {
      const response = await answer
      if (response.status >= 400) this.#answers.delete(state)
      return response.clone()
    } catch (error) {
      this.#answers.delete(state)
      throw error
    }
  }

  async #takeBack(request: Request, query: URLSearchParams, journey: Journey): Promise<Response> {
    const { settings } = this.#deps
    // The person may have looked at the consent page for a while.
    const now = settings.time.now() - TICKET_MS
    const ticket = await openTicket(settings.clientSecret, journey.ticket, now)
    if (ticket === 'forged' || ticket === 'expired') return this.#page(request, 'stale', 400)
    const response = await this.#answer(request, query, journey, ticket)
    const headers = new Headers(response.headers)
    headers.append('set-cookie', clearCookie(journey.state, this.#place))
    return new Response(response.body, { status: response.status, headers })
  }

  async #answer(
    request: Request,
    query: URLSearchParams,
    journey: Journey,
    ticket: Ticket,
  ): Promise<Response> {
    const code = query.get('code')
    if (code === null) return this.#notGiven(request, query, ticket)
    try {
      const grant = await this.#deps.oauth.exchange(code, {
        side: ticket.side,
        codeVerifier: journey.codeVerifier,
        scopes: ticket.scopes,
      })
      if (ticket.userId !== undefined && grant.userId !== ticket.userId) {
        await this.#deps.settings.grants.delete(grant.id)
        return this.#page(request, 'somebody_else', 403)
      }
      await this.#forgetOlder(grant)
      await this.#deps.subscribe(grant)
      return await this.#connected(request, grant, ticket)
    } catch (error) {
      await this.#deps.caught(new HandlerError({ kind: 'consent', id: 'connect', ctx: undefined }, error))
      return this.#page(request, 'failed', 502)
    }
  }

  async #connected(request: Request, grant: Grant, { note, returnTo }: Ticket): Promise<Response> {
    const client = this.#deps.oauth.client(grant.id)
    const ctx = new ConnectedContext({ grant, client, note, returnTo })
    const answer = await this.#deps.handlers.connected?.(ctx)
    if (answer instanceof Response) return answer
    return returnTo === undefined ? this.#page(request, 'connected', 200) : ctx.redirect(returnTo)
  }

  async #notGiven(request: Request, query: URLSearchParams, { note, returnTo }: Ticket): Promise<Response> {
    const error = query.get('error') ?? 'no code and no error'
    if (error !== 'access_denied') {
      const why = query.get('error_description') ?? 'it did not say why'
      this.#deps.report(
        new CallRefusedError(
          400,
          `consent was not asked for: ${error.slice(0, 60)}, ${why.slice(0, 300)}`,
          'ask only for scopes that the app may have',
        ),
      )
      return this.#page(request, 'failed', 400)
    }
    try {
      const answer = await this.#deps.handlers.denied?.(new DeniedContext({ note, returnTo }))
      if (answer instanceof Response) return answer
    } catch (thrown) {
      await this.#deps.caught(new HandlerError({ kind: 'consent', id: 'denied', ctx: undefined }, thrown))
    }
    return this.#page(request, 'denied', 200)
  }

  /** A new consent leaves earlier tokens valid; those of which nothing is missing now would pile up. */
  async #forgetOlder(grant: Grant): Promise<void> {
    if (grant.userId === undefined) return
    const { grants } = this.#deps.settings
    for (const older of await grants.ofUser(grant.userId)) {
      const covered = older.scopes.every((one) => grant.scopes.includes(one))
      if (older.id !== grant.id && covered && older.side === grant.side) await grants.delete(older.id)
    }
  }

  #page(request: Request, text: ConsentText, status: number): Response {
    return consentPage(text, status, request.headers.get('accept-language'))
  }
}

function checkRequest({ scopes, returnTo, userId, side }: ConnectRequest): void {
  if (!Array.isArray(scopes)) {
    throw new UsageError('connectUrl: scopes must be a list', 'give scopes: [scope.userId, …]')
  }
  const read = parseScopeList(scopes.join(' '))
  if (!read.ok) throw new UsageError(`connectUrl: ${read.messages.join('; ')}`, 'take them from scope')
  if (read.scopes.length === 0) {
    throw new UsageError('connectUrl: there is nothing to ask for', 'give scopes: [scope.userId, …]')
  }
  if (userId !== undefined && !scopes.includes(scope.userId)) {
    throw new UsageError(
      'connectUrl: who consents is seen only with the scope USER_ID',
      'add scope.userId to the scopes, or leave userId out',
    )
  }
  if (side !== undefined && side !== 'seller' && side !== 'buyer') {
    throw new UsageError(`connectUrl: side is ${String(side)}`, "write side: 'seller' or side: 'buyer'")
  }
  const fault = returnTo === undefined ? undefined : urlFault(returnTo)
  if (fault !== undefined) {
    throw new UsageError(`connectUrl: returnTo ${fault}`, 'give the whole address, with https://')
  }
}
