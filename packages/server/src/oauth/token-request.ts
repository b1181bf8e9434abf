import type { OAuthFault } from './oauth-error.ts'

/** A request of an app's server to the token or revocation endpoint; empty values are absent. */
export interface ClientRequest {
  clientId: string
  clientSecret: string
  parameters: Partial<Record<ParameterName, string>>
}

const PARAMETERS = [
  'client_id',
  'client_secret',
  'grant_type',
  'code',
  'redirect_uri',
  'refresh_token',
  'code_verifier',
  'scope',
  'token',
] as const

type ParameterName = (typeof PARAMETERS)[number]

export type ReadClientRequest = { ok: true; request: ClientRequest } | { ok: false; fault: OAuthFault }

const HOW_TO_AUTHENTICATE =
  'send client_id and client_secret in the body, or both as HTTP Basic (docs/wire-contract.md, section 7)'

/**
 * Reads a form or JSON body and the client's credentials, from the body or from HTTP Basic (RFC 6749 §2.3.1).
 * The body is any JSON value.
 */
export function readClientRequest(body: unknown, authorization: string | undefined): ReadClientRequest {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const parameters: ClientRequest['parameters'] = {}
  for (const name of PARAMETERS) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (value === undefined || value === null || value === '') continue
    if (typeof value !== 'string') return invalid(`${name} must be a string`)
    parameters[name] = value
  }
  const basic = readBasic(authorization)
  if (basic === 'malformed') {
    return noClient('the Authorization header is no valid HTTP Basic: send base64 of client_id:client_secret')
  }
  const { client_id, client_secret } = parameters
  if (basic && client_id !== undefined && client_id !== basic.clientId) {
    return invalid('client_id in the body differs from the one in the Authorization header: send one of them')
  }
  const clientId = basic?.clientId ?? client_id
  const clientSecret = basic?.clientSecret ?? client_secret
  if (!clientId) return noClient(`client_id is missing: ${HOW_TO_AUTHENTICATE}`)
  if (!clientSecret) return noClient(`client_secret is missing: ${HOW_TO_AUTHENTICATE}`)
  return { ok: true, request: { clientId, clientSecret, parameters } }
}

function readBasic(
  authorization: string | undefined,
): { clientId: string; clientSecret: string } | 'malformed' | undefined {
  const scheme = /^\s*basic(?:\s+(.*))?$/i.exec(authorization ?? '')
  if (!scheme) return undefined
  const encoded = scheme[1]?.trim() ?? ''
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1) return 'malformed'
  return { clientId: formDecoded(text.slice(0, colon)), clientSecret: formDecoded(text.slice(colon + 1)) }
}

/** RFC 6749 has both form-encoded inside Basic; many clients leave that out, which our slugs and secrets bear. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const invalid = (description: string): ReadClientRequest => ({
  ok: false,
  fault: { error: 'invalid_request', description },
})

const noClient = (description: string): ReadClientRequest => ({
  ok: false,
  fault: { error: 'invalid_client', description, status: 401 },
})
