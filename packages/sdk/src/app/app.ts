import type { Client } from '../client/client.ts'
import type { UserClient } from '../client/user-client.ts'
import type { OAuth } from '../oauth/oauth.ts'
import { type HandlerError, UsageError } from './app-errors.ts'
import { type AppSettings, type CheckedSettings, checkSettings } from './app-settings.ts'
import { type AppParts, assemble } from './assemble.ts'
import type { ConsentHandler, ConsentHandlers } from './consent/consent-desk.ts'
import type { ConnectedContext, DeniedContext } from './contexts/connected-context.ts'
import { Handlers } from './handlers.ts'
import { route } from './route.ts'
import type { PostFaces, Said } from './say/said.ts'
import type { ConnectRequest, ScopeQuestion } from './services.ts'

/**
 * An app: say what to do when something happens, and give {@link App.fetch} to your server.
 *
 * @example
 * ```ts
 * import * as Type from 'typebox'
 * import { App, action, appSettings, grid } from '@charsu/sdk'
 *
 * const app = new App(appSettings(process.env))
 * const pick = action('pick', Type.Object({ day: Type.String() }))
 *
 * app.start(async (ctx) => {
 *   await ctx.say('Which day suits you?', {
 *     buttons: grid([[pick.button('Saturday', { day: 'sat' }), pick.button('Sunday', { day: 'sun' })]]),
 *   })
 * })
 * app.action(pick, (ctx) => ctx.toast(`See you on ${ctx.data.day}`))
 *
 * export default app
 * ```
 */
export class App extends Handlers {
  /** Calls the platform with the app's key. */
  readonly client: Client
  /** Consents of users, at a lower level. */
  readonly oauth: OAuth
  /** Under which path the platform's calls come, such as `/charsu`. */
  readonly basePath: string
  readonly #settings: CheckedSettings
  readonly #parts: AppParts
  readonly #consentHandlers: ConsentHandlers = { connected: undefined, denied: undefined }
  #boundary: ((error: HandlerError) => unknown) | undefined

  /** @throws SettingsError that names everything that is wrong. */
  constructor(settings: AppSettings) {
    super()
    this.#settings = checkSettings(settings)
    this.basePath = this.#settings.basePath
    this.#parts = assemble({
      settings: this.#settings,
      entries: this.entries,
      topics: this.topics,
      consentHandlers: this.#consentHandlers,
      caught: (error) => this.#caught(error),
      report: (error) => this.#report(error),
    })
    this.client = this.#parts.client
    this.oauth = this.#parts.oauth
  }

  /**
   * Answers a request. Works alone too: `export default app` is a server for Deno, Bun and workers, and adapters hand
   * requests of other servers over. It never throws.
   */
  readonly fetch = async (request: Request): Promise<Response> => {
    try {
      return await route({ ...this.#parts, settings: this.#settings }, request)
    } catch (error) {
      this.#report(error)
      return Response.json({ error: 'this app failed; its log says why' }, { status: 500 })
    }
  }

  /**
   * Told of everything that handlers throw, instead of `report`. The event is delivered again then, unless this returns
   * `'handled'`; after a click `error.ctx.toast` can say something to the person.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.catch((error) => {
   *   console.error(error.message, error.cause)
   *   if (error.ctx?.kind === 'action') error.ctx.toast('It did not work; try again.')
   * })
   * ```
   */
  catch(boundary: (error: HandlerError) => unknown): this {
    if (typeof boundary !== 'function') {
      throw new UsageError('app.catch() needs a handler', 'write app.catch((error) => { … })')
    }
    if (this.#boundary !== undefined) {
      throw new UsageError('app.catch() was called twice', 'call it once, and decide by error.kind in it')
    }
    this.#boundary = boundary
    return this
  }

  /**
   * Told when a person gave consent by a page of {@link App.connectUrl}. Return a response, such as `ctx.redirect(url)`;
   * otherwise they go to `returnTo`, or see that it worked.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.connected((ctx) => ctx.redirect(`https://visits.example/welcome/${ctx.userId}`))
   * ```
   */
  connected(handler: ConsentHandler<ConnectedContext>): this {
    return this.#setConsentHandler('connected', handler)
  }

  /**
   * Told when a person did not give consent. Return a response; otherwise they see that nothing was connected.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.denied(() => new Response('Then not; you can come back at any time.'))
   * ```
   */
  denied(handler: ConsentHandler<DeniedContext>): this {
    return this.#setConsentHandler('denied', handler)
  }

  /**
   * Address of the page that asks a person for consent, good for 10 minutes. Whoever consents there is kept as a grant,
   * and what the app listens to is subscribed to, as far as the scopes allow.
   *
   * @throws UsageError for scopes that do not exist, or an address that is none.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * const url = await app.connectUrl({ scopes: [scope.readAllConversations, scope.userId, scope.offline] })
   * console.log(url)
   * ```
   */
  connectUrl(request: ConnectRequest): Promise<string> {
    return this.#parts.consent.connectUrl(request)
  }

  /**
   * Sends a message into a conversation about a post when nothing came from there, as when a parcel was sent; in
   * handlers there is `ctx.say`. The same `idempotencyKey` sends once within 24 hours.
   *
   * @throws MissingGrantError when nobody allowed it: it names the scope to ask for.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * async function tell(conversationId: string, postToken: string, parcel: string): Promise<void> {
   *   const idempotencyKey = `sent-${parcel}`
   *   await app.say({ conversationId, postToken }, 'Your parcel is on its way.', { idempotencyKey })
   * }
   * await tell('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11', 'flat', 'P-7')
   * ```
   */
  async say(
    where: { conversationId: string; postToken?: string; sellerId?: string; buyerId?: string },
    what: Said,
    options: PostFaces & { idempotencyKey?: string } = {},
  ): Promise<void> {
    const { idempotencyKey = crypto.randomUUID(), ...faces } = options
    await this.#parts.speaker.say({ ...where, what, faces, idempotencyKey })
  }

  /**
   * Whether a consent for this scope is kept; for a scope about a user as such, of which user.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * console.log(await app.granted(scope.sendInPostConversations('flat')))
   * ```
   */
  granted(scope: string, userId?: string): Promise<boolean> {
    return this.#parts.grants.granted(question(scope, userId))
  }

  /**
   * A client under a consent that has this scope, or undefined where none is kept.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * const seller = await app.clientWith(scope.sendInPostConversations('flat'))
   * await seller?.sendEvent({ message: 'A visit is due tomorrow.' })
   * ```
   */
  clientWith(scope: string, userId?: string): Promise<UserClient | undefined> {
    return this.#parts.grants.clientWith(question(scope, userId))
  }

  /**
   * Renews tokens that run out soon, and the subscriptions that end with them. Call it every few minutes, as `serve` of
   * `@charsu/sdk/node` does by itself; on workers from a scheduled event. It does not throw for what may pass.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * export default {
   *   fetch: app.fetch,
   *   scheduled: () => app.renew(),
   * }
   * ```
   */
  renew(): Promise<void> {
    return this.#parts.renewal.renew()
  }

  #setConsentHandler<K extends keyof ConsentHandlers>(name: K, handler: ConsentHandlers[K]): this {
    if (typeof handler !== 'function') {
      throw new UsageError(`app.${name}() needs a handler`, `write app.${name}((ctx) => { … })`)
    }
    if (this.#consentHandlers[name] !== undefined) {
      throw new UsageError(`app.${name}() was called twice`, 'do everything in one handler')
    }
    this.#consentHandlers[name] = handler
    return this
  }

  async #caught(error: HandlerError): Promise<boolean> {
    if (this.#boundary === undefined) {
      this.#report(error)
      return false
    }
    try {
      return (await this.#boundary(error)) === 'handled'
    } catch (thrown) {
      this.#report(error)
      this.#report(thrown)
      return false
    }
  }

  #report(error: unknown): void {
    try {
      this.#settings.report(error instanceof Error ? error : new Error(String(error), { cause: error }))
    } catch {
      // There is nobody left to tell.
    }
  }
}

const question = (scope: string, userId: string | undefined): ScopeQuestion => ({
  scope,
  userIds: userId === undefined ? [] : [userId],
})
