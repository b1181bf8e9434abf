/** One call, as the tables write it. */
export interface Sent {
  /** Values of the path's parameters, by name. */
  params?: Record<string, string>
  /** With its question mark. */
  query?: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as a form with files instead. */
  files?: FormData
  /** Sent as a form instead. */
  form?: Record<string, string>
  headers?: Record<string, string>
}

export interface Expected {
  /** HTTP status, then code and reason of an error, or OAuth's own name of it: `403 7 SCOPE_MISSING`. */
  answer: string
  /** Texts that the answer must hold. */
  says?: readonly string[]
  /** Texts that it must not hold. */
  hides?: readonly string[]
}

export interface Operation {
  method: string
  /** With `:name` for parameters. */
  path: string
}

interface ErrorAnswer {
  code?: number
  error?: string
  details?: { '@type': string; reason?: string }[]
}

/** Makes the call and says what came of it in the words of {@link Expected}, so that a table's diff names it. */
export async function outcomeOf(
  url: string,
  operation: Operation,
  sent: Sent,
  expected: Expected,
): Promise<string> {
  const headers: Record<string, string> = {
    ...(sent.body !== undefined && { 'content-type': 'application/json' }),
    ...sent.headers,
  }
  const response = await fetch(url + filled(operation.path, sent.params) + (sent.query ?? ''), {
    method: operation.method,
    headers,
    redirect: 'manual',
    ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
    ...(sent.files && { body: sent.files }),
    ...(sent.form && { body: new URLSearchParams(sent.form) }),
  })
  const text = await readText(response)
  return [answerOf(response, text), ...complaints(response, text, { headers, expected })].join(' ')
}

const filled = (path: string, params: Record<string, string> = {}): string =>
  path.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? `no-${name}`))

async function readText(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text()
  // A stream does not end by itself; that it begins is all there is to know.
  await response.body?.cancel()
  return ''
}

function answerOf(response: Response, text: string): string {
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  // Nothing more is known of an answer to HEAD.
  if (!isJson || response.ok || text === '') return String(response.status)
  const { code, error, details = [] } = JSON.parse(text) as ErrorAnswer
  const reason = details.find((detail) => detail.reason)?.reason
  return [response.status, code ?? error, reason].filter((part) => part !== undefined).join(' ')
}

function complaints(
  response: Response,
  text: string,
  call: { headers: Record<string, string>; expected: Expected },
): string[] {
  const { says = [], hides = [] } = call.expected
  const location = response.headers.get('location') ?? ''
  const secrets = response.ok ? [] : credentialsIn(call.headers)
  return [
    ...says.filter((part) => !(text + location).includes(part)).map((part) => `without ${part}`),
    ...hides.filter((part) => text.includes(part)).map((part) => `with ${part}`),
    ...secrets.filter((secret) => text.includes(secret)).map(() => 'with a credential'),
    ...(response.headers.has('x-request-id') ? [] : ['without X-Request-Id']),
  ]
}

function credentialsIn(headers: Record<string, string>): string[] {
  const { authorization = '', cookie = '', 'x-api-key': key = '', 'x-access-token': token = '' } = headers
  return [authorization.split(' ')[1] ?? '', cookie.split('=')[1] ?? '', key, token].filter(Boolean)
}
