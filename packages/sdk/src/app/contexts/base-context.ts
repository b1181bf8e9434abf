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
   */
  granted(scope: string): Promise<boolean> {
    return this.call.services.granted({ scope, userIds: this.userIds() })
  }

  /** A client under a consent that has this scope, or undefined where none is kept; see {@link granted}. */
  clientWith(scope: string): Promise<UserClient | undefined> {
    return this.call.services.clientWith({ scope, userIds: this.userIds() })
  }

  /** Address of the page that asks a person for consent, good for 10 minutes: for a link, or to open. */
  connectUrl(request: ConnectRequest): Promise<string> {
    return this.call.services.connectUrl(request)
  }
}

/** The context with more known of it; what it shares with the first, such as an answer, stays shared. */
export function narrowed<C extends BaseContext, Extra extends object>(ctx: C, extra: Extra): C & Extra {
  return Object.assign(Object.create(Object.getPrototypeOf(ctx)), ctx, extra)
}
