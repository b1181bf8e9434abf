import { CommandError } from './command-error.ts'
import { devClient, readAnswer } from './dev-client.ts'
import type { Io } from './io.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The host API of a Charsu, by its key. Whatever it refuses is a CommandError with its words. */
export interface HostClient {
  /** Origin, without a trailing slash. */
  url: string
  /** Whether it says of itself that it runs in development mode. */
  isDevelopment: boolean
  /** @param path below `/host/v1`, such as `/apps`. */
  call<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
}

type ClientIo = Pick<Io, 'env' | 'fetch' | 'signal' | 'err'>

/**
 * @param url of `--url`. The key is CHARSU_HOST_KEY; a Charsu in development mode tells its own to whoever asks.
 * @throws CommandError when there is no key to be had.
 */
export async function hostClient(io: ClientIo, url?: string): Promise<HostClient> {
  const client = devClient(io, url)
  const given = io.env.CHARSU_HOST_KEY?.trim()
  const response = await client.request('GET', '/dev/v1')
  const hello = response.ok ? ((await response.json().catch(() => null)) as Hello | null) : null
  if (!response.ok) await response.body?.cancel()
  const isDevelopment = hello?.name === 'charsu'
  const key = given || (isDevelopment ? hello.host_key : undefined)
  if (key === undefined) throw noKey(client.url)
  warnOfOpenWay(io, client.url)
  return {
    url: client.url,
    isDevelopment,
    call: async (method, path, body, headers = {}) =>
      readAnswer(
        client.url,
        await client.request(method, `/host/v1${path}`, {
          headers: {
            authorization: `Bearer ${key}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
  }
}

interface Hello {
  name?: unknown
  host_key?: string
}

const noKey = (url: string): CommandError =>
  new CommandError(`the Charsu at ${url} does not tell its host key: it does not run in development mode`, {
    hint: 'Set CHARSU_HOST_KEY to the key that it was started with. It is read from the environment alone, so that it stands in no shell history.',
  })

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

function warnOfOpenWay(io: Pick<Io, 'err'>, url: string): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return
  io.err(
    `warning: the host key goes to ${hostname} unencrypted; use https:// where others share the network\n`,
  )
}
