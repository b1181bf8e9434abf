import type { Exchange } from '../../app/wire-log.ts'
import { isMessageEvent, isSent } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { pick } from '../pick.ts'
import { plain, readForm } from '../read-form.ts'
import { click, latestOfApp, type Stage } from '../stage.ts'

export interface BlockFacts {
  refused: Exchange
  /** What the app told the seller then. */
  explanation: string
  accepted: Exchange
}

/** Its two grids have been told before. */
const textAlone = (body: unknown): unknown => ({ ...(pick(body, ['message']) as object), '…': 'both grids' })

export const withoutMessage = (body: unknown): unknown => ({
  ...(body as object),
  new_message: {
    ...(pick((body as { new_message: object }).new_message, ['id', 'sender']) as object),
    '…': '',
  },
})

/** While the seller blocks the buyer nothing gets through; afterwards it does again. */
export async function blockAndUnblock(stage: Stage): Promise<BlockFacts> {
  const { reporter, app, seller, charsu, conversationId } = stage
  reporter.chapter('The seller blocks the buyer, and takes it back')
  const message = await latestOfApp(stage, seller)
  const opened = await click(stage, seller, message, { kind: 'open_server_link' })
  expectThat('the plan opens', opened.open_url !== undefined, opened)
  const { text: page } = await seller.get(opened.open_url)
  app.tellRest()
  const block = `${charsu}/me/v1/conversations/${conversationId}/block`

  await seller.call('PUT', block)
  reporter.note(
    'On the app’s page the seller offers the times once more. The app may not reach the buyer now.',
  )
  const explanation = plain(await offerAgain(page))
  const refused = await app.tell('the refused message', isSent(/\/conversations\/.*\/messages$/), textAlone)
  expectEqual('the refusal', [refused.status, (refused.answer as { code: number }).code], [412, 9])
  reporter.note(`The app tells the seller: ${explanation}`)

  await seller.call('DELETE', block)
  await offerAgain(page)
  const accepted = await app.tell('the message', isSent(/\/conversations\/.*\/messages$/), textAlone)
  expectEqual('the answer after the block was taken back', accepted.status, 200)
  await app.tell('the webhook about the app’s own message', isMessageEvent('BOT'), withoutMessage)
  return { refused, explanation, accepted }

  async function offerAgain(html: string): Promise<string> {
    const form = readForm(html)
    const target = new URL(form.action, stage.appUrl).href
    const { text } = await seller.call(form.method, target, { form: form.fields })
    return /<body>([\s\S]*)<\/body>/.exec(text)?.[1] ?? text
  }
}
