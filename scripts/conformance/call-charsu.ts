import { exchange, type Received } from './exchange.ts'

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

/** Calls that must succeed: without this marketplace there is nothing to ask about. */
export const caller =
  (url: string, headers: Record<string, string>): Call =>
  async <T>(method: string, path: string, body?: unknown) => {
    const answer = await exchange({
      method,
      url: url + path,
      headers: { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    requireStatus(answer, 200, `${method} ${path}`)
    return JSON.parse(answer.text) as T
  }

export function requireStatus(answer: Received, status: number, what: string): void {
  if (answer.status !== status) throw new Error(`${what} was answered ${answer.status}: ${answer.text}`)
}
