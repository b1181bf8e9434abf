import { CommandError } from './command-error.ts'
import { connectionFault } from './connection-fault.ts'
import type {
  AppRequest,
  DevelopmentApp,
  DevelopmentHello,
  TriggerAnswer,
  TriggerRequest,
} from './development-shapes.ts'
import type { Io } from './io.ts'

export const DEFAULT_URL = 'http://localhost:4400'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A Charsu in development mode, by its `/dev/v1`. Everything it cannot do is a CommandError that says what to do. */
export interface DevClient {
  /** Origin, without a trailing slash. */
  url: string
  hello(): Promise<DevelopmentHello>
  /** Makes the development app of that slug, or finds it; its credentials are the same at every call. */
  putApp(slug: string, app: AppRequest): Promise<DevelopmentApp>
  trigger(slug: string, call: TriggerRequest): Promise<TriggerAnswer>
  resend(deliveryId: string): Promise<{ delivery_id: string }>
  /** Any other operation; `path` is in full, such as `/dev/v1/snapshots`. */
  call<T>(method: Method, path: string, body?: unknown): Promise<T>
  /** The same without a look at the answer, for streams and files. */
  request(method: Method, path: string, init?: RequestInit): Promise<Response>
}

/**
 * @param url of `--url`; CHARSU_URL or the usual address when absent.
 * @throws CommandError with exit code 2 when it is none.
 */
export function devClient(io: Pick<Io, 'env' | 'fetch' | 'signal'>, given?: string): DevClient {
  const url = originOf(given ?? (io.env.CHARSU_URL?.trim() || DEFAULT_URL))
  const request: DevClient['request'] = async (method, path, init = {}) => {
    try {
      return await io.fetch(url + path, { signal: io.signal, ...init, method })
    } catch (error) {
      if (io.signal.aborted) throw new CommandError('stopped before an answer came')
      throw notThere(url, error)
    }
  }
  const call: DevClient['call'] = async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
    const response = await request(method, path, {
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    return readAnswer<T>(url, response)
  }
  const app = (slug: string): string => `/dev/v1/apps/${encodeURIComponent(slug)}`
  return {
    url,
    request,
    call,
    hello: async () => {
      const hello = await call<Partial<DevelopmentHello> | null>('GET', '/dev/v1')
      if (hello?.name !== 'charsu') throw notCharsu(url)
      return hello as DevelopmentHello
    },
    putApp: (slug, body) => call('PUT', app(slug), body),
    trigger: (slug, body) => call('POST', `${app(slug)}/trigger`, body),
    resend: (id) => call('POST', `/dev/v1/deliveries/${encodeURIComponent(id)}/resend`),
  }
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  throw new CommandError(
    `${JSON.stringify(text)} is no address of a Charsu: expected one such as ${DEFAULT_URL}`,
    {
      hint: 'Write it with http:// in --url or CHARSU_URL.',
      exitCode: 2,
    },
  )
}

const notThere = (url: string, cause: unknown): CommandError =>
  new CommandError(`no Charsu answers at ${url}: ${connectionFault(cause)}`, {
    hint: 'Start one with "charsu dev" in another terminal, or say where it runs with --url or CHARSU_URL.',
    cause,
  })

const notCharsu = (url: string): CommandError =>
  new CommandError(`what answers at ${url} is not a Charsu in development mode`, {
    hint: 'Start one with "charsu dev --port 4401" and say --url http://localhost:4401, or set CHARSU_URL.',
  })

interface Refusal {
  code?: unknown
  message?: unknown
  details?: { reason?: string; field_violations?: { field: string; description: string }[] }[]
}

/** What to do in this command line's words, for reasons whose message ends with those of the API. */
const IN_COMMANDS: Readonly<Record<string, string>> = {
  SNAPSHOT_EXISTS: 'Choose another name, or add --force to overwrite it.',
  SNAPSHOT_UNKNOWN: '"charsu snapshot list" shows all of them.',
  DELIVERY_NOT_FOUND: '"charsu listen" shows the id of each delivery.',
}

/**
 * The JSON of a 2xx answer.
 * @throws CommandError with what the server said otherwise.
 */
export async function readAnswer<T>(url: string, response: Response): Promise<T> {
  const text = await response.text()
  const body = parseJson(text)
  if (response.ok && body !== undefined) return body as T
  if (response.ok && text === '') return undefined as T
  const refusal = (body ?? {}) as Refusal
  if (typeof refusal.message !== 'string' || refusal.code === undefined) throw notCharsu(url)
  // The whole surface is missing, not a resource of it.
  if (response.status === 501 || (response.status === 404 && new URL(response.url).pathname === '/dev/v1')) {
    throw new CommandError(
      `the Charsu at ${url} does not serve this: it runs in production mode, or is of another version`,
      {
        hint: 'These commands talk to a Charsu in development mode, as "charsu dev" starts it.',
      },
    )
  }
  const details = refusal.details ?? []
  const hint = details.map(({ reason }) => reason && IN_COMMANDS[reason]).find(Boolean)
  if (hint) throw new CommandError(refusal.message.split(': ', 1)[0]!, { hint })
  const fields = details.flatMap(({ field_violations: found }) => found ?? [])
  const lines = fields.map(({ field, description }) => `  - ${field} ${description}`)
  throw new CommandError([refusal.message, ...lines].join('\n'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
