import { isSent } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { readForm, readItems, readTitle } from '../read-form.ts'
import type { Stage } from '../stage.ts'

export interface ConsentFacts {
  /** What the consent page says the app may do then. */
  promises: string[]
  /** The captions of its two buttons. */
  choices: string[]
  /** Scopes as the token endpoint gave them. */
  scope: string
  tokenType: string
  expiresIn: number
}

interface TokenAnswer {
  scope: string
  token_type: string
  expires_in: number
}

/** The seller connects the app: consent page, code, tokens, subscription. */
export async function giveConsent(stage: Stage): Promise<ConsentFacts> {
  const { reporter, seller, app, appUrl, charsu, postToken } = stage
  reporter.chapter('The seller connects the app')
  reporter.note('The app sends the seller’s browser to the consent page.')
  const link = await seller.get(`${appUrl}/connect?post_token=${postToken}`, { status: 303 })
  const asked = await seller.get(location(link.headers), { status: 303 })
  const page = await seller.get(location(asked.headers))
  const promises = readItems(page.text)
  const form = readForm(page.text)
  const choices = form.buttons.map(({ text }) => text)
  reporter.screen('the seller', [
    {
      from: readTitle(page.text),
      text: promises.map((promise) => `• ${promise}`).join('\n   │     '),
      buttons: [choices],
    },
  ])
  expectThat('the consent page names what the app asks for', promises.length >= 4, promises)
  expectEqual(
    'the two answers',
    form.buttons.map(({ value }) => value),
    ['allow', 'deny'],
  )

  reporter.note('The seller allows it; the code goes to the app through the browser.')
  const allowed = await seller.call(form.method, new URL(form.action, charsu).href, {
    form: { ...form.fields, decision: 'allow' },
    status: 302,
  })
  const back = location(allowed.headers)
  expectThat('the browser is sent back to the app', back.startsWith(`${appUrl}/charsu/callback?code=`), back)
  const done = await seller.get(back)
  expectThat('the app says that it is connected', readTitle(done.text) === 'متصل شد', readTitle(done.text))

  reporter.note('Behind that page the app traded the code for tokens, asked who allowed it, and subscribed.')
  const token = await app.tell('the token exchange', isSent(/^\/oauth2\/token/))
  await app.tell('the question who allowed it', isSent(/^\/v1\/open-platform\/users/))
  const subscription = await app.tell('the subscription', isSent(/events\/subscriptions$/))
  expectEqual('the answer to the subscription', [subscription.status, subscription.answer], [200, {}])
  const answer = token.answer as TokenAnswer
  return {
    promises,
    choices,
    scope: answer.scope,
    tokenType: answer.token_type,
    expiresIn: answer.expires_in,
  }
}

function location(headers: Headers): string {
  const value = headers.get('location')
  expectThat('the answer says where to go', value !== null)
  return value
}
