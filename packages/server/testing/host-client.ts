import { helpDetail } from './help-page.ts'
import { TEST_HOST_KEY } from './test-server.ts'

export interface JsonAnswer {
  status: number
  body: unknown
}

/** Calls the host API as the marketplace's backend does; a body that is text goes out as it is. */
export type HostClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<JsonAnswer>

export const hostClient =
  (node: { url: string }, key: string = TEST_HOST_KEY): HostClient =>
  async (method, path, body, headers = {}) => {
    const answer = await fetch(`${node.url}/host/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }

/** What a 400 with these wrong fields looks like; each description holds the given text. */
export const badFields = (fields: Record<string, unknown>) => ({
  status: 400,
  body: {
    code: 3,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        field_violations: Object.entries(fields).map(([field, description]) => ({ field, description })),
      },
      { reason: 'INVALID_FIELDS' },
      helpDetail('INVALID_FIELDS'),
    ],
  },
})
