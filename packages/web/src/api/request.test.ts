import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ApiFailure, createRequest, NoAnswer } from './request.ts'

let closing = new AsyncDisposableStack()
afterEach(async () => {
  await closing.disposeAsync()
  closing = new AsyncDisposableStack()
})

async function serverThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.defer(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }

const REFUSAL = JSON.stringify({
  code: 3,
  message: 'two fields are wrong',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      field_violations: [
        { field: 'text', description: 'is too long' },
        { field: 'name', description: 'is missing' },
      ],
    },
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_FIELDS' },
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ url: 'http://127.0.0.1/errors/INVALID_FIELDS' }],
    },
  ],
})

test('what is asked goes below the base, with the values of the query that were given', async () => {
  const asked: string[] = []
  const base = await serverThat((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('{"ok":true}')
  })
  const request = createRequest({ base: `${base}/dev/as/negar` })
  const query = { state: 'dead', page: 2, cursor: null, empty: '', missing: undefined }
  expect(await request('GET', '/me/v1/notices', { query })).toEqual({ ok: true })
  expect(asked).toEqual(['GET /dev/as/negar/me/v1/notices?state=dead&page=2'])
})

describe('a refusal tells', () => {
  test('its reason, its wrong fields and its page of help', async () => {
    const base = await serverThat(answering(400, REFUSAL, { 'x-request-id': 'r1' }))
    const failure: ApiFailure = await createRequest({ base })('POST', '/x', { body: {} }).then(
      () => expect.unreachable(),
      (error) => error,
    )
    expect(failure).toBeInstanceOf(ApiFailure)
    expect(failure).toMatchObject({
      status: 400,
      message: 'two fields are wrong',
      reason: 'INVALID_FIELDS',
      requestId: 'r1',
      help: 'http://127.0.0.1/errors/INVALID_FIELDS',
    })
    expect([...failure.fields]).toEqual([
      ['text', 'is too long'],
      ['name', 'is missing'],
    ])
  })

  test('how long to wait', async () => {
    const base = await serverThat(answering(429, '{}', { 'retry-after': '7' }))
    await expect(createRequest({ base })('GET', '/x')).rejects.toMatchObject({ retryAfterMs: 7_000 })
  })

  test('at least its status, where a proxy answered something else', async () => {
    const base = await serverThat(answering(502, '<html>Bad gateway</html>'))
    const refused = createRequest({ base })('GET', '/x')
    await expect(refused).rejects.toMatchObject({ status: 502, reason: '', fields: new Map() })
  })
})

test('the end of a session is told', async () => {
  const base = await serverThat(answering(401, '{}'))
  let ended = 0
  const request = createRequest({ base, onSessionEnded: () => ended++ })
  await expect(request('GET', '/me/v1')).rejects.toBeInstanceOf(ApiFailure)
  expect(ended).toBe(1)
})

describe('no complete answer is no refusal: what was asked may have happened', () => {
  test('nobody listens', async () => {
    const base = await serverThat(answering(200, ''))
    await closing.disposeAsync()
    closing = new AsyncDisposableStack()
    await expect(createRequest({ base })('GET', '/x')).rejects.toBeInstanceOf(NoAnswer)
  })

  test('the answer breaks off', async () => {
    const base = await serverThat((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":', () => response.destroy())
    })
    await expect(createRequest({ base })('GET', '/x')).rejects.toBeInstanceOf(NoAnswer)
  })
})

test('what was given up is given up as such', async () => {
  const base = await serverThat(() => {})
  const controller = new AbortController()
  const asked = createRequest({ base })('GET', '/x', { signal: controller.signal })
  controller.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
