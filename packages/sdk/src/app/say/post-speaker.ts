import { matchesScope } from '@charsu/protocol/scopes'
import type { SendMessageBody } from '../../client/bodies.ts'
import type { UserClient } from '../../client/user-client.ts'
import { scope } from '../../oauth/scope.ts'
import type { Grant, GrantStore } from '../../stores/grant-store.ts'
import { MissingGrantError } from '../app-errors.ts'
import { isRefusedConsent } from '../refused-consent.ts'
import type { Speech } from '../services.ts'
import { sentOnce } from './say-as-chatbot.ts'

/** A consent under which something can be said, and as whom it goes out. */
interface Voice {
  grant: Grant
  side: 'seller' | 'buyer' | undefined
}

/** Sends messages into conversations about posts, each under a consent that allows it. */
export class PostSpeaker {
  readonly #grants: GrantStore
  readonly #clientOf: (grantId: string) => UserClient

  constructor(deps: { grants: GrantStore; clientOf: (grantId: string) => UserClient }) {
    this.#grants = deps.grants
    this.#clientOf = deps.clientOf
  }

  /** @throws MissingGrantError when no consent allows it, RefusedError or NoAnswerError of the last that was tried. */
  async say(speech: Speech): Promise<void> {
    const voices = await this.#voices(speech)
    let refusal: unknown
    for (const { grant, side } of voices) {
      try {
        const client = this.#clientOf(grant.id)
        const options = { idempotencyKey: speech.idempotencyKey }
        return await sentOnce(client.sendMessage(speech.conversationId, bodyOf(speech, side), options))
      } catch (error) {
        // It was taken back, or has run out: another may still be good.
        if (!isRefusedConsent(error)) throw error
        refusal ??= error
      }
    }
    throw refusal ?? missing(speech)
  }

  /** Consents that allow it, those whose side is asked for, or else the seller's, first. */
  async #voices(speech: Speech): Promise<Voice[]> {
    const found = await this.#grants.withAnyScope(scopesOf(speech))
    const ofSeller = speech.sellerId === undefined ? [] : await this.#grants.ofUser(speech.sellerId)
    const heardBy = speech.grantId === undefined ? undefined : await this.#grants.get(speech.grantId)
    const forAll = [...ofSeller, ...(heardBy ? [heardBy] : [])].filter(({ scopes }) =>
      matchesScope(scopes, scope.sendInAllConversations),
    )
    const all = new Map([...found, ...forAll].map((grant) => [grant.id, grant]))
    const wanted = speech.faces.as ?? 'seller'
    const hasFaces = speech.faces.seller !== undefined || speech.faces.buyer !== undefined
    const voices = [...all.values()].map((grant) => ({ grant, side: sideOf(grant, speech) }))
    const usable = voices.filter(({ side }) => {
      if (speech.faces.as !== undefined) return side === speech.faces.as
      return side !== undefined || !hasFaces
    })
    if (usable.length === 0 && voices.length > 0) throw unknownSide(speech)
    // The newest is the likeliest to be alive.
    return usable.reverse().sort((a, b) => Number(b.side === wanted) - Number(a.side === wanted))
  }
}

function scopesOf({ conversationId, postToken }: Speech): string[] {
  const ofPost = postToken === undefined ? [] : [scope.sendInPostConversations(postToken)]
  return [...ofPost, scope.sendMessage(conversationId)]
}

/** Scopes of posts are their owners'; for those of a conversation somebody has to know. */
function sideOf(grant: Grant, speech: Speech): Voice['side'] {
  const ofSeller =
    (speech.postToken !== undefined &&
      matchesScope(grant.scopes, scope.sendInPostConversations(speech.postToken))) ||
    matchesScope(grant.scopes, scope.sendInAllConversations)
  if (ofSeller) return 'seller'
  if (grant.userId !== undefined && grant.userId === speech.sellerId) return 'seller'
  if (grant.userId !== undefined && grant.userId === speech.buyerId) return 'buyer'
  return grant.side
}

/** It goes out as the consent's user, who is the sender, so grids are turned to fit. */
function bodyOf({ what, faces }: Speech, side: Voice['side']): SendMessageBody {
  const [sender, receiver] = side === 'buyer' ? [faces.buyer, faces.seller] : [faces.seller, faces.buyer]
  return {
    ...(typeof what === 'string' ? { message: what } : { media_token: what.mediaToken }),
    ...(sender && { sender_buttons: sender }),
    ...(receiver && { receiver_buttons: receiver }),
  }
}

function missing(speech: Speech): MissingGrantError {
  const scopes = [...scopesOf(speech), scope.sendInAllConversations]
  return new MissingGrantError(
    `nobody allowed this app to write in the conversation ${speech.conversationId}`,
    scopes,
    `ask the seller for ${scopes.join(' or ')}: send them to the address that ctx.connectUrl({ scopes: [${writtenAs(speech)}, scope.offline] }) gives`,
  )
}

function unknownSide(speech: Speech): MissingGrantError {
  const { as } = speech.faces
  return new MissingGrantError(
    as === undefined
      ? `there is a consent for the conversation ${speech.conversationId}, but nobody knows whether it is the seller’s or the buyer’s, so which buttons are whose`
      : `there is a consent for the conversation ${speech.conversationId}, but not the ${as}’s`,
    [scope.sendMessage(speech.conversationId)],
    `ask with ctx.connectUrl({ scopes: […], side: '${as ?? 'seller'}' })`,
  )
}

const writtenAs = ({ postToken, conversationId }: Speech): string =>
  postToken === undefined
    ? `scope.sendMessage('${conversationId}')`
    : `scope.sendInPostConversations('${postToken}')`
