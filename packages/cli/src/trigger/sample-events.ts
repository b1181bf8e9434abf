import {
  POST_UPDATE_TYPES,
  PostUpdateEvent,
  type PostUpdateType,
  postUpdateEvent,
  UserAccessRevocationEvent,
  userAccessRevocationEvent,
} from '@charsu/protocol/events'
import { OlderMessageEvent, olderMessageEvent } from '@charsu/protocol/older-message-event'
import { PaymentTransactionEvent, paymentTransactionEvent } from '@charsu/protocol/payment-transaction'
import type { FinderPost } from '@charsu/protocol/posts'
import { SAMPLE_USERS } from './sample-users.ts'
import type { SamplePlace, Trigger } from './trigger.ts'

const UPDATES: Readonly<Record<PostUpdateType, { summary: string; state: FinderPost['state'] }>> = {
  PUBLISH: { summary: 'a seller’s post was published, or changed while it is', state: 'PUBLISHED' },
  RETIRE: { summary: 'a published post was taken down', state: 'RETIRED' },
  ONGOING: { summary: 'a post changed that is not published yet', state: 'REVIEW_REQ' },
  ARCHIVE: { summary: 'a post was removed before it was published', state: 'RETIRED' },
}

const post = ({ postToken, now }: SamplePlace, state: FinderPost['state']): FinderPost => ({
  token: postToken,
  state,
  category: 'apartment-sell',
  city: 'tehran',
  district: 'vanak',
  data: { title: 'A bright flat of 85 m²', description: 'Second floor, with a lift.' },
  first_published_at: new Date(now).toISOString(),
  chat_enabled: true,
})

/** Events other than messages. */
export const EVENT_TRIGGERS: readonly Trigger[] = [
  {
    name: 'user-access-revocation',
    summary: 'a user takes the consent back',
    call: 'event',
    schema: UserAccessRevocationEvent,
    sample: () => userAccessRevocationEvent(SAMPLE_USERS.seller),
  },
  ...POST_UPDATE_TYPES.map(
    (type): Trigger => ({
      name: `post-update:${type.toLowerCase()}`,
      summary: UPDATES[type].summary,
      call: 'event',
      schema: PostUpdateEvent,
      sample: (place) => postUpdateEvent({}, type, post(place, UPDATES[type].state)),
    }),
  ),
  {
    name: 'payment-transaction',
    summary: 'a payment of the app was completed; Charsu never sends it, Kenar does',
    call: 'event',
    schema: PaymentTransactionEvent,
    sample: ({ newId, slug, now }) =>
      paymentTransactionEvent({
        id: newId(),
        app_slug: slug,
        state: 'TRANSACTION_STATE_COMPLETED',
        type: 'TRANSACTION_TYPE_RENEW',
        cost_rials: '350000',
        created_at: new Date(now).toISOString(),
      }),
  },
  {
    name: 'chat-message',
    summary: 'a buyer’s text in the payload of the older subscription',
    call: 'event',
    schema: OlderMessageEvent,
    sample: ({ newId, postToken, now }) =>
      olderMessageEvent({
        id: newId(),
        text: 'Hello, is it still available?',
        sentAt: now * 1000,
        supplierId: SAMPLE_USERS.seller,
        demandId: SAMPLE_USERS.buyer,
        bySupplier: false,
        metadata: { title: 'A bright flat of 85 m²', category: 'apartment-sell', post_token: postToken },
      }),
  },
]
