import { StoryError } from './expect-that.ts'
import { readTitle } from './read-form.ts'
import type { Reporter } from './reporter.ts'
import { shortenAll, shortenSecrets } from './shorten-secrets.ts'

export interface Answer<T> {
  status: number
  headers: Headers
  text: string
  /** The answer's JSON; undefined when it is none. */
  body: T
}

export interface CallOptions {
  body?: unknown
  form?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  /** What the answer must have; any 2xx by default. */
  status?: number
  /** What of the answer to tell; all of it by default, `null` to tell nothing of the whole exchange. */
  show?: ((answer: unknown) => unknown) | null
}

const DEADLINE_MS = 20_000

/** Somebody who makes HTTP calls: a person with a browser and its cookies, or a program with its key. */
export class Party {
  readonly name: string
  readonly #reporter: Reporter
  readonly #headers: Readonly<Record<string, string>>
  readonly #names: ReadonlyMap<string, string>
  /** By origin. */
  readonly #cookies = new Map<string, Map<string, string>>()

  /** @param names what to call the origins. */
  constructor(
    name: string,
    deps: {
      reporter: Reporter
      names: ReadonlyMap<string, string>
      headers?: Readonly<Record<string, string>>
    },
  ) {
    this.name = name
    this.#reporter = deps.reporter
    this.#names = deps.names
    this.#headers = deps.headers ?? {}
  }

  get<T = unknown>(url: string, options?: CallOptions): Promise<Answer<T>> {
    return this.call('GET', url, options)
  }

  post<T = unknown>(url: string, options?: CallOptions): Promise<Answer<T>> {
    return this.call('POST', url, options)
  }

  /** @throws StoryError when the answer's status is not the expected one. */
  async call<T = unknown>(method: string, url: string, options: CallOptions = {}): Promise<Answer<T>> {
    const { origin, pathname, search } = new URL(url)
    const response = await fetch(url, {
      method,
      headers: this.#requestHeaders(method, origin, options),
      ...(options.form && { body: new URLSearchParams(options.form).toString() }),
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    const text = await response.text()
    this.#keepCookies(origin, response.headers.getSetCookie())
    const body = readBody(text, response.headers)
    this.#tell(method, origin, pathname + search, response, text, body, options)
    const expected = options.status === undefined ? response.ok : response.status === options.status
    if (!expected) {
      throw new StoryError(
        `${this.name}: ${method} ${shortenSecrets(pathname)} answered ${response.status} instead of ${options.status ?? '2xx'}: ${shortenSecrets(text.slice(0, 600))}`,
      )
    }
    return { status: response.status, headers: response.headers, text, body: body as T }
  }

  #requestHeaders(
    method: string,
    origin: string,
    { body, form, headers }: CallOptions,
  ): Record<string, string> {
    const jar = this.#cookies.get(origin)
    const cookie = [...(jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    return {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      // A browser says where an unsafe request comes from.
      ...(cookie !== '' && { cookie }),
      ...(cookie !== '' && method !== 'GET' && { origin, 'sec-fetch-site': 'same-origin' }),
      ...this.#headers,
      ...headers,
    }
  }

  #keepCookies(origin: string, setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      const jar = this.#cookies.get(origin) ?? new Map<string, string>()
      jar.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
      this.#cookies.set(origin, jar)
    }
  }

  #tell(
    method: string,
    origin: string,
    path: string,
    response: Response,
    text: string,
    body: unknown,
    { body: sent, form, show = (answer) => answer }: CallOptions,
  ): void {
    if (show === null) return
    const location = response.headers.get('location')
    const isPage = response.headers.get('content-type')?.startsWith('text/html')
    const answer = location ? { location } : isPage ? `(page) ${readTitle(text)}` : show(body)
    this.#reporter.exchange({
      from: this.name,
      to: this.#names.get(origin) ?? origin,
      method,
      path: shortenSecrets(path),
      body: shortenAll(sent ?? shortForm(form)),
      status: response.status,
      answer: shortenAll(answer),
    })
  }
}

/** A consent page's ticket fills a screen and tells nothing. */
const shortForm = (form: CallOptions['form']): unknown =>
  form && Object.fromEntries(Object.entries(form).map(([name, value]) => [name, cut(value)]))

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 16)}…` : text)

function readBody(text: string, headers: Headers): unknown {
  if (!headers.get('content-type')?.startsWith('application/json') || text === '') return undefined
  return JSON.parse(text)
}
