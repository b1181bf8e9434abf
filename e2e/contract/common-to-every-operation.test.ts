import { randomUUID } from 'node:crypto'
import { CODES } from '@charsu/protocol/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../packages/server/testing/help-page.ts'
import { addGrant, addUser } from '../../packages/server/testing/marketplace-fixture.ts'
import { type Answer, type ClientBed, openClientBed } from '../clients/client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed({ app: { redirectUris: ['https://app.example/back'] } })
})
afterAll(() => bed[Symbol.asyncDispose]())

interface Detail {
  '@type': string
  reason?: string
  metadata?: Record<string, string>
  field_violations?: { field: string; description: string }[]
}
const details = ({ body }: Answer): Detail[] => body.details as Detail[]
const info = (answer: Answer): Detail | undefined =>
  details(answer).find((each) => each['@type'] === 'type.googleapis.com/google.rpc.ErrorInfo')
const wrongFields = (answer: Answer): string[] =>
  details(answer).flatMap(({ field_violations = [] }) => field_violations.map(({ field }) => field))

const send = (body: unknown, headers?: Record<string, string>): Promise<Answer> =>
  bed.call('POST', bed.sendPath, body, headers)

describe('§0 errors: the code, its status, and what it says', () => {
  const key = { 'idempotency-key': randomUUID() }
  const blocked = async (): Promise<Answer> => {
    const block = { blocker_id: bed.buyer.id, blocked_id: bed.seller.id }
    await bed.node.db.insertInto('blocks').values(block).execute()
    const answer = await send({ message: 'hello' })
    await bed.node.db.deleteFrom('blocks').where('blocker_id', '=', bed.buyer.id).execute()
    return answer
  }
  const cases: Record<string, [number, number, () => Promise<Answer>]> = {
    'a body that breaks the rules': [400, 3, () => send({ message: '' })],
    'a body of more than 256 KiB': [413, 3, () => send({ message: 'a'.repeat(256 * 1024) })],
    'a body of a type that is not understood': [
      415,
      3,
      () => send('<message/>', { 'content-type': 'application/xml' }),
    ],
    'no API key': [401, 16, () => send({ message: 'hello' }, { 'x-api-key': '' })],
    'a scope that was not granted': [
      403,
      7,
      () => bed.call('POST', `/v2/open-platform/conversations/${randomUUID()}/messages`, { message: 'x' }),
    ],
    'what is not there': [404, 5, () => bed.call('GET', '/v1/open-platform/finder/post/nothing')],
    'another request under the same Idempotency-Key': [
      409,
      6,
      async () => {
        await send({ message: 'one' }, key)
        return send({ message: 'another' }, key)
      },
    ],
    'somebody who blocked the other': [412, 9, blocked],
    'an operation that is not served': [501, 12, () => bed.call('POST', '/v1/open-platform/notes', {})],
    'a method that is not served': [501, 12, () => bed.call('PUT', bed.sendPath, {})],
  }

  test.each(Object.entries(cases))('%s', async (_, [status, code, ask]) => {
    const answer = await ask()
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.body.message).toEqual(expect.stringMatching(/\S/))
    expect(details(answer)).not.toEqual([])
    for (const detail of details(answer)) {
      expect(detail['@type']).toMatch(/^type\.googleapis\.com\/google\.rpc\.(BadRequest|ErrorInfo|Help)$/)
    }
    const reason = info(answer)?.reason ?? ''
    expect(reason).toMatch(/^[A-Z][A-Z_0-9]+$/)
    expect(details(answer)).toContainEqual(helpDetail(reason))
    const page = await bed.call('GET', `/errors/${reason}`, undefined, { accept: 'application/json' })
    expect(page.body).toMatchObject({ name: reason })
    expect(page.body.entries).toContainEqual(expect.objectContaining({ reason, http: status, code }))
  })

  test('every code has the status that the contract gives it', () => {
    const table = Object.values(CODES).map(({ code, http }) => [code, http])
    expect(table.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [3, 400],
      [5, 404],
      [6, 409],
      [7, 403],
      [8, 429],
      [9, 412],
      [12, 501],
      [13, 500],
      [14, 503],
      [16, 401],
    ])
  })

  test('every wrong field is named, not only the first', async () => {
    const button = { action: {}, caption: '' }
    const answer = await send({ message: '', sender_buttons: { rows: [{ buttons: [button] }] } })
    expect(wrongFields(answer)).toEqual(
      expect.arrayContaining([
        'message',
        'sender_buttons.rows[0].buttons[0].caption',
        'sender_buttons.rows[0].buttons[0].action',
      ]),
    )
  })

  test('a missing scope is named exactly', async () => {
    const id = randomUUID()
    const answer = await bed.call('POST', `/v2/open-platform/conversations/${id}/messages`, { message: 'x' })
    expect(answer.body.message).toContain(`CONVERSATION_SEND_MESSAGE.${id}`)
    expect(info(answer)?.metadata).toMatchObject({ scope: `CONVERSATION_SEND_MESSAGE.${id}` })
  })

  test('a misspelt scope is told the nearest real one', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: bed.app.slug,
      redirect_uri: 'https://app.example/back',
      scope: 'USER_PHON',
    })
    const answer = await fetch(`${bed.node.url}/oauth2/auth?${query}`, {
      headers: { cookie: bed.seller.cookie },
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.searchParams.get('error')).toBe('invalid_scope')
    expect(back.searchParams.get('error_description')).toContain('USER_PHONE')
  })

  test('the token endpoint alone speaks OAuth’s own form', async () => {
    const answer = await bed.call('POST', '/oauth2/token', { grant_type: 'authorization_code' })
    expect(answer.status).toBe(401)
    expect(Object.keys(answer.body).toSorted()).toEqual(['error', 'error_description', 'error_uri'])
  })
})

describe('§0 every answer', () => {
  const anything: [method: string, path: () => string][] = [
    ['GET', () => '/v1/open-platform/users'],
    ['POST', () => bed.sendPath],
    ['GET', () => '/v1/open-platform/finder/post/nothing'],
    ['GET', () => '/v1/open-platform/notes'],
    ['GET', () => '/nothing/here'],
    ['GET', () => '/v1/open-platform/finder/post/%zz'],
    ['GET', () => '/docs/json'],
    ['GET', () => '/completion'],
    ['OPTIONS', () => bed.sendPath],
  ]

  test.each(anything)('carries X-Request-Id: %s %s', async (method, path) => {
    const own = `client-7.${randomUUID()}`
    const first = await bed.call(method, path(), undefined, { 'x-request-id': own })
    expect(first.headers.get('x-request-id')).toBe(own)
    const others = [await bed.call(method, path()), await bed.call(method, path())]
    const ids = others.map(({ headers }) => headers.get('x-request-id'))
    expect(new Set(ids).size).toBe(2)
    expect(ids.every(Boolean)).toBe(true)
  })

  test.each(['', 'a b', 'x'.repeat(65), 'id\u00e9', '<id>'])(
    'an X-Request-Id that could forge a log line is replaced: %j',
    async (given) => {
      const answer = await bed.call('GET', '/v1/open-platform/users', undefined, { 'x-request-id': given })
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    },
  )

  test('names its fields in snake_case', async () => {
    await send({ message: 'hello' })
    const paths = [
      '/v1/open-platform/users',
      '/v1/open-platform/finder/user-posts',
      `/v1/open-platform/finder/post/${bed.post.token}`,
      `/v1/open-platform/chat/conversations/${bed.conversationId}`,
      '/v1/open-platform/assets/oauth-scope',
    ]
    for (const path of paths) {
      const answer = await bed.call('GET', path)
      expect([path, answer.status]).toEqual([path, 200])
      const odd = [...answer.text.matchAll(/"([^"]+)":/g)].filter(
        ([, name = '']) => !/^[a-z0-9_]+$/.test(name),
      )
      expect(odd).toEqual([])
    }
  })
})

describe('§0 what is not served says so by name', () => {
  test.each(['/v1/open-platform/notes', '/v2/open-platform/x/y', '/experimental/open-platform/z'])(
    '%s',
    async (path) => {
      const answer = await bed.call('POST', `${path}?secret=1`, '{"', { 'x-api-key': 'nobody' })
      expect([answer.status, answer.body.code]).toEqual([501, 12])
      expect(info(answer)).toMatchObject({
        reason: 'OPERATION_NOT_SERVED',
        metadata: { operation: `POST ${path}` },
      })
    },
  )

  test('another method names those that are served', async () => {
    const answer = await bed.call('DELETE', '/v1/open-platform/users')
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'POST'])
    const path = '/v2/open-platform/conversations/{conversation_id}/messages'
    expect(info(await bed.call('PUT', bed.sendPath))?.metadata).toEqual({ operation: `PUT ${path}` })
  })

  test('outside the public API there is just nothing: 404', async () => {
    expect((await bed.call('GET', '/v3/open-platform/users')).body.code).toBe(5)
  })
})

describe('§0 reading is lenient', () => {
  const before = async (): Promise<number> => (await bed.texts()).length

  test('unknown fields are ignored, at every depth; null means absent', async () => {
    const count = await before()
    const answer = await send({
      message: 'lenient',
      type: null,
      media_token: null,
      extra: { deep: [1] },
      sender_buttons: null,
      receiver_buttons: {
        more: true,
        rows: [
          {
            note: 1,
            buttons: [
              {
                caption: 'Go',
                x: [],
                action: { open_direct_link: 'https://a.example/', open_post_page: null },
              },
            ],
          },
        ],
      },
    })
    expect(answer.status).toBe(200)
    expect((await bed.texts()).slice(count)).toEqual(['lenient'])
  })

  test('path segments are percent-decoded', async () => {
    const encoded = [...bed.post.token]
      .map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`)
      .join('')
    const answer = await bed.call('GET', `/v1/open-platform/finder/post/${encoded}`)
    expect(answer.body.token).toBe(bed.post.token)
  })

  test('of a field that is sent twice the last counts', async () => {
    await send('{"message": "first", "message": "second"}')
    expect((await bed.texts()).at(-1)).toBe('second')
  })
})

describe('§0 rules are strict', () => {
  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}null${'}'.repeat(levels)}`
  test.each<[string, string]>([
    ['NUL', '{"message": "a\\u0000b"}'],
    ['half a surrogate pair', '{"message": "a\\ud800b"}'],
    ['a key that is half a surrogate pair', '{"message": "a", "\\udc00": 1}'],
    ['a number out of range', '{"message": "a", "n": 1e999}'],
    ['33 levels', `{"message": "a", "n": ${deep(33)}}`],
    ['no JSON', '{"message": "a"'],
    ['a list', '["message"]'],
  ])('%s is 400, and nothing is sent', async (_, body) => {
    const before = await bed.texts()
    const answer = await send(body)
    expect([answer.status, answer.body.code]).toEqual([400, 3])
    expect(await bed.texts()).toEqual(before)
  })

  test('bytes that are no UTF-8 are 400', async () => {
    const answer = await fetch(bed.node.url + bed.sendPath, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': bed.app.key,
        'x-access-token': bed.accessToken,
      },
      body: Buffer.from('{"message": "\xff"}', 'latin1'),
    })
    expect(answer.status).toBe(400)
  })

  test('256 KiB are read, one byte more is 413', async () => {
    const around = JSON.stringify({ message: 'at the limit', extra: '' }).length
    const fill = (bytes: number): unknown => ({ message: 'at the limit', extra: 'a'.repeat(bytes - around) })
    expect((await send(fill(256 * 1024))).status).toBe(200)
    expect((await send(fill(256 * 1024 + 1))).status).toBe(413)
  })
})

describe('§0 what is outside the scopes is 403, whether it exists or not', () => {
  test.each(['a conversation', 'a post'])('%s', async (what) => {
    const { db } = bed.node
    const bare = await addGrant(db, bed.app.id, (await addUser(db)).id, ['openid'])
    const paths =
      what === 'a post'
        ? [bed.post.token, 'no_such_post'].map((token) => `/v1/open-platform/user-post/${token}`)
        : [bed.conversationId, randomUUID()].map((id) => `/v1/open-platform/chat/conversations/${id}`)
    const answers = await Promise.all(
      paths.map((path) => bed.call('GET', path, undefined, { 'x-access-token': bare.accessToken })),
    )
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(info(answers[0]!)?.reason).toBe(info(answers[1]!)?.reason)
  })
})
