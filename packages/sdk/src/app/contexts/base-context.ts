import type { Client } from '../../client/client.ts'
import type { UserClient } from '../../client/user-client.ts'
import type { Call, ConnectRequest } from '../services.ts'

/** What every context has. */
export abstract class BaseContext {
  /** Names the event or click: the `webhook-id` where one came, the same each time it is delivered. */
  readonly id: string
  /** The body as it came. */
  readonly raw: unknown
  /** Calls the platform with the app's key. */
  readonly client: Client
  protected readonly call: Call

  /** @internal */
  constructor(call: Call) {
    this.id = call.id
    this.raw = call.raw
    this.client = call.services.client
    this.call = call
  }

  /** Users of whom is known that this is about them. */
  protected abstract userIds(): readonly string[]

  /**
   * Whether a consent for this scope is kept. A scope that is about a user as such, like USER_ID, counts only from a
   * user whom this context knows.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.on('message', async (ctx) => {
   *   if (await ctx.granted(scope.sendInPostConversations(ctx.postToken))) await ctx.say('Good evening')
   * })
   * ```
   */
  granted(scope: string): Promise<boolean> {
    return this.call.services.granted({ scope, userIds: this.userIds() })
  }

  /**
   * A client under a consent that has this scope, or undefined where none is kept; see {@link granted}.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.on('message', async (ctx) => {
   *   const seller = await ctx.clientWith(scope.sendInPostConversations(ctx.postToken))
   *   await seller?.sendEvent({ message: 'Somebody wrote to you.' })
   * })
   * ```
   */
  clientWith(scope: string): Promise<UserClient | undefined> {
    return this.call.services.clientWith({ scope, userIds: this.userIds() })
  }

  /**
   * Address of the page that asks a person for consent, good for 10 minutes: for a link, or to open.
   *
   * @example
   * ```ts
   * import { App, appSettings, grid, link, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.start('MY_POST', async (ctx) => {
   *   const url = await ctx.connectUrl({ scopes: [scope.sendInPostConversations(ctx.postToken), scope.offline] })
   *   await ctx.say('May I answer for you?', { buttons: grid([[link('Decide', url)]]) })
   * })
   * ```
   */
  connectUrl(request: ConnectRequest): Promise<string> {
    return this.call.services.connectUrl(request)
  }
}

/** The context with more known of it; what it shares with the first, such as an answer, stays shared. */
export function narrowed<C extends BaseContext, Extra extends object>(ctx: C, extra: Extra): C & Extra {
  return Object.assign(Object.create(Object.getPrototypeOf(ctx)), ctx, extra)
}
