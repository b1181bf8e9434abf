import type { ClickTarget } from '../buttons/click-target.ts'
import { UsageError } from './app-errors.ts'
import type { Entry, Handler } from './chain.ts'
import type { Topic } from './consent/subscriptions.ts'
import type { ActionContext } from './contexts/action-context.ts'
import type { AnyContext } from './contexts/any-context.ts'
import { narrowed } from './contexts/base-context.ts'
import type { SessionContext } from './contexts/session-context.ts'
import type { CommandContext, HeardContext, StartContext } from './contexts/text-contexts.ts'
import { type Filter, type Filters, filterTest } from './filters.ts'
import { targetReader } from './target-reader.ts'
import { commandMatcher, type Heard, type StartPlace, startMatcher, textMatcher } from './text-matchers.ts'

/** What an app does, and when: registered in order, under filters. */
export abstract class Handlers {
  protected readonly entries: Entry[] = []
  /** What handlers listen to: it is subscribed to, as far as consents allow. */
  protected readonly topics = new Set<Topic>()

  /**
   * Handles what passes the filter, such as `message:text`. The first handler that matches runs; `await next()` goes on
   * to the next one.
   *
   * @throws UsageError for a name that is no filter.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.on('message:text', (ctx) => console.log(ctx.from, ctx.text))
   * app.on(['message:image', 'chatbot:image'], (ctx) => console.log(ctx.image.link))
   * ```
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
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.hears(/visit/i, async (ctx) => {
   *   if (ctx.kind === 'message') await ctx.say('When does it suit you?')
   * })
   * ```
   */
  hears(heard: Heard | readonly Heard[], ...handlers: Handler<HeardContext>[]): this {
    const find = [heard].flat().map((one) => textMatcher(one as Heard))
    this.topics.add('messages')
    return this.#add('hears', handlers, (ctx) => {
      if ((ctx.kind !== 'message' && ctx.kind !== 'chatbot') || ctx.text === undefined) return undefined
      for (const match of find) {
        const found = match(ctx.text)
        if (found !== null) return narrowed(ctx, { match: found })
      }
      return undefined
    })
  }

  /**
   * Handles `/name` to the chatbot, in any casing; `ctx.rest` is what stands behind it.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.command('help', (ctx) => ctx.say('Write /start to begin.'))
   * ```
   */
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
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.start('MY_POST', (ctx) => ctx.say(`About your post ${ctx.postToken}`))
   * app.start((ctx) => ctx.say('Hello'))
   * ```
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
   *
   * @example
   * ```ts
   * import * as Type from 'typebox'
   * import { App, action, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * const pick = action('pick', Type.Object({ day: Type.String() }))
   * app.action(pick, (ctx) => ctx.toast(`See you on ${ctx.data.day}`))
   * ```
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
   *
   * @example
   * ```ts
   * import { App, appSettings, serverLink } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * const plan = serverLink('plan')
   * app.session(plan, (ctx) => ctx.open(`https://visits.example/plan/${ctx.postToken}`))
   * ```
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

  /**
   * Runs around everything that is registered after it: `await next()` goes on.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.use(async (ctx, next) => {
   *   const begun = Date.now()
   *   await next()
   *   console.log(ctx.kind, Date.now() - begun)
   * })
   * ```
   */
  use(...middleware: Handler<AnyContext>[]): this {
    return this.#add('use', middleware, (ctx) => ctx, true)
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
    for (const run of handlers) this.entries.push({ middleware, match, run: run as Handler<AnyContext> })
    return this
  }

  #listen(filter: string): void {
    if (filter === 'event' || /^(app_)?message/.test(filter)) this.topics.add('messages')
    if (filter === 'event' || filter.startsWith('post')) this.topics.add('posts')
  }
}
