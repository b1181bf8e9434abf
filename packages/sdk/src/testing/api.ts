import type { ApiCall, Caller, Operation, OperationDeps } from './operation.ts'
import { eventOperations } from './operations/events.ts'
import { marketplaceOperations } from './operations/marketplace.ts'
import { messageOperations } from './operations/messages.ts'
import { guarded, readBody, readQuery } from './read-request.ts'
import { invalidArgument, Refusal } from './refusal.ts'
import type { AccessToken } from './world.ts'

const OPERATIONS: readonly Operation[] = [...messageOperations, ...eventOperations, ...marketplaceOperations]

const PUBLIC_API = /^\/(v1|v2|experimental)\/open-platform\//
const BEARER = /^bearer +(\S+) *$/i

export interface ApiAnswer {
  /** Of the public description; the method and path of what is not served. */
  operation: string
  status: number
  body: unknown
}

/** Answers a call of the app's to the open platform, in the contract's order of checks (wire contract §0). */
export async function answerCall(deps: OperationDeps, request: Request): Promise<ApiAnswer> {
  const { pathname } = new URL(request.url)
  let operation = `${request.method} ${pathname}`
  try {
    const found = findOperation(request.method, pathname)
    operation = found.operation.id
    return { operation, status: 200, body: await carryOut(deps, found, request) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const help = (reason: string): string => `${deps.known.settings.charsuUrl}/errors/${reason}`
    return { operation, status: error.status, body: error.body(help) }
  }
}

interface Found {
  operation: Operation
  params: Record<string, string>
}

async function carryOut(
  deps: OperationDeps,
  { operation, params }: Found,
  request: Request,
): Promise<unknown> {
  const { caller, permission, body: parser } = operation
  let token: AccessToken | null = null
  if (caller !== 'anyone') {
    checkKey(deps, request.headers)
    if (permission !== undefined && !deps.known.permissions.has(permission))
      throw permissionMissing(permission)
    token = readToken(deps, request.headers, caller)
  }
  const given = await readBody(request, { isFormAllowed: false })
  const call: ApiCall<unknown> = {
    params: guarded(params),
    query: readQuery(new URL(request.url).searchParams),
    headers: request.headers,
    body: undefined,
    token,
  }
  if (!parser) return operation.handle(deps, call)
  const read = parser.parse(given)
  if (!read.ok) throw invalidArgument(read.violations)
  return operation.handle(deps, { ...call, body: read.value })
}

function checkKey({ known }: OperationDeps, headers: Headers): void {
  const key = headers.get('x-api-key')
  if (!key) {
    throw new Refusal('UNAUTHENTICATED', 'no API key: send the app’s key in the header X-Api-Key', {
      reason: 'API_KEY_MISSING',
    })
  }
  if (key === known.settings.apiKey) return
  throw new Refusal(
    'UNAUTHENTICATED',
    'the API key in X-Api-Key is unknown or revoked: use a key that is listed as active in the console',
    { reason: 'API_KEY_UNKNOWN' },
  )
}

const permissionMissing = (permission: string): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    `the API key lacks the permission ${permission}: make a key that carries it in the console`,
    { reason: 'PERMISSION_MISSING', metadata: { permission } },
  )

function readToken({ world }: OperationDeps, headers: Headers, caller: Caller): AccessToken | null {
  if (caller === 'app') return null
  const secret = BEARER.exec(headers.get('authorization') ?? '')?.[1] ?? headers.get('x-access-token')
  if (!secret) {
    if (caller === 'app-maybe-user') return null
    throw new Refusal(
      'UNAUTHENTICATED',
      'no user token: send the access token as Authorization: Bearer <token> (or X-Access-Token: <token>)',
      { reason: 'ACCESS_TOKEN_MISSING' },
    )
  }
  const token = world.accessTokens.get(secret)
  if (!token || token.isRevoked || token.consent.isRevoked) {
    throw new Refusal(
      'UNAUTHENTICATED',
      'the user token is unknown or revoked: ask the user for consent again at /oauth2/auth',
      { reason: 'ACCESS_TOKEN_UNKNOWN' },
    )
  }
  if (token.expiresAt > world.now()) return token
  throw new Refusal(
    'UNAUTHENTICATED',
    'the user token has expired: exchange the refresh token at /oauth2/token, or ask for consent again',
    { reason: 'ACCESS_TOKEN_EXPIRED' },
  )
}

/** @throws Refusal for what is not served. */
function findOperation(method: string, path: string): Found {
  const parts = path.split('/')
  let others: [path: string, methods: string[]] | undefined
  for (const operation of OPERATIONS) {
    for (const pattern of operation.paths) {
      const params = match(pattern.split('/'), parts)
      if (!params) continue
      if (operation.method === method) return { operation, params }
      others = [pattern, [...(others?.[1] ?? []), operation.method]]
    }
  }
  throw others ? wrongMethod(method, ...others) : notServed(method, path)
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, name] of pattern.entries()) {
    const part = parts[i]!
    if (!name.startsWith(':')) {
      if (name !== part) return undefined
      continue
    }
    params[name.slice(1)] = decoded(part)
  }
  return params
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal('INVALID_ARGUMENT', 'the path holds a broken percent-encoding: encode each % as %25', {
      reason: 'PATH_MALFORMED',
    })
  }
}

function wrongMethod(method: string, pattern: string, methods: readonly string[]): Refusal {
  const shown = pattern.replace(/:(\w+)/g, '{$1}')
  return new Refusal('UNIMPLEMENTED', `${method} is not served at ${shown}: use ${methods.join(' or ')}`, {
    reason: 'METHOD_NOT_SERVED',
    metadata: { operation: `${method} ${shown}` },
  })
}

function notServed(method: string, path: string): Refusal {
  const operation = `${method} ${path.slice(0, 200)}`
  if (PUBLIC_API.test(path)) {
    return new Refusal(
      'UNIMPLEMENTED',
      `${operation} is not served here: docs/wire-contract.md lists what is`,
      {
        reason: 'OPERATION_NOT_SERVED',
        metadata: { operation },
      },
    )
  }
  return new Refusal('NOT_FOUND', `there is nothing at ${operation}: see /docs for what is served`, {
    reason: 'NOT_FOUND',
  })
}
