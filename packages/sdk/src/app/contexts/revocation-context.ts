import type { UserAccessRevocationEvent } from '@charsu/protocol/events'
import type { Call } from '../services.ts'
import { BaseContext } from './base-context.ts'

/** A user took their consent back (wire contract §5); what was kept of it is deleted before handlers run. */
export class RevocationContext extends BaseContext {
  readonly kind = 'revocation' as const
  readonly userId: string

  /** @internal */
  constructor(call: Call, event: UserAccessRevocationEvent) {
    super(call)
    this.userId = event.user_access_revocation.user_id
  }

  protected override userIds(): readonly string[] {
    return [this.userId]
  }
}
