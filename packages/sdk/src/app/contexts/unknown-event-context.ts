import type { JsonObject } from '@charsu/protocol/json-object'
import type { Call } from '../services.ts'
import { BaseContext } from './base-context.ts'

/** An event of a type that this version of the SDK does not know, or of the older subscriptions. */
export class UnknownEventContext extends BaseContext {
  readonly kind = 'unknown' as const
  /** As the platform names it. */
  readonly type: string
  readonly body: JsonObject

  /** @internal */
  constructor(call: Call, type: string, body: JsonObject) {
    super(call)
    this.type = type
    this.body = body
  }

  protected override userIds(): readonly string[] {
    return []
  }
}
