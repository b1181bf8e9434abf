import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

interface App {
  slug: string
  touchpoints: unknown[]
  session_initialization_url: string | null
}

const SERVER_LINK = [{ touchpoint: 'MY_DIVAR', operation: 'LOAD_WEBVIEW_SERVER_LINK' }]
const URL_OF_APP = 'http://127.0.0.1:9/sessions'

describe('§11 touchpoints: what a developer sets', () => {
  let node: TestServer
  let call: ConsoleClient

  beforeAll(async () => {
    node = await startTestServer()
  })
  beforeEach(async () => {
    call = consoleClient(node.url, (await fixture.addUser(node.db, { developer: true })).cookie)
  })
  afterAll(() => node.close())

  const newSlug = () => `a${crypto.randomUUID().slice(0, 13)}`
  const create = async (settings: Record<string, unknown> = {}) => {
    const answer = await call<{ app: App }>('POST', '/apps', {
      slug: newSlug(),
      display_name: 'An app',
      ...settings,
    })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.app
  }

  test('LOAD_WEBVIEW_SERVER_LINK needs the URL it asks: to make an app, to change it, and to keep it', async () => {
    const made = await call('POST', '/apps', { slug: newSlug(), display_name: 'x', touchpoints: SERVER_LINK })
    expect(made.status).toBe(400)
    expect(wrongFields(made)).toEqual({
      'touchpoints[0].operation': expect.stringContaining('session_initialization_url'),
    })

    const { slug } = await create()
    const changed = await call('PATCH', `/apps/${slug}`, { display_name: 'no', touchpoints: SERVER_LINK })
    expect(Object.keys(wrongFields(changed))).toEqual(['touchpoints[0].operation'])
    expect((await call<App>('GET', `/apps/${slug}`)).body).toMatchObject({
      display_name: 'An app',
      touchpoints: [],
    })

    const both = { touchpoints: SERVER_LINK, session_initialization_url: URL_OF_APP }
    expect((await call('PATCH', `/apps/${slug}`, both)).body).toMatchObject(both)
    const taken = await call('PATCH', `/apps/${slug}`, { session_initialization_url: '' })
    expect(wrongFields(taken)).toEqual({
      session_initialization_url: expect.stringContaining('MY_DIVAR'),
    })
    expect((await call('PATCH', `/apps/${slug}`, { description: 'else' })).status).toBe(200)
    const gone = { touchpoints: [], session_initialization_url: '' }
    expect((await call('PATCH', `/apps/${slug}`, gone)).body).toMatchObject({
      touchpoints: [],
      session_initialization_url: null,
    })
  })

  test.each([
    ['at another place', { touchpoint: 'CHAT', fallback_url: 'https://a.example/' }, 'operation'],
    ['without a page', { touchpoint: 'MY_POST' }, 'fallback_url'],
    ['with an empty one', { touchpoint: 'MY_POST', fallback_url: '' }, 'fallback_url'],
    ['of another scheme', { touchpoint: 'MY_POST', fallback_url: 'javascript:alert(1)' }, 'fallback_url'],
    ['that is no URL', { touchpoint: 'MY_POST', fallback_url: '/page' }, 'fallback_url'],
    [
      'that is too long',
      { touchpoint: 'MY_POST', fallback_url: `https://a.example/${'x'.repeat(2048)}` },
      'fallback_url',
    ],
  ])('LOAD_WEBVIEW_DIRECT_LINK %s is refused', async (_, touchpoint, field) => {
    const { slug } = await create()
    const touchpoints = [{ operation: 'LOAD_WEBVIEW_DIRECT_LINK', ...touchpoint }]
    const answer = await call('PATCH', `/apps/${slug}`, { touchpoints })
    expect([answer.status, Object.keys(wrongFields(answer))]).toEqual([400, [`touchpoints[0].${field}`]])
  })

  test('§12: a developer has at most 10 development apps, however many are made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 15 }, () =>
        call('POST', '/apps', { slug: newSlug(), display_name: 'one of many' }),
      ),
    )
    const made = answers.filter(({ status }) => status === 200)
    expect(made).toHaveLength(10)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(refusal(answer)).toEqual([429, 8, 'TOO_MANY_DEVELOPMENT_APPS'])
    }
  })
})
