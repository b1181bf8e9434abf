import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { type PageTemplates, writePageTemplates } from '../marketplace/page-templates.ts'

const PAGES: PageTemplates = {
  login_url: 'https://market.example/login?then={return_to}',
  post_url: 'https://market.example/v/{post_token}',
  post_manage_url: 'https://market.example/manage/{post_token}',
  chat_url: 'https://market.example/chat/{conversation_id}',
  notices_url: 'https://market.example/inbox',
  my_divar_url: 'https://market.example/mine',
  divar_pro_url: 'https://market.example/pro?tab=apps',
}

describe('§3 completion: back to the place of the click', () => {
  let node: TestServer
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }
  let conversationId: string

  beforeAll(async () => {
    node = await startTestServer()
    seller = await fixture.addUser(node.db)
    buyer = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, seller.id)
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  })
  beforeEach(() => writePageTemplates(node.db, {}))
  afterAll(() => node.close())

  async function comeBack(query: string, person?: { cookie: string }) {
    const answer = await fetch(`${node.url}/completion${query}`, {
      redirect: 'manual',
      headers: person ? { cookie: person.cookie } : {},
    })
    return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() }
  }
  const stays = { status: 200, to: null, page: expect.stringContaining('You can close this page.') }

  test('a conversation: our page of it, or the host’s, for those who take part', async () => {
    const query = `?conversation=${conversationId}`
    for (const person of [seller, buyer]) {
      expect(await comeBack(query, person)).toMatchObject({ status: 302, to: `/chat/${conversationId}` })
      expect(
        await comeBack(`${query.toUpperCase().replace('CONVERSATION', 'conversation')}&ok=1`, person),
      ).toMatchObject({
        status: 302,
        to: `/chat/${conversationId}`,
      })
    }
    await writePageTemplates(node.db, PAGES)
    expect((await comeBack(query, buyer)).to).toBe(`https://market.example/chat/${conversationId}`)
    expect(await comeBack(query)).toEqual(stays)
    expect(await comeBack(query, await fixture.addUser(node.db))).toEqual(stays)
    expect(await comeBack(query, { cookie: 'charsu_session=nobody' })).toEqual(stays)
    expect(await comeBack(`?conversation=${crypto.randomUUID()}`, seller)).toEqual(stays)
  })

  test('every other place: the host’s page of it, or a page that can be closed', async () => {
    const places: [string, string][] = [
      ['?to=notices', 'https://market.example/inbox'],
      [`?to=MY_POST&post=${post.token}`, `https://market.example/manage/${post.token}`],
      [`?to=DEMAND_POST&post=${post.token}`, `https://market.example/v/${post.token}`],
      ['?to=MY_DIVAR', 'https://market.example/mine'],
      ['?to=DIVAR_PRO', 'https://market.example/pro?tab=apps'],
    ]
    for (const [query] of places) expect(await comeBack(query, seller)).toEqual(stays)
    await writePageTemplates(node.db, PAGES)
    for (const [query, page] of places) {
      for (const added of ['', '&status=success', '?paid=yes', '&to=https://evil.example&post=other']) {
        expect(await comeBack(query + added, seller)).toMatchObject({ status: 302, to: page })
      }
      expect((await comeBack(query)).to).toBe(page)
    }
  })

  test('a host’s page whose address is in its own letters, as browsers take it', async () => {
    await writePageTemplates(node.db, {
      notices_url: 'https://بازار.example/پیام‌ها',
      post_url: 'https://market.example/آگهی/{post_token}',
    })
    expect((await comeBack('?to=notices')).to).toBe(new URL('https://بازار.example/پیام‌ها').href)
    expect((await comeBack(`?to=DEMAND_POST&post=${post.token}`)).to).toBe(
      `https://market.example/%D8%A2%DA%AF%D9%87%DB%8C/${post.token}`,
    )
  })

  test('a forged query never leads anywhere but to our pages and the host’s', async () => {
    await writePageTemplates(node.db, PAGES)
    for (const query of [
      '?to=https://evil.example',
      '?to=//evil.example',
      '?to=MY_POST&post=nobodys',
      '?to=MY_POST&post=https://evil.example',
      '?to=MY_POST&post=..%2f..%2fevil',
      '?conversation=//evil.example',
      '?conversation[]=x&{}=%00&%ff',
      '?conversation=%0d%0aLocation:%20https://evil.example',
    ]) {
      expect([query, await comeBack(query, seller)]).toEqual([query, stays])
    }
  })
})
