import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface OpenUpload {
  /** Sends some of the file; resolves when it may send more. */
  send(bytes: Uint8Array): Promise<void>
  /** Ends the file, and the body. */
  end(): void
  /** Goes away in the middle. */
  cut(): void
  answer: Promise<{ status: number; body: unknown }>
}

const BOUNDARY = 'a-boundary-of-the-tests'

/** An upload whose bytes come when the test says so. */
export function openUpload(
  url: string,
  { kind, token, field = 'file' }: { kind: string; token: string; field?: string },
): OpenUpload {
  const sending: ClientRequest = request(`${url}/upload/${kind}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    },
  })
  const answer = new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    sending.once('error', reject)
    sending.once('response', (response: IncomingMessage) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) }),
        reject,
      )
    })
  })
  answer.catch(() => {})
  sending.write(
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${field}"; filename="a"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  )
  return {
    answer,
    async send(bytes) {
      if (!sending.write(bytes)) await Promise.race([once(sending, 'drain'), answer.catch(() => {})])
    },
    end: () => void sending.end(`\r\n--${BOUNDARY}--\r\n`),
    cut: () => void sending.destroy(),
  }
}
