import { namedErrors } from '@charsu/protocol/error-catalogue/catalogue'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail, helpPage } from '../../testing/help-page.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { errorEntryPage } from './error-pages.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })
const asJson = { accept: 'application/json' }

interface Named {
  name: string
  url: string
  entries: { reason: string; surface: string; http?: number; code?: number; cause: string; fix: string }[]
}

describe('an error leads to its page', () => {
  test('by a google.rpc.Help detail beside ErrorInfo, at this very server', async () => {
    const refusal = await get('/v1/open-platform/users')
    expect(await refusal.json()).toEqual({
      code: 16,
      message: expect.any(String),
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_MISSING',
          domain: 'charsu',
        },
        helpDetail('API_KEY_MISSING'),
      ],
    })
  })

  test('whose address answers, with the cause and the fix', async () => {
    const { details } = (await (await get('/nothing/here')).json()) as {
      details: { links?: { url: string }[] }[]
    }
    const [link] = details.flatMap(({ links = [] }) => links)
    expect(link?.url).toEqual(helpPage('NOT_FOUND'))
    const page = await fetch(link?.url ?? '')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('There is nothing at this path')
  })
})

test('every name has a page in both languages, whose English is marked as such, without script', () => {
  for (const named of namedErrors()) {
    for (const locale of ['en', 'fa'] as const) {
      const page = String(errorEntryPage({ locale, theme: null, base: '' }, named).body)
      expect(page).toContain(`<html lang="${locale}" dir="${locale === 'fa' ? 'rtl' : 'ltr'}">`)
      expect(page).toContain('<p class="english" lang="en" dir="ltr">')
      expect(page).not.toContain('<script')
      expect(page).not.toContain('undefined')
    }
  }
})

test('a page runs nothing, and speaks the language that was asked for', async () => {
  const answer = await get('/errors/NO_URL', { 'accept-language': 'fa' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(answer.headers.get('vary')).toBe('accept, accept-language, cookie')
  const page = await answer.text()
  expect(page).toContain('<html lang="fa" dir="rtl">')
  expect(page).toContain('{&quot;url&quot;: &quot;https://app.example/visit/62c8&quot;}')
})

test('the list names all of them, each with a link', async () => {
  const page = await (await get('/errors', { accept: 'text/html,application/json;q=0.9' })).text()
  for (const { name } of namedErrors()) expect(page).toContain(`href="/errors/${name}"`)
  expect(await (await get('/errors', { 'accept-language': 'fa' })).text()).toContain('خطاهای چارسو')
})

describe('for whoever asks for JSON', () => {
  test('the list holds every name once', async () => {
    const { errors } = (await (await get('/errors', asJson)).json()) as { errors: Named[] }
    expect(errors.map(({ name }) => name)).toEqual(namedErrors().map(({ name }) => name))
  })

  test('one reason has an entry for each place where it is met', async () => {
    const named = (await (await get('/errors/POST_UNKNOWN', asJson)).json()) as Named
    expect(named).toMatchObject({
      name: 'POST_UNKNOWN',
      url: helpPage('POST_UNKNOWN'),
      entries: [
        { reason: 'POST_UNKNOWN', surface: 'answer', code: 5, code_name: 'NOT_FOUND', http: 404 },
        { reason: 'POST_UNKNOWN', surface: 'click' },
      ],
    })
    expect(named.entries[1]).not.toHaveProperty('code')
  })

  test('case does not matter, so reasons of deliveries and of answers meet on one page', async () => {
    const [upper, lower] = await Promise.all(
      ['/errors/GRANT_REVOKED', '/errors/grant_revoked'].map(async (path) =>
        (await get(path, asJson)).json(),
      ),
    )
    expect(lower).toEqual(upper)
    expect((upper as Named).entries.map(({ surface }) => surface)).toEqual(['answer', 'delivery'])
  })
})

describe('a name that is none', () => {
  test('is a page that proposes near ones', async () => {
    const answer = await get('/errors/API_KEY_MISING')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('href="/errors/API_KEY_MISSING"')
  })

  test('is an error in JSON, with the near ones in its metadata', async () => {
    const answer = await get('/errors/TOKEN_EXPIRED', asJson)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({
      code: 5,
      message: expect.stringContaining('ACCESS_TOKEN_EXPIRED'),
      details: [
        { reason: 'REASON_UNKNOWN', metadata: { near: expect.stringContaining('UPLOAD_TOKEN_EXPIRED') } },
        helpDetail('REASON_UNKNOWN'),
      ],
    })
  })

  test('is shown as text, whatever it holds', async () => {
    const page = await (await get(`/errors/${encodeURIComponent('<script>alert(1)</script>')}`)).text()
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script')
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), async (name) => {
        const path = `/errors/${encodeURIComponent(name.replaceAll('.', ''))}`
        for (const accept of ['text/html', 'application/json']) {
          const { status } = await get(path, { accept })
          expect([200, 400, 404, 414]).toContain(status)
        }
      }),
      { numRuns: 20 },
    )
  })
})
