import { type ClientSettings, readClientSettings } from './client-settings.ts'
import { KeyOperations } from './key-operations.ts'
import type { TokenSource } from './token-source.ts'
import { readTraceparent } from './traceparent.ts'
import { Transport } from './transport.ts'
import { UserClient } from './user-client.ts'

/**
 * Calls the platform, Charsu or Kenar, with an app's key (wire contract §1).
 * @throws TypeError for a setting that cannot be right
 * @example
 * ```ts
 * import { Client } from '@charsu/sdk'
 *
 * const charsu = new Client({ apiKey: 'ck_example', baseUrl: 'http://localhost:4400' })
 * const seller = charsu.as('ca_example')
 * await seller.sendMessage('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11', { message: 'Good evening' })
 * ```
 */
export class Client extends KeyOperations {
  readonly #transport: Transport

  /** @param traceparent W3C trace context that all calls carry, as {@link Client.inTrace} says. */
  constructor(settings: ClientSettings, traceparent?: string) {
    const transport = new Transport(
      readClientSettings(settings),
      traceparent === undefined ? undefined : readTraceparent(traceparent),
    )
    super(transport)
    this.#transport = transport
  }

  /**
   * The same client, whose calls carry this W3C trace context: what the platform does because of them can be found
   * under one trace. Contexts of handlers do it by themselves.
   * @throws TypeError for what is no `traceparent`
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const traced = (charsu: Client, request: Request) => {
   *   const traceparent = request.headers.get('traceparent')
   *   return traceparent === null ? charsu : charsu.inTrace(traceparent)
   * }
   * ```
   */
  inTrace(traceparent: string): Client {
    return new Client(this.#transport.settings, traceparent)
  }

  /** The client of one user: with their access token, or with what gives one at each call. */
  as(token: string | TokenSource): UserClient {
    return new UserClient(this.#transport, token)
  }
}
