import { Pool } from 'undici'
import { BODY, type Marketplace } from './send-marketplace.ts'

export interface Sender extends AsyncDisposable {
  /** Sends one message into some conversation; resolves with its id, or undefined where the server gives none. */
  send(): Promise<string | undefined>
}

/** Sends over keep-alive connections, as many as `connections`; a message that is not accepted is an error. */
export function createSender(
  url: string,
  { headers, paths }: Marketplace,
  { connections }: { connections: number },
): Sender {
  const pool = new Pool(url, { connections, pipelining: 1 })
  return {
    async send() {
      const path = paths[Math.floor(Math.random() * paths.length)]!
      const answer = await pool.request({ method: 'POST', path, headers, body: BODY })
      const body = (await answer.body.json()) as { message_id?: string }
      if (answer.statusCode !== 200)
        throw new Error(`a send was answered ${answer.statusCode}: ${JSON.stringify(body)}`)
      return body.message_id
    },
    [Symbol.asyncDispose]: () => pool.close(),
  }
}
