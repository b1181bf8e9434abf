import type { AppUnderTest, BedSettings } from '../src/testing/testing.ts'

/** What the platform asked the app. */
export interface Received {
  /** `events`, `sessions`, `actions`. */
  place: string
  headers: Headers
  body: Record<string, unknown>
  /** Of a message's event. */
  text: string | undefined
  signal: AbortSignal
}

export type Answer = unknown

/** An app without any framework, as somebody may have written it for Kenar. */
export const plainApp =
  (answer: (call: Received, charsu: PlainClient) => Answer) =>
  (settings: BedSettings): AppUnderTest =>
  async (request) => {
    if (request.method === 'GET') return new Response('a page of the app')
    const body = (await request.json()) as Record<string, unknown>
    const message = (body.new_message ?? body.new_chatbot_message) as { text?: string } | undefined
    const place = new URL(request.url).pathname.split('/').at(-1) ?? ''
    const call = { place, headers: request.headers, body, text: message?.text, signal: request.signal }
    const said = await answer(call, plainClient(settings))
    return said instanceof Response ? said : Response.json(said ?? {})
  }

export type PlainClient = ReturnType<typeof plainClient>

/** Calls the platform with nothing but fetch. */
export function plainClient(settings: Pick<BedSettings, 'fetch' | 'charsuUrl' | 'apiKey'>) {
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const { token, body, headers } = options
    const response = await settings.fetch(
      new Request(settings.charsuUrl + path, {
        method,
        headers: {
          'x-api-key': settings.apiKey,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    call,
    send: (token: string, conversationId: string, body: object) =>
      call('POST', `/v2/open-platform/conversations/${conversationId}/messages`, { token, body }),
    sayAsChatbot: (conversationId: string, body: object) =>
      call('POST', `/v1/open-platform/chat/bot/conversations/${conversationId}/messages`, { body }),
  }
}

/** A grid of one row. */
export const row = (...buttons: [caption: string, action: object][]) => ({
  rows: [{ buttons: buttons.map(([caption, action]) => ({ caption, action })) }],
})
