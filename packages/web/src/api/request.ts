/** The server answered, and refused. `reason` is a name of the error catalogue, empty where the answer gave none. */
export class ApiFailure extends Error {
  override name = 'ApiFailure'
  readonly status: number
  readonly reason: string
  /** Wrong fields by name. */
  readonly fields: ReadonlyMap<string, string>
  /** From Retry-After; null where it said nothing. */
  readonly retryAfterMs: number | null
  readonly requestId: string | null
  /** The page of the reason at this server; null without one. */
  readonly help: string | null

  constructor(answer: {
    status: number
    message: string
    reason: string
    fields: ReadonlyMap<string, string>
    retryAfterMs: number | null
    requestId: string | null
    help: string | null
  }) {
    super(answer.message)
    this.status = answer.status
    this.reason = answer.reason
    this.fields = answer.fields
    this.retryAfterMs = answer.retryAfterMs
    this.requestId = answer.requestId
    this.help = answer.help
  }
}

/** No complete answer came: the network or the server is away. Whether the call took effect is not known. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

export interface RequestOptions {
  body?: unknown
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}

/** @throws ApiFailure for every answer but a 2xx, NoAnswer without one, DOMException `AbortError` when aborted. */
export type Request = <T>(method: string, path: string, options?: RequestOptions) => Promise<T>

export interface RequestDeps {
  /** Before every path: '' or `/dev/as/{host_id}`. */
  base: string
  fetch?: typeof fetch
  /** Told of every 401: the session has ended, here or elsewhere. */
  onSessionEnded?: () => void
}

export function createRequest({ base, fetch: send = fetch, onSessionEnded }: RequestDeps): Request {
  return async <T>(method: string, path: string, options: RequestOptions = {}): Promise<T> => {
    const answer = await ask(send, urlOf(base + path, options.query), {
      method,
      headers: {
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    })
    const text = await answer.text().catch((cause: unknown) => noAnswer(cause))
    if (answer.ok) return readJson(text) as T
    if (answer.status === 401) onSessionEnded?.()
    throw failureOf(answer, text)
  }
}

function urlOf(path: string, query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  if (given.length === 0) return path
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

async function ask(send: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await send(url, init)
  } catch (cause) {
    return noAnswer(cause)
  }
}

function noAnswer(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
  throw new NoAnswer('the server did not answer', { cause })
}

function readJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    return {}
  }
}

interface ErrorBody {
  message?: unknown
  details?: {
    reason?: string
    field_violations?: { field: string; description: string }[]
    links?: { url: string }[]
  }[]
}

export function failureOf(answer: Response, text: string): ApiFailure {
  const said = readJson(text)
  const { message, details } = (typeof said === 'object' && said !== null ? said : {}) as ErrorBody
  const list = Array.isArray(details) ? details : []
  const wrong = list.flatMap((detail) => detail.field_violations ?? [])
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return new ApiFailure({
    status: answer.status,
    message: typeof message === 'string' ? message : `HTTP ${answer.status}`,
    reason: list.find((detail) => detail.reason)?.reason ?? '',
    fields: new Map(wrong.map(({ field, description }) => [field, description])),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    requestId: answer.headers.get('x-request-id'),
    help: list.flatMap((detail) => detail.links ?? [])[0]?.url ?? null,
  })
}
