import * as Type from 'typebox'

const Party = Type.Object({ id: Type.String(), is_supply: Type.Boolean() })

/** What the older subscription to a post's conversations sends (wire contract §4). */
export const OlderMessageEvent = Type.Object({
  type: Type.Literal('CHAT_MESSAGE'),
  /** Microseconds since 1970, as `sent_at`. */
  timestamp: Type.Integer(),
  payload: Type.Object({
    id: Type.String(),
    type: Type.Literal('TEXT'),
    data: Type.Object({ text: Type.String() }),
    sender: Party,
    receiver: Party,
    metadata: Type.Object({ title: Type.String(), category: Type.String(), post_token: Type.String() }),
    sent_at: Type.Integer({ description: 'microseconds since 1970' }),
  }),
})

export type OlderMessageEvent = Type.Static<typeof OlderMessageEvent>

/** The post as it was when the subscription was made. */
export type OlderMessageMetadata = OlderMessageEvent['payload']['metadata']

export interface OlderMessageFacts {
  id: string
  text: string
  /** Microseconds since 1970. */
  sentAt: number
  /** The post's owner and the other side, by the app's own ids for them. */
  supplierId: string
  demandId: string
  bySupplier: boolean
  metadata: OlderMessageMetadata
}

/** A text message in the older form. */
export function olderMessageEvent(facts: OlderMessageFacts): OlderMessageEvent {
  const supplier = { id: facts.supplierId, is_supply: true }
  const demand = { id: facts.demandId, is_supply: false }
  const [sender, receiver] = facts.bySupplier ? [supplier, demand] : [demand, supplier]
  return {
    type: 'CHAT_MESSAGE',
    timestamp: facts.sentAt,
    payload: {
      id: facts.id,
      type: 'TEXT',
      data: { text: facts.text },
      sender,
      receiver,
      metadata: facts.metadata,
      sent_at: facts.sentAt,
    },
  }
}
