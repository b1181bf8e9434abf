import type { ClickTarget } from '../buttons/click-target.ts'
import { Client } from '../client/client.ts'
import type { UserClient } from '../client/user-client.ts'
import { OAuth } from '../oauth/oauth.ts'
import { notFoundAnswer } from './answer.ts'
import { type HandlerError, UsageError } from './app-errors.ts'
import { type AppSettings, type CheckedSettings, checkSettings } from './app-settings.ts'
import type { Entry, Handler } from './chain.ts'
import type { ActionContext } from './contexts/action-context.ts'
import type { AnyContext } from './contexts/any-context.ts'
import { narrowed } from './contexts/base-context.ts'
import type { ChatbotContext } from './contexts/chatbot-context.ts'
import type { MessageContext } from './contexts/message-context.ts'
import type { SessionContext } from './contexts/session-context.ts'
import { type Filter, type Filters, filterTest, type Saying } from './filters.ts'
import { GrantDesk } from './grant-desk.ts'
import { Receiver } from './receiver.ts'
import { PostSpeaker } from './say/post-speaker.ts'
import type { Services } from './services.ts'
import { targetReader } from './target-reader.ts'
import { commandMatcher, type Heard, type StartPlace, startMatcher, textMatcher } from './text-matchers.ts'

/** What `app.hears` found, in either kind of conversation; `kind` tells which. */
export type HeardContext = (Saying<MessageContext, 'text'> | Saying<ChatbotContext, 'text'>) & {
  /** What was found, as `String.match` gives it: the whole, then the groups. */
  readonly match: RegExpMatchArray
}

/** A command to the chatbot. */
export type CommandContext = Saying<ChatbotContext, 'text'> & {
  /** What stands behind the command. */
  readonly rest: string
}

/** A start from this place, with what it is about. */
export type StartContext<Place extends StartPlace | undefined> = Place extends StartPlace | undefined
  ? CommandContext & { readonly place: Place } & (Place extends 'MY_POST' | 'DEMAND_POST'
        ? { readonly postToken: string }
        : Place extends 'CHAT'
          ? { readonly chatConversationId: string }
          : unknown)
  : never

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
  readonly #settings: CheckedSettings
  readonly #entries: Entry[] = []
  readonly #receiver: Receiver
  readonly #grants: GrantDesk
  #boundary: ((error: HandlerError) => unknown) | undefined

  /** @throws SettingsError that names everything that is wrong. */
  constructor(settings: AppSettings) {
    const checked = checkSettings(settings)
    this.#settings = checked
    const { apiKey, charsuUrl: baseUrl, fetch, time, grants, clientId, clientSecret } = checked
    const clientSettings = { apiKey, baseUrl, fetch, time }
    this.client = new Client(clientSettings)
    this.oauth = new OAuth({
      ...clientSettings,
      clientId,
      clientSecret,
      redirectUri: `${checked.publicUrl}${checked.basePath}/callback`,
      grants,
    })
    const clientOf = (grantId: string): UserClient => this.oauth.client(grantId)
    this.#grants = new GrantDesk({ grants, clientOf })
    const speaker = new PostSpeaker({ grants, clientOf })
    const services: Services = {
      client: this.client,
      say: (speech) => speaker.say(speech),
      granted: (question) => this.#grants.granted(question),
      clientWith: (question) => this.#grants.clientWith(question),
      connectUrl: () => Promise.reject(new Error('not built yet')),
    }
    this.#receiver = new Receiver({
      settings: checked,
      services,
      entries: this.#entries,
      caught: (error) => this.#caught(error),
      report: (error) => this.#report(error),
      forgetUser: (userId) => this.#grants.forgetUser(userId),
    })
  }

  /**
   * Answers a request. Works alone too: `export default app` is a server for Deno, Bun and workers, and adapters hand
   * requests of other servers over. It never throws.
   */
  readonly fetch = async (request: Request): Promise<Response> => {
    try {
      return await this.#route(request)
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
    const tests = [filter].flat().map((name) => filterTest(name as string))
    return this.#add('on', handlers, (ctx) => (tests.some((test) => test(ctx)) ? ctx : undefined))
  }

  /**
   * Handles what people write: a string is the whole text, a regular expression may match any part of it. In
   * conversations about posts and with the chatbot; `ctx.kind` tells which.
   */
  hears(heard: Heard | readonly Heard[], ...handlers: Handler<HeardContext>[]): this {
    const find = [heard].flat().map((one) => textMatcher(one as Heard))
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

  async #route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const { basePath, fallback } = this.#settings
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) {
      return fallback === undefined ? notFoundAnswer() : fallback(request)
    }
    switch (pathname.slice(basePath.length)) {
      case '/events':
        return onlyPost(request, () => this.#receiver.event(request))
      case '/actions':
        return onlyPost(request, () => this.#receiver.action(request))
      case '/sessions':
        return onlyPost(request, () => this.#receiver.session(request))
      case '':
      case '/':
        return this.#about()
      default:
        return notFoundAnswer()
    }
  }

  #about(): Response {
    const { clientId, publicUrl, basePath } = this.#settings
    const at = (path: string): string => `${publicUrl}${basePath}/${path}`
    return Response.json({
      app: clientId,
      made_with: '@charsu/sdk',
      events_url: at('events'),
      session_initialization_url: at('sessions'),
      dynamic_action_url: at('actions'),
      redirect_uri: at('callback'),
    })
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

async function onlyPost(request: Request, take: () => Promise<Response>): Promise<Response> {
  if (request.method === 'POST') return take()
  return Response.json(
    { error: 'the platform calls this address with POST; people have nothing to see here' },
    { status: 405, headers: { allow: 'POST' } },
  )
}
