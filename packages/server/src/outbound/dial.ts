import { isIP, type LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { buildConnector } from 'undici'
import type { AddressGuard } from './address-guard.ts'
import { literalAddresses } from './check-url.ts'
import { codeOf, DialError, reasonOf } from './outcome.ts'
import type { ResolveName } from './resolve-name.ts'

export interface DialDeps {
  guard: AddressGuard
  resolve: ResolveName
  connectTimeoutMs: number
  /** In PEM; absent: the public ones alone. */
  authorities?: readonly string[]
}

/**
 * How connections to apps are opened: every DNS answer is filtered through the guard before a packet leaves, so
 * a name that turns from a public to a private address between two calls (rebinding) is caught at the second.
 */
export function createDial(deps: DialDeps): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: deps.connectTimeoutMs,
    lookup: guardedLookup(deps),
    autoSelectFamily: true,
    ...(deps.authorities && { secureContext: trusting(deps.authorities) }),
  })
  return (options, callback) => {
    // A literal address never reaches the lookup function.
    const refusal = isIP(options.hostname) ? deps.guard.refusal(options.hostname) : undefined
    if (refusal) return callback(new DialError('guard', refused(refusal)), null)
    let reached = false
    const socket = connect(options, (...[error, connected]) => {
      if (error) return callback(dialError(error, reached), null)
      // What was dialled is known for certain only now; nothing of the request has been sent yet.
      const late = deps.guard.refusal(connected.remoteAddress ?? '')
      if (!late) return callback(null, connected)
      connected.destroy()
      callback(new DialError('guard', refused(late)), null)
    }) as unknown as { once(event: 'connect', listener: () => void): void }
    socket.once('connect', () => {
      reached = true
    })
  }
}

/** Made once: reading the public authorities anew for every connection would take tens of milliseconds each. */
const trusting = (authorities: readonly string[]): SecureContext =>
  createSecureContext({ ca: [...getCACertificates('default'), ...authorities] })

function guardedLookup({ guard, resolve }: DialDeps): LookupFunction {
  return (hostname, options, callback) => {
    const literal = literalAddresses(hostname)
    Promise.resolve(literal.length > 0 ? literal : resolve(hostname)).then(
      (addresses) => {
        const allowed = addresses.filter((address) => guard.refusal(address) === undefined)
        const first = allowed[0]
        if (first === undefined) {
          const refusals = addresses.map((address) => guard.refusal(address))
          const error = refusals[0]
            ? new DialError('guard', refused(`${hostname}: ${refusals[0]}`))
            : new DialError('dns', `${hostname} has no address`)
          return callback(error, '', 0)
        }
        if (!options.all) return callback(null, first, isIP(first))
        callback(
          null,
          allowed.map((address) => ({ address, family: isIP(address) })),
        )
      },
      (error: Error) =>
        callback(new DialError('dns', `${hostname} could not be resolved: ${reasonOf(error)}`), '', 0),
    )
  }
}

const refused = (refusal: string) => `refused to connect: ${refusal}`

function dialError(error: Error, reached: boolean): DialError {
  if (error instanceof DialError) return error
  if (codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT') return new DialError('timeout', 'no connection in time')
  // After the TCP connection stood, only the TLS handshake can have failed.
  if (reached) return new DialError('tls', `TLS handshake failed: ${reasonOf(error)}`)
  return new DialError('connect', `could not connect: ${reasonOf(error)}`)
}
