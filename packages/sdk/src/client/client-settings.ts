import type { Interceptor } from './interceptor.ts'
import { realTime, type Time } from './time.ts'

/** How a client calls the platform. */
export interface ClientSettings {
  /** The app's API key, `ck_…`, from the console. */
  apiKey: string
  /** Origin of the platform, `http://localhost:4400` by default; Kenar's is `https://open-api.divar.ir`. */
  baseUrl?: string | URL | undefined
  /** Carries requests; the global `fetch` by default. */
  fetch?: ((request: Request) => Promise<Response>) | undefined
  /** The real clock by default. */
  time?: Time | undefined
  /** Milliseconds for one attempt, from its start to the answer's last byte; 30,000 by default. */
  timeoutMs?: number | undefined
  /** How often a call is tried again, 0 to 10; 3 by default. Only what is safe to repeat is. */
  retries?: number | undefined
  /**
   * The longest wait between two attempts, in milliseconds; 10,000 by default, which is as long as the platform waits
   * for an answer to an event. A refusal that asks for a longer one is thrown at once.
   */
  maxWaitMs?: number | undefined
  /** Around each attempt, the first of them outermost. */
  interceptors?: readonly Interceptor[] | undefined
  /**
   * Whether sends carry an Idempotency-Key, and may thus be repeated; true by default. Kenar does not know the header:
   * say false there, and a send whose outcome is unknown is not repeated.
   */
  idempotencyKeys?: boolean | undefined
}

/** The settings with nothing left open. */
export interface ReadSettings {
  apiKey: string
  /** Without a slash at its end. */
  baseUrl: string
  fetch: (request: Request) => Promise<Response>
  time: Time
  timeoutMs: number
  retries: number
  maxWaitMs: number
  interceptors: readonly Interceptor[]
  idempotencyKeys: boolean
}

export const DEFAULT_BASE_URL = 'http://localhost:4400'
const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_RETRIES = 3
const DEFAULT_MAX_WAIT_MS = 10_000
const MAX_RETRIES = 10

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** @throws TypeError that says which setting is wrong, and never quotes the key. */
export function readClientSettings(settings: ClientSettings): ReadSettings {
  return {
    apiKey: readApiKey(settings.apiKey),
    baseUrl: readBaseUrl(settings.baseUrl ?? DEFAULT_BASE_URL),
    // Looked up at each call: who replaces the global later is heard.
    fetch: settings.fetch ?? ((request) => globalThis.fetch(request)),
    time: settings.time ?? realTime,
    timeoutMs: readTimeoutMs(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    retries: readNumber('retries', settings.retries ?? DEFAULT_RETRIES, 0, MAX_RETRIES),
    maxWaitMs: readNumber('maxWaitMs', settings.maxWaitMs ?? DEFAULT_MAX_WAIT_MS, 0, 2 ** 31 - 1),
    interceptors: settings.interceptors ?? [],
    idempotencyKeys: settings.idempotencyKeys ?? true,
  }
}

/** @throws RangeError */
export const readTimeoutMs = (value: unknown): number => readNumber('timeoutMs', value, 1, 2 ** 31 - 1)

function readApiKey(key: unknown): string {
  if (typeof key !== 'string' || key === '') {
    throw new TypeError(
      'apiKey is missing: pass the API key of your app, ck_…, which its page in the console makes',
    )
  }
  if (VISIBLE_ASCII.test(key)) return key
  throw new TypeError('apiKey has a space, a line break or another character that no key has: copy it again')
}

/** @throws TypeError */
export function readBaseUrl(given: string | URL, name = 'baseUrl'): string {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined
  const example = `write it as "${DEFAULT_BASE_URL}" or "https://charsu.example"`
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError(`${name} must be an absolute http or https URL: ${example}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${name} must not hold a user name or password: ${example}`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new TypeError(`${name} must have no query and no fragment: ${example}`)
  }
  return url.href.replace(/\/+$/, '')
}

/** @throws RangeError */
export function readNumber(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(
    `${name} must be a whole number from ${min} to ${max}, but is ${String(value).slice(0, 60)}`,
  )
}
