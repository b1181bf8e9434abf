import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { type Answer, hangUp, json, page, refusal, scriptedServer } from '../../testing/scripted-server.ts'
import { Client } from './client.ts'
import { CharsuError, NoAnswerError, RefusedError } from './errors.ts'

const API_KEY = 'ck_Tq7yR2uWm9eKx4aLz0sVb6nHc1jFd8gPo3iXtQvYwMk'
const TOKEN = 'ca_9l3V0oTz5mC2mXk7r1bq0m8q2mJd0cQe5pYw4uNsT6A'
const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'

/** What sending a message throws when this is the answer, with the server's own address as `SERVER`. */
async function errorOf(answer: Answer): Promise<CharsuError & { text: string }> {
  await using server = await scriptedServer(answer)
  const client = new Client({ apiKey: API_KEY, baseUrl: server.url, time: new ManualTime(), retries: 1 })
  const sent = client.as(TOKEN).sendMessage(CONVERSATION, { message: 'Good evening' })
  const error = await sent.catch((thrown) => thrown)
  return Object.assign(error, { text: error.message.replaceAll(server.url, 'SERVER') })
}

const INFO = 'type.googleapis.com/google.rpc.ErrorInfo'
const HELP = 'type.googleapis.com/google.rpc.Help'

describe('a refusal says what was refused and what to do', () => {
  test('with the scope to ask for', async () => {
    const scope = `CONVERSATION_SEND_MESSAGE.${CONVERSATION}`
    const body = {
      code: 7,
      message: `the token lacks the scope ${scope}`,
      details: [
        { '@type': INFO, reason: 'SCOPE_MISSING', domain: 'charsu', metadata: { scope } },
        { '@type': HELP, links: [{ description: 'x', url: 'https://charsu.example/errors/SCOPE_MISSING' }] },
      ],
    }
    const error = await errorOf(json(403, body, { 'x-request-id': 'r-77' }))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({
      name: 'RefusedError',
      operation: 'sendMessage',
      status: 403,
      code: 7,
      codeName: 'PERMISSION_DENIED',
      reason: 'SCOPE_MISSING',
      metadata: { scope },
      violations: [],
      helpUrl: 'https://charsu.example/errors/SCOPE_MISSING',
      requestId: 'r-77',
      retryAfterMs: undefined,
      detail: `the token lacks the scope ${scope}`,
    })
    expect(error.hint).toContain(`consentUrl({ scopes: ["${scope}"]`)
    expect(error.text).toBe(
      `sendMessage was refused (403 PERMISSION_DENIED, SCOPE_MISSING): the token lacks the scope ${scope}. Ask the user for it with consentUrl({ scopes: ["${scope}"], … }) and call with the token of that consent. See https://charsu.example/errors/SCOPE_MISSING`,
    )
  })

  test('with every wrong field', async () => {
    const violations = [
      { field: 'message', description: 'is required; send a text' },
      { field: 'sender_buttons.rows', description: 'must have at most 3 rows, but has 4; leave some out' },
    ]
    const error = await errorOf(
      refusal(400, 3, 'message: is required; send a text (and 1 more, see details)', {
        reason: 'INVALID_FIELDS',
        violations,
      }),
    )
    expect(error).toMatchObject({ violations })
    expect(error.text).toBe(
      [
        'sendMessage was refused (400 INVALID_ARGUMENT, INVALID_FIELDS): message: is required; send a text (and 1 more, see details). Mend what violations lists; the same request will be refused again.',
        'Also wrong:',
        '- sender_buttons.rows: must have at most 3 rows, but has 4; leave some out',
      ].join('\n'),
    )
  })

  test('with the time to wait, when it is too long to wait for it', async () => {
    const limit = refusal(
      429,
      8,
      'the app has made its 600 calls',
      { reason: 'MINUTE_LIMIT_EXCEEDED' },
      { 'retry-after': '23' },
    )
    expect((await errorOf(limit)).text).toBe(
      "sendMessage was refused (429 RESOURCE_EXHAUSTED, MINUTE_LIMIT_EXCEEDED): the app has made its 600 calls. Call again in 23 s, which is the error's retryAfterMs; up to maxWaitMs the client waits by itself.",
    )
  })

  test('with the catalogue’s fix where the reason is in it', async () => {
    const error = await errorOf(refusal(412, 9, 'blocked', { reason: 'RECIPIENT_RESTRICTED' }))
    expect(error.text).toMatch(
      /^sendMessage was refused \(412 FAILED_PRECONDITION, RECIPIENT_RESTRICTED\): blocked\. Do not send again/,
    )
  })

  test('in the platform’s words alone where nothing else is known, as with Kenar', async () => {
    const error = await errorOf(
      json(412, { code: 9, message: "message delivery failed due to recipient's restriction" }),
    )
    expect(error).toMatchObject({ reason: undefined, hint: undefined, helpUrl: undefined })
    expect(error.text).toBe(
      "sendMessage was refused (412 FAILED_PRECONDITION): message delivery failed due to recipient's restriction.",
    )
  })

  test('with a doubt, when it is not in the platform’s form', async () => {
    expect((await errorOf(json(404, { detail: 'Not Found' }))).text).toBe(
      'sendMessage was refused (404), without a word of explanation. Is it the platform that answers at SERVER? Its own refusals carry a code.',
    )
  })

  test('501 of an operation that is not served is one', async () => {
    const error = await errorOf(refusal(501, 12, 'not served', { reason: 'OPERATION_NOT_SERVED' }))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.text).toContain('Is baseUrl the origin of the platform, without a path behind it?')
  })
})

describe('no answer says where it got stuck and what to do', () => {
  const again =
    "It was tried 2 times. Whether it was done is not known: call again later with the error's idempotencyKey, and it is done once."

  test('a connection that broke', async () => {
    const error = await errorOf(hangUp)
    expect(error).toBeInstanceOf(NoAnswerError)
    // What stands in brackets is the runtime's.
    expect(error.text.replace(/ \(.+?\)/, '')).toBe(
      `sendMessage got no whole answer from SERVER: the connection broke. ${again}`,
    )
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  test('a page of a proxy', async () => {
    const proxy = page(502, '<html>\r\n<head><title>502 Bad Gateway</title></head>')
    expect((await errorOf(proxy)).text).toBe(
      `sendMessage got 502 from SERVER: "<html> <head><title>502 Bad Gateway</title></head>". ${again}`,
    )
  })

  test('the platform’s own trouble, with the request’s name in its log', async () => {
    const trouble = json(
      500,
      { code: 13, message: 'something went wrong inside' },
      { 'x-request-id': 'r-77' },
    )
    expect((await errorOf(trouble)).text).toBe(
      `sendMessage got 500 from SERVER (request r-77): something went wrong inside. ${again}`,
    )
  })

  test('a page of something else', async () => {
    expect((await errorOf(page(200, '<!doctype html><title>Shop</title>'))).text).toBe(
      'sendMessage got 200 from SERVER, but no JSON object: "<!doctype html><title>Shop</title>". Something other than the platform answers there: check baseUrl.',
    )
  })

  test('a redirect', async () => {
    expect((await errorOf(page(308, '', { location: 'https://charsu.example/' }))).text).toBe(
      'sendMessage was redirected by SERVER (308) to https://charsu.example/: redirects are not followed, for the key must not go to another place. Set baseUrl to the address that the platform itself has, often the same with https.',
    )
  })

  test('nobody there', async () => {
    const gone = await scriptedServer(hangUp)
    await gone[Symbol.asyncDispose]()
    const client = new Client({ apiKey: API_KEY, baseUrl: gone.url, time: new ManualTime(), retries: 0 })
    const { host } = new URL(gone.url)
    await expect(client.getPost('gZk3xQ1a')).rejects.toThrow(
      `getPost did not reach http://${host} (connect ECONNREFUSED ${host}). Is Charsu running? Start it with "charsu dev", or set baseUrl to where the platform runs.`,
    )
  })
})

describe('whatever an answer holds', () => {
  test('neither key nor token is in an error', async () => {
    const echo: Answer = (response, { headers, url, body }) => {
      const all = JSON.stringify({ headers, url, body })
      const details = [
        { '@type': INFO, reason: all, metadata: { all } },
        { '@type': HELP, links: [{ url: `https://charsu.example/?key=${API_KEY}` }] },
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          field_violations: [{ field: all, description: all }],
        },
      ]
      json(
        400,
        { code: 3, message: all, details },
        { 'x-request-id': API_KEY },
      )(response, { method: '', url, headers, body })
    }
    const leaky: Answer[] = [
      echo,
      page(502, `<p>${API_KEY} ${TOKEN}</p>`),
      page(200, `<p>${API_KEY} ${TOKEN}</p>`),
      page(301, '', { location: `https://charsu.example/?key=${API_KEY}` }),
      json(500, { code: 13, message: `${API_KEY} ${TOKEN}` }),
    ]
    for (const answer of leaky) {
      const error = await errorOf(answer)
      const everything = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`
      expect(everything).not.toContain(API_KEY)
      expect(everything).not.toContain(TOKEN)
      expect(everything).toContain('[secret]')
    }
  })

  test('an error is of the SDK, in readable text, and a terminal does nothing with it', async () => {
    const status = fc.constantFrom(200, 299, 304, 400, 401, 403, 404, 409, 418, 429, 500, 501, 503)
    const details = fc.array(
      fc.oneof(
        fc.record({
          '@type': fc.constantFrom(INFO, HELP, 'type.googleapis.com/google.rpc.BadRequest'),
          reason: fc.anything(),
          metadata: fc.anything(),
          links: fc.anything(),
          field_violations: fc.anything(),
        }),
        fc.anything(),
      ),
    )
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ code: fc.anything(), message: fc.anything(), details }).map(jsonText),
      fc.record({ error: fc.anything(), error_description: fc.anything() }).map(jsonText),
    )
    await fc.assert(
      fc.asyncProperty(status, body, async (code, text) => {
        const answer = async (): Promise<Response> =>
          new Response(code === 304 ? null : text, { status: code })
        const client = new Client({ apiKey: API_KEY, fetch: answer, time: new ManualTime(), retries: 0 })
        const error = await client.createUploadToken().then(
          () => undefined,
          (thrown) => thrown,
        )
        if (error === undefined) return
        expect(error).toBeInstanceOf(CharsuError)
        expect(error.message).toMatch(/^createUploadToken /)
        expect(error.message.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        expect(error.message.isWellFormed()).toBe(true)
      }),
    )
  })

  test('a long story is cut', async () => {
    const error = await errorOf(json(400, { code: 3, message: 'x'.repeat(1_000_000) }))
    expect(error.message.length).toBeLessThan(1000)
  })
})

const jsonText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
