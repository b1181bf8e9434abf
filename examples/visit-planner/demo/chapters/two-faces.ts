import type { Exchange } from '../../app/wire-log.ts'
import { eventOf, isMessageEvent, isSent } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { captions, latestOfApp, type MessageView, type Stage, show, write } from '../stage.ts'

export interface TwoFacesFacts {
  /** The webhook about what the buyer wrote. */
  webhook: Exchange
  /** The app's call to send the message. */
  send: Exchange
  /** The webhook about the app's own message. */
  echo: Exchange
  /** The buyer's message by its id. */
  askedMessageId: string
  sellerSees: MessageView
  buyerSees: MessageView
}

export const QUESTION = 'کی می‌توانم برای بازدید بیایم؟'

/** The buyer writes; the app hears of it, and answers with a message that has two faces. */
export async function sendTwoFaces(stage: Stage): Promise<TwoFacesFacts> {
  const { reporter, app, buyer, seller } = stage
  reporter.chapter('One message, two faces')
  const askedMessageId = await write(stage, buyer, QUESTION)
  reporter.note('The app hears of it by a signed webhook, and speaks in the chat as the seller.')
  const webhook = await app.tell('the webhook about the question', isMessageEvent('HUMAN', QUESTION))
  const send = await app.tell('the message of the app', isSent(/\/v2\/open-platform\/conversations\//))
  reporter.note('What an app sent comes back marked BOT, so that no app answers itself.')
  const echo = await app.tell('the webhook about the app’s own message', isMessageEvent('BOT'))

  expectEqual('the app’s answer to the webhook', webhook.status, 200)
  expectThat('the webhook was signed', 'webhook-signature' in webhook.headers, webhook.headers)
  expectEqual('the message in the webhook', eventOf(webhook).new_message?.id, askedMessageId)
  expectEqual('the answer to the send', (send.answer as { status: number }).status, 200)

  const sellerSees = await latestOfApp(stage, seller)
  const buyerSees = await latestOfApp(stage, buyer)
  show(stage, 'the seller', [sellerSees])
  show(stage, 'the buyer', [buyerSees])
  expectEqual('the seller’s message and the buyer’s', sellerSees.id, buyerSees.id)
  const ofBuyer = new Set(captions(buyerSees).flat())
  const shared = captions(sellerSees)
    .flat()
    .filter((caption) => ofBuyer.has(caption))
  expectEqual('buttons that both sides see', shared, [])
  return { webhook, send, echo, askedMessageId, sellerSees, buyerSees }
}
