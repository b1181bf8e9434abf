import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { MakeDeps } from '../make-values.ts'
import { failureText } from '../report.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from '../tiny-description.ts'
import { AnswerValidator, parseJson } from '../validate-answer.ts'
import { fuzzFailure } from './fuzz-failure.ts'
import { judge } from './judge-answer.ts'
import { requestArbitrary, type Target } from './request-arbitrary.ts'
import { type FuzzOptions, type FuzzOutcome, runFuzz } from './run-fuzz.ts'
import { openSender } from './send-raw.ts'

const { schemas } = tinyDescription()
const deps: MakeDeps = { schemas, rulings: TINY_RULINGS, resource: () => undefined }
const write: Target = {
  operation: tinyOperation('Notes_Write'),
  served: true,
  right: { 'x-api-key': 'the-right-key' },
  wrong: [{}, { 'x-api-key': 'wrong' }],
}

interface Asked {
  method: string
  key: string | undefined
  /** The text of a JSON body that has one. */
  text: string | undefined
}
interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** No answer: the connection ends. */
const CUT: Reply = { status: 0, body: null }

const error = (status: number, code: number): Reply => ({
  status,
  body: { code, message: 'no', details: [] },
})

/** A server that does everything right, as far as can be told from outside. */
function right({ method, key, text }: Asked): Reply {
  if (method !== 'POST') return error(501, 12)
  if (key !== 'the-right-key') return error(401, 16)
  return text === undefined ? error(400, 3) : { status: 200, body: { id: 'n1' } }
}

const OPTIONS: FuzzOptions = { requests: 600, seed: 11, lanes: 2 }

/** Fuzzes a server that answers as `answer` says. */
async function fuzz(
  answer: (asked: Asked) => Reply,
  options: Partial<FuzzOptions> = {},
  targets = [write],
): Promise<FuzzOutcome & { url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const found = read(request, Buffer.concat(chunks).toString())
      asked.push(found)
      write_(response, /^\/v1\/notes\/[^/]+$/.test(pathOf(request)) ? answer(found) : error(501, 12))
    })
  })
  server.on('clientError', (_error, socket) =>
    socket.end(
      'HTTP/1.1 431 Too large\r\nx-request-id: 1\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"code":3,"message":"no"}',
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const judgeDeps = { validator: new AnswerValidator(schemas), exact: new Map(), secrets: ['the-right-key'] }
  try {
    await using sender = openSender(url, 2)
    const outcome = await runFuzz(
      {
        arbitrary: (target) => requestArbitrary(deps, target),
        send: (request) => sender.send(request),
        judge: (...about) => judge(judgeDeps, ...about),
      },
      targets,
      { ...OPTIONS, ...options },
    )
    return { ...outcome, url, asked }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0]!

function read({ method = '', headers }: IncomingMessage, body: string): Asked {
  const text = (parseJson(body) as { text?: unknown } | null | undefined)?.text
  const key = headers['x-api-key']
  return {
    method,
    key: typeof key === 'string' ? key : undefined,
    text: typeof text === 'string' ? text : undefined,
  }
}

function write_(response: ServerResponse, reply: Reply): void {
  if (reply === CUT) {
    response.destroy()
    return
  }
  const { status, body, headers } = reply
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': '1', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** The right server but for one thing. */
const but =
  (isWrong: (asked: Asked) => boolean, wrong: Reply) =>
  (asked: Asked): Reply =>
    right(asked).status === 200 && isWrong(asked) ? wrong : right(asked)

describe('random requests', () => {
  it('find nothing wrong with a server that is right, and get through to it', async () => {
    const { failures, requests, statuses } = await fuzz(right)
    expect(failures).toEqual([])
    expect(requests).toBe(600)
    expect(statuses.get('Notes_Write')?.get(200)).toBeGreaterThan(100)
  })

  it('find a planted 500 and shrink the request to what matters', async () => {
    const { failures, url } = await fuzz(but(({ text }) => text!.includes('🙂'), error(500, 13)))
    expect(failures).toHaveLength(1)
    const [failure] = failures
    expect(failure!.faults).toContain('the status is 500: no request may be answered so')
    expect(JSON.parse(String(failure!.request.body))).toEqual({ text: '🙂' })
    expect(failure!.request.path.length).toBeLessThan(20)
    const printed = failureText(fuzzFailure(url, failure!))
    expect(printed).toContain(`--operation Notes_Write --seed 11 --path ${failure!.path}`)
    expect(printed).toMatch(/curl -i .*-X POST 'http.*\/v1\/notes\/[^']+'.*--data-raw '\{"text":"🙂"\}'/)
    expect(printed).toContain('answer:  500')
  })

  it('find the same failure again by seed and path, with one request', async () => {
    const broken = but(({ text }) => text!.includes('🙂'), error(500, 13))
    const [first] = (await fuzz(broken)).failures
    const again = await fuzz(broken, { path: first!.path, seed: first!.seed })
    expect(again.failures[0]).toMatchObject({ request: first!.request, path: first!.path })
    expect(again.asked[0]).toMatchObject({ method: 'POST', text: '🙂' })
  })

  it.each<[string, Reply, RegExp]>([
    ['a breach of the schema', { status: 200, body: { id: 7 } }, /id must be string/],
    ['an answer that is no JSON', { status: 200, body: '<p>' }, /no JSON/],
    [
      'a page',
      { status: 200, body: '{"id":"n1"}', headers: { 'content-type': 'text/html' } },
      /text\/html, not application\/json/,
    ],
    [
      'an answer without X-Request-Id',
      { status: 200, body: { id: 'n1' }, headers: { 'x-request-id': '' } },
      /no X-Request-Id/,
    ],
    ['a code under another status', error(400, 5), /code is 5 under status 400/],
    ['a code of nobody', error(400, 99), /code is 99, which is none/],
    ['an error that says nothing', { status: 400, body: { code: 3, message: ' ' } }, /no message/],
    [
      'a detail of no type',
      { status: 400, body: { code: 3, message: 'no', details: [{ '@type': 'x' }] } },
      /no google.rpc type/,
    ],
    ['a redirect', { status: 302, body: {} }, /an answer is 200 or an error/],
    ['a secret', { status: 200, body: { id: 'the-right-key' } }, /holds a secret/],
    [
      'a stack',
      { status: 400, body: { code: 3, message: 'at send (send.ts:12:3)' } },
      /inside of the program/,
    ],
    ['right credentials refused', error(401, 16), /right credentials were answered 401/],
    ['an operation that denies being served', error(501, 12), /not served/],
  ])('find %s', async (_, wrong, fault) => {
    const { failures } = await fuzz(but(() => true, wrong))
    expect(failures.map(({ faults }) => faults.join('; '))).toEqual([expect.stringMatching(fault)])
  })

  it('find a server that serves strangers', async () => {
    const { failures } = await fuzz((asked) => right({ ...asked, key: 'the-right-key' }))
    expect(failures[0]?.faults.join()).toMatch(/did not say who they are was served|instead of 401/)
  })

  it('find a server that reads the body before it knows who calls', async () => {
    const { failures } = await fuzz((asked) =>
      asked.text === undefined && asked.method === 'POST' ? error(400, 3) : right(asked),
    )
    expect(failures[0]?.faults).toEqual(['wrong credentials were answered 400 instead of 401'])
  })

  it('find a connection that breaks', async () => {
    const { failures } = await fuzz(but(({ text }) => text!.length > 3, CUT))
    expect(failures[0]?.faults.join()).toContain('no answer came')
    expect(failures[0]?.answer).toBeNull()
  })

  it('find an operation that is served although it should not be', async () => {
    const target = { ...write, served: false }
    expect((await fuzz(() => error(501, 12), {}, [target])).failures).toEqual([])
    const { failures } = await fuzz(right, {}, [target])
    expect(failures[0]?.faults.join()).toContain('an operation that is not served answered')
  })

  it('share out their number, and a failure in one operation hides none in another', async () => {
    const other = { ...write, operation: { ...write.operation, id: 'Other' } }
    const { failures } = await fuzz(
      but(() => true, error(500, 13)),
      {},
      [write, other],
    )
    expect(failures.map(({ target }) => target.operation.id).toSorted()).toEqual(['Notes_Write', 'Other'])
    expect((await fuzz(right, { requests: 101 }, [write, other])).requests).toBe(102)
  })
})
