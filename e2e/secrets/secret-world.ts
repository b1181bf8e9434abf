import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import type { ClickedAppServer } from '../../packages/server/testing/clicked-app.ts'
import type { TestServer } from '../../packages/server/testing/test-server.ts'

/** Remembers what must not be found, with what it is, and gives it back. */
export type Keep = (name: string, value: unknown) => string

/** Where a story full of secrets happens. */
export interface SecretWorld {
  node: TestServer
  app: Pick<ClickedAppServer, 'url'>
  keep: Keep
  /** All that the node has logged so far. */
  logged(): string
}

export function secretKeeper(): { secrets: [name: string, secret: string][]; keep: Keep } {
  const secrets: [name: string, secret: string][] = []
  const keep: Keep = (name, value) => {
    const text = String(value)
    if (text.length < 6) throw new Error(`${name} is too short to be looked for: ${text}`)
    secrets.push([name, text])
    return text
  }
  return { secrets, keep }
}

export const unique = (word: string): string => `${word}-${randomUUID().slice(0, 8)}`

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}

export async function call(
  { node }: Pick<SecretWorld, 'node'>,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(node.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = {}
  }
  return { status: answer.status, headers: answer.headers, text, body: parsed as Record<string, unknown> }
}

export async function rawRequest({ node }: Pick<SecretWorld, 'node'>, bytes: string): Promise<void> {
  const socket = net.connect(Number(new URL(node.url).port), '127.0.0.1')
  socket.end(bytes)
  socket.resume()
  await once(socket, 'close')
}

/** An app that answers no HTTP, but words. */
export async function startBabbler(words: string): Promise<{ url: string; close(): void }> {
  const server = net.createServer((socket) => void socket.on('error', () => {}).end(`${words}\r\n\r\n`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}

/** What the app says to events and clicks, told by the path it is called at. */
export function appAnswer(keep: Keep, path: string): { status?: number; body?: unknown } {
  const words = keep('an app’s answer', unique('app-says'))
  if (path.startsWith('/failing')) return { status: 500, body: { words } }
  if (path.startsWith('/refusing')) return { status: 400, body: words }
  if (path.startsWith('/session'))
    return { body: { url: `https://app.example/?token=${keep('a token in an app’s URL', unique('url'))}` } }
  if (path.startsWith('/action')) return { body: { text_message: words } }
  return { body: { words } }
}
