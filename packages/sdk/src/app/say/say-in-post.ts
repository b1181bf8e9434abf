import type { Call, Speech } from '../services.ts'
import { nextKey } from './idempotency-key.ts'
import type { PostFaces, Said } from './said.ts'

/** Says something in a conversation about a post, under whichever consent allows it. */
export async function sayInPost(
  call: Call,
  where: Pick<Speech, 'conversationId' | 'postToken' | 'sellerId' | 'buyerId' | 'grantId'>,
  what: Said,
  faces: PostFaces,
): Promise<void> {
  await call.services.say({ ...where, what, faces, idempotencyKey: await nextKey(call) })
}
