import { Buffer } from 'node:buffer'
import { Pool } from 'undici'
import type { FuzzRequest } from './request-arbitrary.ts'

export interface FuzzAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}

export interface Sender extends AsyncDisposable {
  send(request: FuzzRequest): Promise<FuzzAnswer>
}

/** Longer than any right answer takes, on a busy machine too. */
const LONGEST_ANSWER_MS = 20_000

/** Sends requests exactly as they are: neither path nor query is put in order first. */
export function openSender(url: string, connections: number): Sender {
  const pool = new Pool(url, {
    connections,
    headersTimeout: LONGEST_ANSWER_MS,
    bodyTimeout: LONGEST_ANSWER_MS,
  })
  return {
    async send({ method, path, headers, body }) {
      const answer = await pool.request({ method: method as 'GET', path, headers: { ...headers }, body })
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        ),
        text: await answer.body.text(),
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The request as a command that repeats it, byte for byte. */
export function fuzzCurl(url: string, { method, path, headers, body }: FuzzRequest): string {
  const parts = ['curl', '-i', '--globoff', '--path-as-is']
  parts.push(...(method === 'HEAD' ? ['--head'] : ['-X', method]), quoted(url + path))
  for (const [name, value] of Object.entries(headers))
    parts.push('-H', quoted(`${name}${value === '' ? ';' : `: ${value}`}`))
  if (body === null) return parts.join(' ')
  // curl would call it a form.
  if (headers['content-type'] === undefined) parts.push('-H', quoted('content-type:'))
  const isText = Buffer.from(body.toString()).equals(body) && !body.includes(0)
  if (isText) return [...parts, '--data-raw', quoted(body.toString())].join(' ')
  return [`echo ${body.toString('base64')} | base64 -d |`, ...parts, '--data-binary', '@-'].join(' ')
}
