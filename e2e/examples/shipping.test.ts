import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listener } from '@charsu/sdk/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GRANTS_TABLE, PostgresGrants } from '../../examples/shipping/postgres-grants.ts'
import { createShipping } from '../../examples/shipping/shipping.ts'
import * as consent from '../../packages/server/testing/consent-flow.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'

const SECRET = 'what only the carrier knows'

let node: TestServer
let own: TestDatabase
beforeAll(async () => {
  node = await startTestServer()
  own = await createTestDatabase({ empty: true })
  await own.pool.query(GRANTS_TABLE)
})
afterAll(async () => {
  await node.close()
  await own.drop()
})

interface SeenMessage {
  id: string
  text: string
  buttons?: { rows: { buttons: { caption: string }[] }[] }
}

/** The app over HTTP, with its consents in PostgreSQL; `restart` loses all that is in its memory. */
async function openShipping(sessionVersion: 1 | 2) {
  let app: ReturnType<typeof createShipping> | undefined
  const http = createServer((incoming, outgoing) => {
    if (app) listener(app)(incoming, outgoing)
    else outgoing.writeHead(503).end()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const publicUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id)
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  const registered = await fixture.addApp(node.db, seller.id, {
    sessionInitializationUrl: `${publicUrl}/charsu/sessions`,
    sessionInitializationVersion: sessionVersion,
    dynamicActionUrl: `${publicUrl}/charsu/actions`,
    redirectUris: [`${publicUrl}/charsu/callback`],
  })
  const place = { touchpoint: 'CHAT', operation: 'LOAD_WEBVIEW_SERVER_LINK', fallback_url: null }
  await node.db
    .insertInto('app_touchpoints')
    .values({ app_id: registered.id, ...place })
    .execute()

  const restart = (): void => {
    app = createShipping(
      {
        clientId: registered.slug,
        clientSecret: registered.clientSecret,
        apiKey: registered.key,
        identificationKey: 'identification-key',
        charsuUrl: node.url,
        publicUrl,
        grants: new PostgresGrants(own.pool),
      },
      { carrierSecret: SECRET },
    )
  }
  restart()

  const opens = async (person: fixture.UserFixture): Promise<URL> => {
    const query = new URLSearchParams({ touchpoint: 'CHAT', conversation_id: conversationId })
    return consent.locationOf(await consent.open(node, `/open/${registered.slug}?${query}`, person))
  }
  const messages = async (person: fixture.UserFixture): Promise<SeenMessage[]> => {
    const answer = await consent.open(node, `/me/v1/conversations/${conversationId}/messages`, person)
    return ((await answer.json()) as { messages: SeenMessage[] }).messages
  }
  const taps = async (person: fixture.UserFixture, message: SeenMessage): Promise<unknown> => {
    const path = `/me/v1/conversations/${conversationId}/messages/${message.id}/click`
    const headers = { cookie: person.cookie, 'content-type': 'application/json', origin: node.url }
    const answer = await fetch(node.url + path, { method: 'POST', headers, body: '{"row": 0, "column": 0}' })
    return answer.json()
  }
  const carrierSays = async (parcel: string, status: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ parcel, status })
    return (await fetch(`${publicUrl}/carrier`, { method: 'POST', headers, body })).json()
  }
  const close = async (): Promise<void> => {
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  }
  return {
    publicUrl,
    seller,
    buyer,
    opens,
    messages,
    taps,
    carrierSays,
    restart,
    [Symbol.asyncDispose]: close,
  }
}

/** The seller's browser goes from the app's connect page over the consent page to the form. */
async function consents(connectUrl: URL, seller: fixture.UserFixture): Promise<URL> {
  const connect = await fetch(connectUrl, { redirect: 'manual' })
  const [cookie = ''] = (connect.headers.getSetCookie()[0] ?? '').split(';')
  const question = await fetch(consent.locationOf(connect), { headers: { cookie: seller.cookie } })
  const ticket = consent.ticketOf(await question.text())
  const back = consent.locationOf(await consent.answer(node, seller, { ticket, decision: 'allow' }))
  return consent.locationOf(await fetch(back, { redirect: 'manual', headers: { cookie } }))
}

const submit = async (form: URL): Promise<string> => {
  const body = new URLSearchParams({ contents: 'کتاب', city: 'شیراز', weight: '450' })
  return (await fetch(form, { method: 'POST', body })).text()
}

describe.each([1, 2] as const)('against a real Charsu, with sessions of version %i', (version) => {
  test('a parcel is registered by consent, and the carrier drives its status', async () => {
    await using here = await openShipping(version)
    const { seller, buyer } = here
    const form = await consents(await here.opens(seller), seller)
    expect(form.origin).toBe(here.publicUrl)
    expect(await (await fetch(form)).text()).toContain('<form method="post">')
    const parcel = /<b dir="ltr">(.+?)<\/b>/.exec(await submit(form))?.[1] ?? ''

    const [mine] = await here.messages(seller)
    const [theirs] = await here.messages(buyer)
    expect(mine?.text).toContain(parcel)
    expect(mine?.buttons?.rows[0]?.buttons.map(({ caption }) => caption)).toEqual(['چاپ برچسب', 'بستهٔ دیگر'])
    expect(theirs?.buttons?.rows[0]?.buttons.map(({ caption }) => caption)).toEqual(['بسته کجاست؟'])
    expect(mine && (await here.taps(seller, mine))).toMatchObject({ outcome: 'opened' })

    expect(await here.carrierSays(parcel, 'on_the_way')).toEqual({ said: true })
    expect(await here.carrierSays(parcel, 'on_the_way')).toEqual({ said: false })
    expect(await here.carrierSays(parcel, 'handed_over')).toEqual({ said: false })
    expect((await here.messages(buyer)).map(({ text }) => text).slice(1)).toEqual(['بستهٔ «کتاب» در راه است.'])
    expect(theirs && (await here.taps(buyer, theirs))).toMatchObject({ toast: 'در راه است' })
  })

  test('a consent in PostgreSQL outlasts the process', async () => {
    await using here = await openShipping(version)
    await consents(await here.opens(here.seller), here.seller)
    here.restart()
    const form = await here.opens(here.seller)
    expect(form.pathname).toMatch(/^\/pages\//)
    expect(await submit(form)).toContain('کد رهگیری')
    expect(await here.messages(here.buyer)).toHaveLength(1)
  })
})
