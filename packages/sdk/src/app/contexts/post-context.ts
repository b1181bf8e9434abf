import type { PostUpdateEvent, PostUpdateType } from '@charsu/protocol/events'
import type { JsonObject } from '@charsu/protocol/json-object'
import type { FinderPost } from '@charsu/protocol/posts'
import type { Call } from '../services.ts'
import { BaseContext } from './base-context.ts'

/** A post of a user's changed (wire contract §5). */
export class PostContext extends BaseContext {
  readonly kind = 'post' as const
  readonly update: PostUpdateType
  readonly postToken: string
  /** The post as it is now; undefined after RETIRE and ARCHIVE, when nobody may see it. */
  readonly post: FinderPost | undefined
  /** What the subscription was made with. */
  readonly metadata: JsonObject

  /** @internal */
  constructor(call: Call, event: PostUpdateEvent) {
    super(call)
    const { type, post } = event.post_update
    this.update = type
    this.postToken = post.token
    this.post = 'state' in post ? post : undefined
    this.metadata = event.metadata
  }

  protected override userIds(): readonly string[] {
    const id = this.metadata.charsu_user_id
    return typeof id === 'string' ? [id] : []
  }
}
