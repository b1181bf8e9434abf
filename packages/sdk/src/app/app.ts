import type { ClickTarget } from '../buttons/click-target.ts'
import type { Client } from '../client/client.ts'
import type { UserClient } from '../client/user-client.ts'
import type { OAuth } from '../oauth/oauth.ts'
import { type HandlerError, UsageError } from './app-errors.ts'
import { type AppSettings, type CheckedSettings, checkSettings } from './app-settings.ts'
import { type AppParts, assemble } from './assemble.ts'
import type { Entry, Handler } from './chain.ts'
import type { ConsentHandler, ConsentHandlers } from './consent/consent-desk.ts'
import type { Topic } from './consent/subscriptions.ts'
import type { ActionContext } from './contexts/action-context.ts'
import type { AnyContext } from './contexts/any-context.ts'
import { narrowed } from './contexts/base-context.ts'
import type { ConnectedContext, DeniedContext } from './contexts/connected-context.ts'
import type { SessionContext } from './contexts/session-context.ts'
import type { CommandContext, HeardContext, StartContext } from './contexts/text-contexts.ts'
import { type Filter, type Filters, filterTest } from './filters.ts'
import { route } from './route.ts'
import type { PostFaces, Said } from './say/said.ts'
import type { ConnectRequest, ScopeQuestion } from './services.ts'
import { targetReader } from './target-reader.ts'
import { commandMatcher, type Heard, type StartPlace, startMatcher, textMatcher } from './text-matchers.ts'

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
export class App {
  /** Calls the platform with the app's key. */
  readonly client: Client
  /** Consents of users, at a lower level. */
  readonly oauth: OAuth
  /** Under which path the platform's calls come, such as `/charsu`. */
  readonly basePath: string
  readonly #settings: CheckedSettings
  readonly #parts: AppParts
  readonly #entries: Entry[] = []
  /** What handlers listen to: it is subscribed to, as far as consents allow. */
  readonly #topics = new Set<Topic>()
  readonly #consentHandlers: ConsentHandlers = { connected: undefined, denied: undefined }
  #boundary: ((error: HandlerError) => unknown) | undefined

  /** @throws SettingsError that names everything that is wrong. */
  constructor(settings: AppSettings) {
    this.#settings = checkSettings(settings)
    this.basePath = this.#settings.basePath
    this.#parts = assemble({
      settings: this.#settings,
      entries: this.#entries,
      topics: this.#topics,
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
   * Handles what passes the filter, such as `message:text`. The first handler that matches runs; `await next()` goes on
   * to the next one.
   *
   * @throws UsageError for a name that is no filter.
   */
  on<F extends Filter>(filter: F | readonly F[], ...handlers: Handler<Filters[F]>[]): this {
    const names = [filter].flat() as string[]
    const tests = names.map((name) => filterTest(name))
    for (const name of names) this.#listen(name)
    return this.#add('on', handlers, (ctx) => (tests.some((test) => test(ctx)) ? ctx : undefined))
  }

  /**
   * Handles what people write: a string is the whole text, a regular expression may match any part of it. In
   * conversations about posts and with the chatbot; `ctx.kind` tells which.
   */
  hears(heard: Heard | readonly Heard[], ...handlers: Handler<HeardContext>[]): this {
    const find = [heard].flat().map((one) => textMatcher(one as Heard))
    this.#topics.add('messages')
    return this.#add('hears', handlers, (ctx) => {
      if ((ctx.kind !== 'message' && ctx.kind !== 'chatbot') || ctx.text === undefined) return undefined
      for (const match of find) {
        const found = match(ctx.text)
        if (found !== null) return narrowed(ctx, { match: found })
      }
      return undefined
    })
  }

  /** Handles `/name` to the chatbot, in any casing; `ctx.rest` is what stands behind it. */
  command(name: string, ...handlers: Handler<CommandContext>[]): this {
    const find = commandMatcher(name)
    return this.#add('command', handlers, (ctx) => {
      const rest = ctx.kind === 'chatbot' && ctx.text !== undefined ? find(ctx.text) : undefined
      return rest === undefined ? undefined : narrowed(ctx, { rest })
    })
  }

  /**
   * Handles how a conversation with the chatbot begins: from a place of the marketplace's pages (wire contract §9), or
   * from any, a plain `/start` included. `ctx.postToken` or `ctx.chatConversationId` is what it is about.
   */
  start<P extends StartPlace>(place: P, ...handlers: Handler<StartContext<P>>[]): this
  start(...handlers: Handler<StartContext<StartPlace | undefined>>[]): this
  start(...given: (string | Handler<never>)[]): this {
    const [first] = given
    const find = startMatcher(typeof first === 'string' ? first : undefined)
    const handlers = given.filter((one) => typeof one === 'function')
    return this.#add('start', handlers, (ctx): AnyContext | undefined => {
      const start = ctx.kind === 'chatbot' && ctx.text !== undefined ? find(ctx.text) : undefined
      return start && narrowed(ctx, start)
    })
  }

  /**
   * Handles clicks on the buttons that this action drew; `ctx.data` is their payload. By its name alone where the buttons
   * are drawn elsewhere: `ctx.data` is all that the button carries then.
   */
  action<Data>(target: ClickTarget<'action', Data>, ...handlers: Handler<ActionContext<Data>>[]): this
  action(name: string, ...handlers: Handler<ActionContext>[]): this
  action(target: string | ClickTarget<'action'>, ...handlers: Handler<never>[]): this {
    const read = targetReader('action', target)
    return this.#add('action', handlers, (ctx): AnyContext | undefined => {
      const found = ctx.kind === 'action' ? read(ctx.data) : undefined
      return found && narrowed(ctx, found)
    })
  }

  /**
   * Handles clicks on the buttons that this server link drew, or that carry its name; answer with `ctx.open(url)`.
   */
  session<Data>(target: ClickTarget<'session', Data>, ...handlers: Handler<SessionContext<Data>>[]): this
  session(name: string, ...handlers: Handler<SessionContext>[]): this
  session(target: string | ClickTarget<'session'>, ...handlers: Handler<never>[]): this {
    const read = targetReader('session', target)
    return this.#add('session', handlers, (ctx): AnyContext | undefined => {
      const found = ctx.kind === 'session' ? read(ctx.data) : undefined
      return found && narrowed(ctx, found)
    })
  }

  /** Runs around everything that is registered after it: `await next()` goes on. */
  use(...middleware: Handler<AnyContext>[]): this {
    return this.#add('use', middleware, (ctx) => ctx, true)
  }

  /**
   * Told of everything that handlers throw, instead of `report`. The event is delivered again then, unless this returns
   * `'handled'`; after a click `error.ctx.toast` can say something to the person.
   */
  catch(boundary: (error: HandlerError) => unknown): this {
    if (this.#boundary !== undefined) {
      throw new UsageError('app.catch() was called twice', 'call it once, and decide by error.kind in it')
    }
    this.#boundary = boundary
    return this
  }

  /**
   * Told when a person gave consent by a page of {@link App.connectUrl}. Return a response, such as `ctx.redirect(url)`;
   * otherwise they go to `returnTo`, or see that it worked.
   */
  connected(handler: ConsentHandler<ConnectedContext>): this {
    return this.#setConsentHandler('connected', handler)
  }

  /** Told when a person did not give consent. Return a response; otherwise they see that nothing was connected. */
  denied(handler: ConsentHandler<DeniedContext>): this {
    return this.#setConsentHandler('denied', handler)
  }

  /**
   * Address of the page that asks a person for consent, good for 10 minutes. Whoever consents there is kept as a grant,
   * and what the app listens to is subscribed to, as far as the scopes allow.
   *
   * @throws UsageError for scopes that do not exist, or an address that is none.
   */
  connectUrl(request: ConnectRequest): Promise<string> {
    return this.#parts.consent.connectUrl(request)
  }

  /**
   * Sends a message into a conversation about a post when nothing came from there, as when a parcel was sent; in
   * handlers there is `ctx.say`. The same `idempotencyKey` sends once within 24 hours.
   *
   * @throws MissingGrantError when nobody allowed it: it names the scope to ask for.
   */
  async say(
    where: { conversationId: string; postToken?: string; sellerId?: string; buyerId?: string },
    what: Said,
    options: PostFaces & { idempotencyKey?: string } = {},
  ): Promise<void> {
    const { idempotencyKey = crypto.randomUUID(), ...faces } = options
    await this.#parts.speaker.say({ ...where, what, faces, idempotencyKey })
  }

  /** Whether a consent for this scope is kept; for a scope about a user as such, of which user. */
  granted(scope: string, userId?: string): Promise<boolean> {
    return this.#parts.grants.granted(question(scope, userId))
  }

  /** A client under a consent that has this scope, or undefined where none is kept. */
  clientWith(scope: string, userId?: string): Promise<UserClient | undefined> {
    return this.#parts.grants.clientWith(question(scope, userId))
  }

  /**
   * Renews tokens that run out soon, and the subscriptions that end with them. Call it every few minutes, as `serve` of
   * `@charsu/sdk/node` does by itself; on workers from a scheduled event. It does not throw for what may pass.
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

  #listen(filter: string): void {
    if (filter === 'event' || /^(app_)?message/.test(filter)) this.#topics.add('messages')
    if (filter === 'event' || filter.startsWith('post')) this.#topics.add('posts')
  }

  /** What `match` gives is what the handlers take: the public signatures see to it. */
  #add(
    method: string,
    handlers: readonly Handler<never>[],
    match: (ctx: AnyContext) => AnyContext | undefined,
    middleware = false,
  ): this {
    if (handlers.length === 0 || !handlers.every((handler) => typeof handler === 'function')) {
      throw new UsageError(`app.${method}() needs a handler`, `write app.${method}(…, (ctx) => { … })`)
    }
    for (const run of handlers) this.#entries.push({ middleware, match, run: run as Handler<AnyContext> })
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
