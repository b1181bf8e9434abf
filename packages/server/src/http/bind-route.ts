import type { Parser } from '@charsu/protocol/parse'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from 'fastify'
import type { PresentedCredentials } from '../access/authenticator.ts'
import type { AppCaller, CallerKind, Callers, UserCaller } from '../access/callers.ts'
import { PERSON_MARK, personMark } from '../access/person-mark.ts'
import { requirePermission } from '../access/require-permission.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import type { CallStanding, HttpDeps } from './create-http.ts'
import { traceparentOf } from './observe-requests.ts'
import { ERROR_SCHEMA_ID } from './openapi.ts'
import { guarded } from './read-body.ts'
import { HttpAnswer, type Route } from './route.ts'
import { requireSameOrigin } from './same-origin.ts'
import { tagOf } from './surfaces.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    form?: boolean
    answerError?: Route['answerError']
  }
  interface FastifyRequest {
    caller: Callers[CallerKind]
  }
}

type Identify = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Callers[CallerKind] | Promise<Callers[CallerKind]>

/** Callers who are a person with a session. */
const PERSONAL: ReadonlySet<CallerKind> = new Set(['user', 'developer', 'operator'])
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Serves a route: key, limits, permission, token, then body and query, then the use case (order of wire contract §0). */
export function bindRoute(app: FastifyInstance, deps: HttpDeps, route: Route): void {
  if (!app.hasRequestDecorator('caller')) app.decorateRequest('caller', null)
  const identify = identifier(deps, route)
  const isPersonal = PERSONAL.has(route.caller)
  for (const path of [route.path, ...(route.aliases ?? [])]) {
    const options: RouteOptions = {
      method: route.method,
      url: path,
      ...(route.bodyLimitBytes && { bodyLimit: route.bodyLimitBytes }),
      config: { form: route.form ?? false, answerError: route.answerError, operation: route.operation },
      schema: description(route, path !== route.path),
      // Before the body is read, so that a stranger learns nothing from how a body is refused.
      onRequest: (request, reply, next) => {
        // A cookie alone does not keep a cache on the way from giving one person's answer to another.
        if (isPersonal) reply.header('cache-control', 'no-store')
        settle(
          () => identify(request, reply),
          (caller) => {
            request.caller = caller
            next()
          },
          next,
        )
      },
      handler: (request, reply) => handle(route, request, reply),
    }
    if (route.upload) app.register((scope, _, done) => bindUpload(scope, options, done))
    else app.route(options)
  }
}

/** In a scope of its own, which reads no body: what is wrong with one is said after what is wrong with its sender. */
function bindUpload(scope: FastifyInstance, options: RouteOptions, done: () => void): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
  scope.route(options)
  done()
}

/** Runs `make` without a microtask when it answers at once, as it does for cached credentials. */
function settle<T>(
  make: () => T | Promise<T>,
  done: (value: T) => void,
  failed: (error: Error) => void,
): void {
  try {
    const value = make()
    if (value instanceof Promise) value.then(done, failed)
    else done(value)
  } catch (error) {
    failed(error as Error)
  }
}

function identifier(deps: HttpDeps, route: Route): Identify {
  const { authenticator, callLimits, isOwnOrigin } = deps
  const permitted = (caller: AppCaller, standing: CallStanding, reply: FastifyReply): AppCaller => {
    if (standing) reply.headers(standing)
    if (route.permission) requirePermission(caller, route.permission)
    return caller
  }
  /** Whatever becomes of a call, it counts for the app whose key it carries; one without a known key for nobody. */
  const counted = (caller: AppCaller, reply: FastifyReply): AppCaller | Promise<AppCaller> => {
    const standing = callLimits.take(caller)
    return standing instanceof Promise
      ? standing.then((known) => permitted(caller, known, reply))
      : permitted(caller, standing, reply)
  }
  const app = (presented: PresentedCredentials, reply: FastifyReply): AppCaller | Promise<AppCaller> => {
    const caller = authenticator.app(presented)
    return caller instanceof Promise ? caller.then((known) => counted(known, reply)) : counted(caller, reply)
  }
  /** The key comes first: nobody learns of a token what its app may not know. */
  const keyThen = <T>(
    presented: PresentedCredentials,
    reply: FastifyReply,
    token: (known: AppCaller, presented: PresentedCredentials) => T | Promise<T>,
  ): T | Promise<T> => {
    const caller = app(presented, reply)
    return caller instanceof Promise
      ? caller.then((known) => token(known, presented))
      : token(caller, presented)
  }
  const withCookie = (request: FastifyRequest): PresentedCredentials => {
    if (request.method !== 'GET' && request.method !== 'HEAD') requireSameOrigin(request.headers, isOwnOrigin)
    return credentials(request)
  }
  const identifiers: Record<CallerKind, Identify> = {
    anyone: () => null,
    local: (request) => {
      requireSameOrigin(request.headers, isOwnOrigin)
      return null
    },
    app: (request, reply) => app(credentials(request), reply),
    'app-with-user': (request, reply) =>
      keyThen(credentials(request), reply, (known, presented) => authenticator.appWithUser(known, presented)),
    'app-maybe-user': (request, reply) =>
      keyThen(credentials(request), reply, (known, presented) =>
        authenticator.appMaybeUser(known, presented),
      ),
    host: (request) => authenticator.host(credentials(request)),
    monitor: (request) => authenticator.monitor(credentials(request)),
    user: async (request) => ofThisPage(request, await authenticator.session(withCookie(request))),
    developer: async (request) => ofThisPage(request, await authenticator.developer(withCookie(request))),
    operator: async (request) => ofThisPage(request, await authenticator.operator(withCookie(request))),
  }
  return identifiers[route.caller]
}

function ofThisPage({ headers }: FastifyRequest, caller: UserCaller): UserCaller {
  const mark = single(headers[PERSON_MARK])
  if (mark === undefined || mark === personMark(caller.userId)) return caller
  throw new ApiError(
    'UNAUTHENTICATED',
    'somebody else has logged in with this browser since the page was opened: load the page again',
    { reason: 'SESSION_MISSING' },
  )
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

function credentials({ headers }: FastifyRequest): PresentedCredentials {
  return {
    apiKey: single(headers['x-api-key']),
    authorization: headers.authorization,
    accessToken: single(headers['x-access-token']),
    sessionSecret: readCookie(headers.cookie, SESSION_COOKIE),
  }
}

async function handle(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const params = guarded(request.params as Record<string, string>)
  const { body, query } = parsed(route, request)
  const answer = await route.handle({
    caller: request.caller,
    params,
    query,
    body,
    headers: request.headers,
    url: request.url,
    base: request.base,
    requestId: request.id,
    upload: request.body === request.raw ? request.raw : null,
    get traceparent() {
      return traceparentOf(request)
    },
    // Making the signal costs a controller and a listener; only streams ask for it.
    get gone() {
      return request.signal
    },
  })
  if (answer instanceof HttpAnswer) return sendAnswer(answer, reply)
  reply.type('application/json; charset=utf-8')
  return JSON.stringify(answer ?? {})
}

export function sendAnswer(answer: HttpAnswer, reply: FastifyReply): FastifyReply {
  // No body is not the JSON text null.
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .send(answer.body ?? undefined)
}

/** Body and query are checked together, so that the caller hears of every wrong field at once. */
function parsed(route: Route, request: FastifyRequest): { body: unknown; query: unknown } {
  const body = tryParse(route.body, request.body ?? {})
  const query = tryParse(route.query, route.query ? guarded(request.query) : undefined)
  const violations = [...(body.ok ? [] : body.violations), ...(query.ok ? [] : query.violations)]
  if (!body.ok || !query.ok) throw invalidArgument(violations)
  return { body: body.value, query: query.value }
}

function tryParse(parser: Parser<unknown> | undefined, input: unknown): ReturnType<Parser<unknown>['parse']> {
  return parser ? parser.parse(input) : { ok: true, value: undefined }
}

const SECURITY: Record<CallerKind, Record<string, string[]>[]> = {
  anyone: [],
  local: [],
  app: [{ ApiKey: [] }],
  'app-with-user': [{ ApiKey: [], UserToken: [] }],
  'app-maybe-user': [{ ApiKey: [] }, { ApiKey: [], UserToken: [] }],
  host: [{ HostKey: [] }],
  monitor: [{ MetricsToken: [] }],
  user: [{ Session: [] }],
  developer: [{ Session: [] }],
  operator: [{ Session: [] }],
}

const FORM = 'application/x-www-form-urlencoded'

function description(route: Route, isAlias: boolean): FastifySchema {
  const { status = 200, answer, body, query, upload } = route
  return {
    // The description's maker adds the ending itself where the method is HEAD.
    ...(!isAlias && { operationId: route.operation.replace(/-head$/, '') }),
    summary: route.summary,
    tags: [tagOf(route.path)],
    hide: isAlias,
    security: SECURITY[route.caller],
    ...(route.form && { consumes: [FORM, 'application/json'] }),
    ...(body && route.method !== 'GET' && { body: body.schema }),
    ...(upload && {
      consumes: [route.uploadType ?? 'multipart/form-data'],
      body: route.uploadType ? { type: 'string', format: 'binary' } : filesSchema(upload),
    }),
    ...(query && { querystring: query.schema }),
    response: {
      [status]: answer ?? NO_SHAPE,
      ...(!route.answerError && { default: { $ref: `${ERROR_SCHEMA_ID}#` } }),
    },
  }
}

const filesSchema = (fields: readonly string[]) => ({
  type: 'object',
  required: fields.slice(0, 1),
  properties: Object.fromEntries(fields.map((field) => [field, { type: 'string', format: 'binary' }])),
})

/** An answer without a body, or with one that is a page or a stream. */
const NO_SHAPE = { type: 'null', description: 'Success' }

/** Another method on a path we serve is an operation we do not serve (wire contract §0: code 12). */
export function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  const served = new Map<string, Set<string>>()
  for (const { method, path, aliases = [] } of routes) {
    for (const each of [path, ...aliases]) served.set(each, (served.get(each) ?? new Set()).add(method))
  }
  for (const [path, methods] of served) {
    // Below it there is room for anything, also for what does not exist.
    if (path.endsWith('*')) continue
    app.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url: path,
      schema: { hide: true },
      onRequest: async ({ method }) => {
        const shown = path.replace(/:(\w+)/g, '{$1}')
        throw new ApiError(
          'UNIMPLEMENTED',
          `${method} is not served at ${shown}: use ${[...methods].join(' or ')}`,
          {
            reason: 'METHOD_NOT_SERVED',
            metadata: { operation: `${method} ${shown}` },
            headers: { allow: [...methods].join(', ') },
          },
        )
      },
      handler: () => null,
    })
  }
}
